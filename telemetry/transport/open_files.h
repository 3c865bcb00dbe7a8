// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "telemetry/core/result.h"

namespace wattline {

/// Raises this process's soft limit of open files so that `more` can be opened besides those that
/// are open now; a sentence when the hard limit forbids it. Threads: any, but rarely: before the
/// sockets are opened.
[[nodiscard]] Result<void> allowOpenFiles(std::size_t more);

}  // namespace wattline

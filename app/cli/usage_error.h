// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "telemetry/core/result.h"

namespace wattline::cli {

/// CLI11's complaint in our words: which option of which command, and where to read on.
[[nodiscard]] Error usageError(const CLI::App& app, const CLI::ParseError& error);

}  // namespace wattline::cli

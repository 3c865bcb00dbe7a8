// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/core/clock.h"
#include "telemetry/core/result.h"

namespace wattline {

/// A run's name on disk and on the wire: `YYYYMMDD-HHMMSS-xxxx` (UTC, four hexadecimal digits), so
/// that names sort by time. At most kMaxRunIdBytes of [A-Za-z0-9._-], never starting with a dot.
using RunId = std::string;
inline constexpr std::size_t kMaxRunIdBytes = 31;

[[nodiscard]] bool isRunId(std::string_view text) noexcept;
[[nodiscard]] RunId makeRunId(const Clock& clock, std::uint32_t entropy);

}  // namespace wattline

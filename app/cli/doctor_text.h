// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/checkup.h"
#include "app/cli/self_test.h"
#include "app/cli/sensor_checkup.h"

namespace wattline::cli {

/// All that `wattline doctor` found.
struct Findings {
    std::vector<SensorLine> sensors;
    std::vector<Check> checks;
    std::optional<SelfTest> self_test;  ///< when it was asked for
};

[[nodiscard]] std::string_view name(SensorComparison::Kind kind) noexcept;
/// For people: what is measured, what was looked at, what the self-test said.
[[nodiscard]] std::string toText(const Findings& found);

}  // namespace wattline::cli

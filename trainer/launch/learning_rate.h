// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace wattline::launch {

/// The learning rate after warm-up, linear in the global batch: `study` 0.1 x GBS / 256, `digits`
/// 0.05 x GBS / 64 and at most 0.1 (GBS 256 reads 97.7 % of the digits with 0.1, 94.6 % with 0.2).
/// The trainer's schedule and the preview both ask here.
[[nodiscard]] double peakLearningRate(const std::string& recipe, int gbs);

}  // namespace wattline::launch

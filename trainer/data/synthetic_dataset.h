// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/data/dataset.h"

namespace wattline::trainer {

inline constexpr std::int64_t kSyntheticValidation = 256;
inline constexpr int kSyntheticClasses = 1000;

/// Noise with random labels: what a training costs without any reading or decoding. There is
/// nothing to learn in it. The same images for the same index, whatever the seed of the run.
[[nodiscard]] Datasets openSynthetic(int side, int classes);

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/data/dataset.h"

namespace wattline::trainer {

/// The 1,797 handwritten digits inside the program, scaled up to `side` pixels, never augmented.
/// Every fifth digit of each class validates: 1,442 train, 355 validate, whatever the seed.
[[nodiscard]] Datasets openDigits(int side);

}  // namespace wattline::trainer

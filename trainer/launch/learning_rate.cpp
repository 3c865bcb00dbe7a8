// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/learning_rate.h"

#include <algorithm>

namespace wattline::launch {

double peakLearningRate(const std::string& recipe, int gbs) {
    if (recipe == "digits") return std::min(0.05 * gbs / 64.0, 0.1);
    return 0.1 * gbs / 256.0;
}

}  // namespace wattline::launch

// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/learning_rate.h"

namespace wattline::launch {

double peakLearningRate(const std::string& recipe, int gbs) {
    if (recipe == "digits") return 0.05 * gbs / 64.0;
    return 0.1 * gbs / 256.0;
}

}  // namespace wattline::launch

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/epoch_scale.h"

#include <algorithm>
#include <limits>

namespace wattline {

void EpochScale::plan(double steps_per_epoch) {
    if (steps_per_epoch >= 1.0) m_length = steps_per_epoch;
}

double EpochScale::done(std::uint32_t epoch, std::uint64_t step) {
    if (epoch == 0 || step == 0) return std::numeric_limits<double>::quiet_NaN();
    if (epoch != m_epoch) {
        const auto before = step - 1;
        if (!m_length && m_from_start && epoch == m_epoch + 1 && before > m_before)
            m_length = static_cast<double>(before - m_before);
        m_from_start = before == 0 || epoch == m_epoch + 1;
        m_epoch = epoch;
        m_before = before;
    }
    if (!m_length) return epoch - 1.0;
    // The rank knows which epoch it is in; the step says how far in.
    return std::clamp(static_cast<double>(step) / *m_length, epoch - 1.0, epoch + 0.0);
}

}  // namespace wattline

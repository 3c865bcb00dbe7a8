// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wattline {

/// A counter of joules that starts again at 0 after `range`, unwrapped. A step back is a wrap only
/// if the energy that it then stands for could have been used since the reading before; else the
/// counter was reset (a driver loaded anew, a host that slept) and what it lost is not known. So is
/// a silence in which it may have wrapped more than once. In both cases it goes on from 0, below
/// the value before, which is how whoever takes differences sees it. Threads: one owner.
class WrappingCounter {
public:
    /// No single socket, memory or die draws more; the largest are rated 500 W.
    static constexpr double kMostWatts = 1000.0;

    WrappingCounter(double first_j, double range_j) : m_last(first_j), m_range(range_j) {}

    /// The unwrapped value; `dt_s` is the time since the reading before.
    double update(double raw_j, double dt_s) noexcept {
        const double most = kMostWatts * dt_s + kGrain;
        const double step = raw_j >= m_last ? raw_j - m_last : raw_j - m_last + m_range;
        if (step > most || most > m_range)
            m_offset = -raw_j;
        else if (raw_j < m_last)
            m_offset += m_range;
        m_last = raw_j;
        return m_offset + raw_j;
    }

private:
    static constexpr double kGrain = 1.0;  ///< J that may come in one lump with a late tick
    double m_last;
    double m_range;
    double m_offset = 0.0;
};

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wattline {

/// When to sample: deadlines on CLOCK_MONOTONIC, each one a period after the one before, made a
/// little longer or shorter at random. A late sample delays none that follow.
///
/// Why at random: samples at an even pace that meet a load of the same pace (a training step of
/// 100 ms) would see the same moment of every step, and their mean would be wrong however many they
/// are. The random parts add up, so the samples walk through the step ("additive random sampling",
/// Shapiro and Silverman 1960), and the mean is right in the long run. It cannot mend a sensor that
/// itself looks at the device at an even pace; the ledger's aliasing warning stays. Pure but for
/// its state. Threads: one owner.
class SamplingSchedule {
public:
    /// Steps are uniform in period x [1 - jitter, 1 + jitter]; jitter 0 to 0.5. The same seed gives
    /// the same steps.
    SamplingSchedule(std::int64_t start_ns, std::int64_t period_ns, double jitter,
                     std::uint64_t seed) noexcept;
    /// The first deadline after `now_ns`; what was missed is skipped, never made up.
    [[nodiscard]] std::int64_t next(std::int64_t now_ns) noexcept;
    void setPeriod(std::int64_t period_ns) noexcept;
    [[nodiscard]] std::int64_t periodNs() const noexcept { return m_period_ns; }

private:
    [[nodiscard]] std::int64_t step() noexcept;

    std::int64_t m_deadline_ns, m_period_ns;
    double m_jitter;
    std::uint64_t m_state;
};

}  // namespace wattline

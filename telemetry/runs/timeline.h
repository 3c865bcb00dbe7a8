// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <vector>

#include "telemetry/analysis/ledger.h"

namespace wattline {

/// Which part of wall time counts. Seconds run from the moment the first rank started, over holds
/// and over the pauses between attempts; active seconds leave both out.
///
///   wall     0 ──────────┬───hold───┬────────end  ┄┄ suspended ┄┄  from ───────── end
///   active   ▔▔▔▔▔▔▔▔▔▔▔▔            ▔▔▔▔▔▔▔▔▔▔▔                   ▔▔▔▔▔▔▔▔▔▔▔▔▔▔
///
/// Threads: one owner.
class Timeline {
public:
    /// `devices` is what GPU hours count in this attempt: distinct GPUs, or ranks on CPU. Closes
    /// the attempt before where its records ended.
    void openAttempt(double from_s, double devices);
    /// The window reaches at least to here: a record says so.
    void extendTo(double t_s);
    /// Edges of a hold. A second edge of the same kind changes nothing.
    void hold(double t_s);
    void resume(double t_s);

    [[nodiscard]] bool held() const noexcept;
    [[nodiscard]] bool isInsideHold(double t_s) const noexcept;
    /// End of the last attempt so far.
    [[nodiscard]] double endS() const noexcept;
    [[nodiscard]] double activeUntil(double t_s) const noexcept;
    [[nodiscard]] double heldUntil(double t_s) const noexcept;
    [[nodiscard]] double gpuHoursUntil(double t_s) const noexcept;
    /// In order; the last may be open (to_s = infinity).
    [[nodiscard]] const std::vector<Interval>& holds() const noexcept { return m_holds; }
    /// The time between attempts, in order. Nothing accrues there, not even apart.
    [[nodiscard]] std::vector<Interval> suspensions() const;

    template <typename Archive> void persist(Archive& archive) { archive(m_windows, m_holds); }

private:
    struct Window {
        double from_s = 0.0;
        double devices = 0.0;
        double newest_s = 0.0;
        double to_s = std::numeric_limits<double>::infinity();
    };
    [[nodiscard]] double activeIn(const Window& window, double t_s) const noexcept;

    std::vector<Window> m_windows;
    std::vector<Interval> m_holds;
};

}  // namespace wattline

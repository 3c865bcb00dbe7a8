// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/timeline.h"

#include <algorithm>

#include "telemetry/core/units.h"

namespace wattline {
namespace {

constexpr double kOpen = std::numeric_limits<double>::infinity();

double overlap(const Interval& a, double from_s, double to_s) noexcept {
    return std::max(0.0, std::min(a.to_s, to_s) - std::max(a.from_s, from_s));
}

}  // namespace

void Timeline::openAttempt(double from_s, double devices) {
    if (!m_windows.empty()) {
        // A hold does not outlive its attempt: whoever held it is gone.
        auto& last = m_windows.back();
        if (held()) m_holds.back().to_s = std::max(m_holds.back().from_s, last.newest_s);
        last.to_s = last.newest_s;
        from_s = std::max(from_s, last.to_s);
    }
    m_windows.push_back({from_s, devices, from_s, kOpen});
}

void Timeline::extendTo(double t_s) {
    if (!m_windows.empty()) m_windows.back().newest_s = std::max(m_windows.back().newest_s, t_s);
}

void Timeline::hold(double t_s) {
    if (held()) return;
    if (!m_holds.empty()) t_s = std::max(t_s, m_holds.back().to_s);
    m_holds.push_back({t_s, kOpen});
}

void Timeline::resume(double t_s) {
    if (held()) m_holds.back().to_s = std::max(t_s, m_holds.back().from_s);
}

bool Timeline::held() const noexcept {
    return !m_holds.empty() && m_holds.back().to_s == kOpen;
}

bool Timeline::isInsideHold(double t_s) const noexcept {
    return std::ranges::any_of(
        m_holds, [t_s](const Interval& each) { return t_s > each.from_s && t_s < each.to_s; });
}

double Timeline::endS() const noexcept {
    return m_windows.empty() ? 0.0 : m_windows.back().newest_s;
}

double Timeline::activeIn(const Window& window, double t_s) const noexcept {
    const double to_s = std::min(t_s, window.to_s);
    double active = std::max(0.0, to_s - window.from_s);
    for (const auto& each : m_holds)
        active -= overlap(each, window.from_s, to_s);
    return active;
}

double Timeline::activeUntil(double t_s) const noexcept {
    double active = 0.0;
    for (const auto& window : m_windows)
        active += activeIn(window, t_s);
    return active;
}

double Timeline::heldUntil(double t_s) const noexcept {
    double held_s = 0.0;
    for (const auto& each : m_holds)
        held_s += overlap(each, 0.0, t_s);
    return held_s;
}

double Timeline::gpuHoursUntil(double t_s) const noexcept {
    double hours = 0.0;
    for (const auto& window : m_windows)
        hours += window.devices * activeIn(window, t_s) / kSecondsPerHour;
    return hours;
}

std::vector<Interval> Timeline::suspensions() const {
    std::vector<Interval> out;
    for (std::size_t i = 1; i < m_windows.size(); ++i)
        if (m_windows[i].from_s > m_windows[i - 1].to_s)
            out.push_back({m_windows[i - 1].to_s, m_windows[i].from_s});
    return out;
}

}  // namespace wattline

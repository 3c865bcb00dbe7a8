// SPDX-License-Identifier: Apache-2.0
// From an account's curves to an entry: the figure over a window, its interval and its flags.
#include <algorithm>
#include <cmath>

#include "telemetry/analysis/disagreement.h"
#include "telemetry/analysis/ledger.h"
#include "telemetry/analysis/plot.h"

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

EnergyEntry withoutFigure(const PowerDevice& device, double seconds) {
    EnergyEntry entry;
    entry.device = device;
    entry.device.method = EnergyMethod::None;
    entry.j = entry.u_j = entry.low_j = entry.high_j = kNaN;
    entry.gap_s = seconds;
    return entry;
}

std::string joules(double j) {
    return formatValue(j, kNaN, "J");
}

}  // namespace

EnergyLedger::Booked& EnergyLedger::Booked::operator+=(const Booked& o) {
    power += o.power;
    counter.energy += o.counter.energy;
    counter.covered_s += o.counter.covered_s;
    seconds += o.seconds;
    return *this;
}

EnergyLedger::Booked& EnergyLedger::Booked::operator-=(const Booked& o) {
    power = power - o.power;
    counter.energy = counter.energy - o.counter.energy;
    counter.covered_s -= o.counter.covered_s;
    seconds -= o.seconds;
    return *this;
}

EnergyLedger::Booked EnergyLedger::book(const Account& account, double from_s, double to_s) {
    return {account.power.between(from_s, to_s),
            account.counter.between(from_s, to_s, account.power), to_s - from_s};
}

EnergyLedger::Window EnergyLedger::measure(const Account& account, double from_s,
                                           double to_s) const {
    Window w;
    w.active = book(account, from_s, to_s);
    const auto leaveOut = [&](const Interval& each, bool held) {
        const double a = std::max(each.from_s, from_s);
        const double b = std::min(each.to_s, to_s);
        if (b <= a) return;
        const auto part = book(account, a, b);
        w.active -= part;
        if (held) w.held += part;
        w.pieces += a > from_s && b < to_s ? 1 : 0;
    };
    for (const auto& hold : m_holds)
        leaveOut(hold, true);
    for (const auto& suspension : m_suspensions)
        leaveOut(suspension, false);
    return w;
}

EnergyLedger::Figure EnergyLedger::figure(const Account& account, double from_s,
                                          double to_s) const {
    from_s = std::max(from_s, account.active.from_s);
    to_s = std::min(to_s, account.active.to_s);
    Figure f;
    if (!(to_s > from_s) || !hasFigure(account)) return f;
    const Window w = measure(account, from_s, to_s);
    f.active_s = w.active.seconds;
    f.pieces = w.pieces;
    // Half of all the time that is the run's: one that was held most of it keeps its counter.
    const double own_s = w.active.seconds + w.held.seconds;
    const bool sampled = account.power.size() >= 2;
    const bool counted = account.counter.usable() &&
                         2.0 * (w.active.counter.covered_s + w.held.counter.covered_s) >= own_s;
    if (!sampled && !counted) return f;
    if (sampled) f.integrated_j = w.active.power.j;
    if (counted) f.counter_j = w.active.counter.energy.j;
    const bool wanted = account.device.method == EnergyMethod::Counter && own_s >= kCounterWindowS;
    const bool use_counter = counted && (wanted || !sampled);
    f.energy = use_counter ? w.active.counter.energy : w.active.power;
    f.held_j = use_counter ? w.held.counter.energy.j : w.held.power.j;
    f.sampled_s = f.active_s;
    if (use_counter) f.sampled_s -= w.active.counter.covered_s;
    f.sampled_s = std::max(0.0, f.sampled_s);
    f.method = account.device.method;
    if (isMeasured(f.method))
        f.method = use_counter ? EnergyMethod::Counter : EnergyMethod::Integrated;
    share(account, use_counter, from_s, to_s, f);
    return f;
}

/// Leaves the run its part of what it shared with others.
void EnergyLedger::share(const Account& account, bool counted, double from_s, double to_s,
                         Figure& f) const {
    for (const auto& each : account.shared) {
        const double a = std::max(each.from_s, from_s);
        const double b = std::min(each.to_s, to_s);
        if (b <= a || each.runs < 2) continue;
        const auto part = measure(account, a, b).active;
        const double j = counted ? part.counter.energy.j : part.power.j;
        f.shared_s += part.seconds;
        f.shared_j += j;
        f.others_j += j * (1.0 - 1.0 / each.runs);
    }
    f.energy.j -= f.others_j;
}

UncertaintyInputs EnergyLedger::inputs(const Account& account, const Figure& f, double from_s,
                                       double to_s) {
    const auto scatter = account.power.scatter(std::max(from_s, account.active.from_s),
                                               std::min(to_s, account.active.to_s));
    UncertaintyInputs in;
    in.energy_j = f.energy.j + f.others_j;
    in.active_s = f.active_s;
    in.pieces = f.pieces;
    const bool counted = f.method == EnergyMethod::Counter;
    in.tick_s = counted ? account.device.counter_tick_s.value_or(account.device.period_s)
                        : account.device.period_s;
    in.sampled_s = f.sampled_s;
    in.sample_spacing_s =
        scatter.steps == 0 ? 0.0 : f.active_s / static_cast<double>(scatter.steps);
    in.deviation_w = scatter.deviation();
    in.differences = scatter.steps;
    in.averaged_share = averagedShare(account.device);
    in.gain_half_width = gainHalfWidth(account.device);
    in.clock_error_s = account.clock_error_s;
    return in;
}

EnergyEntry EnergyLedger::entry(const Account& account, double from_s, double to_s) const {
    const Figure f = figure(account, from_s, to_s);
    if (f.method == EnergyMethod::None)
        return withoutFigure(account.device, std::max(0.0, to_s - from_s));
    EnergyEntry e;
    e.device = account.device;
    e.device.method = f.method;
    e.j = f.energy.j;
    e.held_j = f.held_j;
    e.gap_s = std::max(0.0, f.energy.gap_s);
    e.counter_j = f.counter_j;
    e.integrated_j = f.integrated_j;
    e.shared_j = f.shared_j;
    e.shared_s = f.shared_s;
    const auto in = inputs(account, f, from_s, to_s);
    bound(account, f, in, e);
    compareWithIdle(account, f.active_s, e);
    addFlags(account, f, in, {from_s, to_s}, e);
    return e;
}

/// Terms and interval of the figure.
void EnergyLedger::bound(const Account& account, const Figure& f, const UncertaintyInputs& in,
                         EnergyEntry& e) {
    const auto& device = account.device;
    e.terms = uncertaintyTerms(in);
    const auto& extremes = account.power;
    const double p_min = extremes.empty() ? account.counter.minW() : extremes.minW();
    const double p_max = extremes.empty() ? account.counter.maxW() : extremes.maxW();
    const double own_j = f.shared_j - f.others_j;  // of what was shared, what is counted as ours
    const double below = own_j + std::max(0.0, f.energy.gap_j - p_min * e.gap_s);
    const double above = f.others_j + std::max(0.0, p_max * e.gap_s - f.energy.gap_j);
    const bool estimated = f.method == EnergyMethod::Estimated;
    const double u = kCoverage * (estimated ? e.terms.withoutGain() : e.terms.combined());
    e.low_j = std::max(0.0, e.j - below - u) * (estimated ? device.gain_low : 1.0);
    e.high_j = (e.j + above + u) * (estimated ? device.gain_high : 1.0);
    e.u_j = std::max(e.j - e.low_j, e.high_j - e.j);
}

/// The baseline is what the device drew before the window, when nothing of the run was at work.
void EnergyLedger::compareWithIdle(const Account& account, double active_s, EnergyEntry& e) const {
    if (!m_idle || account.power.size() < 2) return;
    const double from = std::max(m_idle->from_s, account.power.firstS());
    const double seconds = m_idle->to_s - from;
    if (!(seconds > 0.0)) return;
    const auto idle = account.power.between(from, m_idle->to_s);
    if (2.0 * idle.gap_s > seconds) return;  // mostly not read: nobody knows
    e.idle_w = idle.j / seconds;
    e.above_idle_j = e.j - e.idle_w * active_s;
}

void EnergyLedger::addFlags(const Account& account, const Figure& f, const UncertaintyInputs& in,
                            Interval window, EnergyEntry& e) const {
    const auto& device = account.device;
    const bool rests_on_samples = 2.0 * f.sampled_s > f.active_s && in.averaged_share < 1.0;
    const auto lock = stepLock(m_rhythm, device.period_s, in.differences + 1);
    if (rests_on_samples && lock) e.flags.push_back({"aliasing", stepLockSentence(*lock)});
    if (const auto resets = account.counter.resets(window.from_s, window.to_s); resets > 0)
        e.flags.push_back({"reset", "the counter was reset " + std::to_string(resets) +
                                        (resets == 1 ? " time" : " times") +
                                        "; those stretches are filled from sampled power"});
    if (f.shared_j > 0.0)
        e.flags.push_back(
            {"shared", "other runs used this device for " + formatValue(f.shared_s, kNaN, "s") +
                           ": of the " + joules(f.shared_j) + " drawn then, " +
                           joules(f.shared_j - f.others_j) +
                           " are attributed to this run, though all or none may be its own"});
    if (device.attributed)
        e.flags.push_back({"attributed", "the sensor sees the whole board, of which this run may "
                                         "use a part: its figure is the board's"});
    // Counter and samples are two sensors of one device, each with a scale of its own.
    auto sampled = in;
    sampled.sampled_s = f.active_s;
    const double u =
        kCoverage * std::hypot(uncertaintyTerms(sampled).combined(), e.terms.combined());
    if (device.method == EnergyMethod::Counter && std::abs(e.residual_j()) > u)
        e.flags.push_back(
            {"disagreement", "counter and sampled power differ by " +
                                 joules(std::abs(e.residual_j())) +
                                 ", more than both uncertainties: " + joules(e.counter_j) +
                                 " against " + joules(e.integrated_j)});
}

std::vector<EnergyEntry> EnergyLedger::entries(double from_s, double to_s) const {
    settleAll();
    std::vector<EnergyEntry> list;
    list.reserve(m_accounts.size());
    for (const auto& account : m_accounts)
        list.push_back(entry(account, from_s, to_s));
    flagDisagreements(list);
    return list;
}

}  // namespace wattline

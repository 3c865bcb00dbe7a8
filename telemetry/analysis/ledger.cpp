// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/ledger.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "telemetry/analysis/uncertainty.h"

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::optional<double> plausiblePower(double w) {
    return std::isfinite(w) && w >= 0.0 && w <= kPlausibleWatts ? std::optional(w) : std::nullopt;
}

std::optional<double> plausibleCounter(double j) {
    return std::isfinite(j) && j >= 0.0 ? std::optional(j) : std::nullopt;
}

EnergyEntry withoutFigure(const PowerDevice& device, double seconds) {
    EnergyEntry entry;
    entry.device = device;
    entry.device.method = EnergyMethod::None;
    entry.j = entry.u_j = entry.low_j = entry.high_j = kNaN;
    entry.gap_s = seconds;
    return entry;
}

}  // namespace

/// Sums of one account over a window: inside and outside of holds.
struct EnergyLedger::Window {
    EnergySums power, power_held;
    CounterCurve::Sums counter, counter_held;
    double active_s = 0.0;
    int pieces = 1;
};

std::size_t EnergyLedger::addDevice(const PowerDevice& device) {
    const auto it =
        std::ranges::find(m_accounts, device.id, [](const Account& a) { return a.device.id; });
    if (it != m_accounts.end()) return static_cast<std::size_t>(it - m_accounts.begin());
    m_accounts.emplace_back(device);
    return m_accounts.size() - 1;
}

void EnergyLedger::addSample(std::size_t account, const LedgerSample& sample) {
    if (account >= m_accounts.size() || !std::isfinite(sample.t_s)) return;
    Account& a = m_accounts[account];
    const Reading reading{sample.t_s, plausiblePower(sample.power_w),
                          plausibleCounter(sample.counter_j),
                          !plausiblePower(sample.power_w).has_value()};
    if (sample.t_s < a.newest_s) {
        a.late.push_back(reading);
        return;
    }
    a.newest_s = sample.t_s;
    take(a, reading);
}

void EnergyLedger::take(Account& account, const Reading& reading) {
    if (reading.power_w) {
        account.power.append(reading.t_s, *reading.power_w, account.failed);
        account.failed = false;
    }
    account.failed = account.failed || reading.failed;
    if (reading.counter_j) account.counter.append(reading.t_s, *reading.counter_j);
}

/// Merges late readings: what lies after the oldest of them is taken out of the curves and appended
/// again in order of time.
void EnergyLedger::settle(Account& account) {
    if (account.late.empty()) return;
    auto readings = std::exchange(account.late, {});
    const double oldest = std::ranges::min_element(readings, {}, &Reading::t_s)->t_s;
    const bool failed_last = std::exchange(account.failed, false);
    for (const auto& p : account.power.takeAfter(oldest)) {
        if (p.failed_before) readings.push_back({p.t_s, std::nullopt, std::nullopt, true});
        readings.push_back({p.t_s, p.power_w, std::nullopt, false});
    }
    for (const auto& p : account.counter.takeAfter(oldest))
        readings.push_back({p.t_s, std::nullopt, p.counter_j, false});
    std::ranges::stable_sort(readings, {}, &Reading::t_s);
    for (const auto& reading : readings)
        take(account, reading);
    account.failed = account.failed || failed_last;
}

void EnergyLedger::settleAll() const {
    for (auto& account : m_accounts)
        settle(account);
}

void EnergyLedger::setHolds(std::vector<Interval> holds) {
    m_holds = std::move(holds);
}

void EnergyLedger::setActive(std::size_t account, Interval active) {
    if (account < m_accounts.size()) m_accounts[account].active = active;
}

bool EnergyLedger::hasFigure(const Account& account) {
    return account.power.size() >= 2 || account.counter.usable();
}

double EnergyLedger::reach(const Account& account) {
    if (std::isfinite(account.active.to_s)) return std::numeric_limits<double>::infinity();
    return account.power.empty() ? account.counter.lastS() : account.power.lastS();
}

double EnergyLedger::powerAt(const Account& account, double t_s) {
    if (t_s > account.active.to_s) return 0.0;
    return account.power.empty() ? account.counter.lastMeanW() : account.power.powerAt(t_s);
}

EnergyLedger::Window EnergyLedger::measure(const Account& account, double from_s,
                                           double to_s) const {
    Window w;
    w.active_s = to_s - from_s;
    w.power = account.power.between(from_s, to_s);
    w.counter = account.counter.between(from_s, to_s, account.power);
    for (const auto& hold : m_holds) {
        const double a = std::max(hold.from_s, from_s);
        const double b = std::min(hold.to_s, to_s);
        if (b <= a) continue;
        w.active_s -= b - a;
        w.pieces += a > from_s && b < to_s ? 1 : 0;
        w.power_held += account.power.between(a, b);
        const auto held = account.counter.between(a, b, account.power);
        w.counter_held.energy += held.energy;
        w.counter_held.covered_s += held.covered_s;
    }
    return w;
}

EnergyLedger::Figure EnergyLedger::figure(const Account& account, double from_s,
                                          double to_s) const {
    from_s = std::max(from_s, account.active.from_s);
    to_s = std::min(to_s, account.active.to_s);
    Figure f;
    if (!(to_s > from_s) || !hasFigure(account)) return f;
    const Window w = measure(account, from_s, to_s);
    f.active_s = w.active_s;
    f.pieces = w.pieces;
    const bool sampled = account.power.size() >= 2;
    // Half of the whole window: a run that was held most of the time keeps its counter.
    const bool counted = account.counter.usable() && 2.0 * w.counter.covered_s >= to_s - from_s;
    if (!sampled && !counted) return f;
    if (sampled) f.integrated_j = (w.power - w.power_held).j;
    if (counted) f.counter_j = (w.counter.energy - w.counter_held.energy).j;
    const bool wanted =
        account.device.method == EnergyMethod::Counter && to_s - from_s >= kCounterWindowS;
    const bool use_counter = counted && (wanted || !sampled);
    f.energy = use_counter ? w.counter.energy - w.counter_held.energy : w.power - w.power_held;
    f.held_j = use_counter ? w.counter_held.energy.j : w.power_held.j;
    f.sampled_s = f.active_s;
    if (use_counter) f.sampled_s -= w.counter.covered_s - w.counter_held.covered_s;
    f.sampled_s = std::max(0.0, f.sampled_s);
    f.method = account.device.method;
    if (isMeasured(f.method))
        f.method = use_counter ? EnergyMethod::Counter : EnergyMethod::Integrated;
    return f;
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

    const auto scatter = account.power.scatter(from_s, to_s);
    const double spacing =
        scatter.steps == 0 ? 0.0 : (to_s - from_s) / static_cast<double>(scatter.steps);
    const auto terms = uncertaintyTerms(
        {e.j, f.active_s, f.pieces, account.device.period_s, f.sampled_s, spacing,
         scatter.deviation(), averagedShare(account.device), gainHalfWidth(account.device)});
    const auto& extremes = account.power;
    const double p_min = extremes.empty() ? account.counter.minW() : extremes.minW();
    const double p_max = extremes.empty() ? account.counter.maxW() : extremes.maxW();
    const double below = std::max(0.0, f.energy.gap_j - p_min * e.gap_s);
    const double above = std::max(0.0, p_max * e.gap_s - f.energy.gap_j);
    if (f.method == EnergyMethod::Estimated) {
        const double u = kCoverage * terms.withoutGain();
        e.low_j = std::max(0.0, account.device.gain_low * (e.j - below - u));
        e.high_j = account.device.gain_high * (e.j + above + u);
    } else {
        const double u = kCoverage * terms.combined();
        e.low_j = std::max(0.0, e.j - below - u);
        e.high_j = e.j + above + u;
    }
    e.u_j = std::max(e.j - e.low_j, e.high_j - e.j);
    return e;
}

std::vector<EnergyEntry> EnergyLedger::entries(double from_s, double to_s) const {
    settleAll();
    std::vector<EnergyEntry> list;
    list.reserve(m_accounts.size());
    for (const auto& account : m_accounts)
        list.push_back(entry(account, from_s, to_s));
    return list;
}

std::vector<std::size_t> EnergyLedger::headlineAccounts() const {
    settleAll();
    std::vector<const PowerDevice*> devices;
    devices.reserve(m_accounts.size());
    for (const auto& account : m_accounts)
        devices.push_back(hasFigure(account) ? &account.device : nullptr);
    return headlineDevices(devices);
}

std::optional<double> EnergyLedger::energyAt(double from_s, double t_s) const {
    bool covered = false;
    double sum = 0.0;
    for (const auto i : headlineAccounts()) {
        const auto f = figure(m_accounts[i], from_s, t_s);
        if (f.method == EnergyMethod::None) continue;
        covered = covered || reach(m_accounts[i]) >= t_s;
        sum += f.energy.j;
    }
    return covered ? std::optional(sum) : std::nullopt;
}

double EnergyLedger::coveredUntil() const {
    double until = std::numeric_limits<double>::infinity();
    for (const auto i : headlineAccounts())
        until = std::min(until, reach(m_accounts[i]));
    return std::isfinite(until) ? until : 0.0;
}

std::optional<double> EnergyLedger::latestPower() const {
    const auto used = headlineAccounts();
    const double at_s = coveredUntil();
    double sum = 0.0;
    bool open = false;
    for (const auto i : used) {
        open = open || !std::isfinite(m_accounts[i].active.to_s);
        sum += powerAt(m_accounts[i], at_s);
    }
    return open ? std::optional(sum) : std::nullopt;
}

}  // namespace wattline

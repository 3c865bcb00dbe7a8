// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/ledger.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::optional<double> plausiblePower(double w) {
    return std::isfinite(w) && w >= 0.0 && w <= kPlausibleWatts ? std::optional(w) : std::nullopt;
}

std::optional<double> plausibleCounter(double j) {
    return std::isfinite(j) && j >= 0.0 ? std::optional(j) : std::nullopt;
}

/// A counter that rose faster than five times the highest power sampled so far, and a kilowatt for
/// a load that began since, was reset, wrapped or misread: 262 kJ (a RAPL counter's range) in 30 s
/// is 9 kW, which a limit of 100 kW would take for energy.
double plausibleCounterPower(const PowerCurve& power) {
    constexpr std::size_t kEnough = 10;
    if (power.size() < kEnough) return kPlausibleWatts;
    return std::min(kPlausibleWatts, 5.0 * power.maxW() + 1000.0);
}

}  // namespace

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

bool EnergyLedger::cutBetween(double from_s, double to_s) const {
    return std::ranges::any_of(m_suspensions, [&](const Interval& each) {
        const double middle = 0.5 * (each.from_s + each.to_s);
        return from_s < middle && middle <= to_s;
    });
}

void EnergyLedger::take(Account& account, const Reading& reading) const {
    if (reading.power_w) {
        const bool cut = !account.power.empty() && cutBetween(account.power.lastS(), reading.t_s);
        account.power.append(reading.t_s, *reading.power_w, account.failed, cut);
        account.failed = false;
    }
    account.failed = account.failed || reading.failed;
    if (!reading.counter_j) return;
    const bool cut = !account.counter.empty() && cutBetween(account.counter.lastS(), reading.t_s);
    account.counter.append(reading.t_s, *reading.counter_j,
                           {cut, plausibleCounterPower(account.power)});
}

/// Merges late readings: what lies after the oldest of them is taken out of the curves and appended
/// again in order of time.
void EnergyLedger::settle(Account& account) const {
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

void EnergyLedger::setSuspensions(std::vector<Interval> suspensions) {
    m_suspensions = std::move(suspensions);
}

void EnergyLedger::setShared(std::size_t account, std::vector<SharedInterval> shared) {
    if (account < m_accounts.size()) m_accounts[account].shared = std::move(shared);
}

void EnergyLedger::setClockError(std::size_t account, double seconds) {
    if (account < m_accounts.size() && seconds >= 0.0) m_accounts[account].clock_error_s = seconds;
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

/// A block's joules, as the samples are spread over it; outside of blocks the samples' own.
double EnergyLedger::attributedTo(const Account& account, double from_s, double to_s) {
    double sum = 0.0;
    for (double at = from_s; at < to_s;) {
        const auto block = account.counter.blockAfter(at);
        const double begin = block ? std::clamp(block->from_s, at, to_s) : to_s;
        if (begin > at) sum += account.counter.between(at, begin, account.power).energy.j;
        if (begin >= to_s) break;
        const double end = std::min(block->to_s, to_s);
        const double whole = account.power.between(block->from_s, block->to_s).j;
        const double share = whole > 0.0 ? account.power.between(begin, end).j / whole
                                         : (end - begin) / (block->to_s - block->from_s);
        sum += share * block->j;
        at = end;
    }
    return sum;
}

/// Decided by what the device declares, not by what has been read so far: a figure must not depend
/// on when somebody looked.
bool EnergyLedger::isCounted(const Account& account) {
    return account.device.method == EnergyMethod::Counter;
}

double EnergyLedger::attributed(double from_s, double to_s) const {
    double sum = 0.0;
    bool known = false;
    const auto headline_accounts = headlineAccounts();
    for (const auto& piece : countedPieces(from_s, to_s))
        for (const auto i : headline_accounts) {
            const auto& account = m_accounts[i];
            const double from = std::max(piece.from_s, account.active.from_s);
            const double to = std::min(piece.to_s, account.active.to_s);
            if (!(to > from)) continue;
            known = true;
            sum += isCounted(account) ? attributedTo(account, from, to)
                   : account.power.size() >= 2
                       ? account.power.between(from, to).j
                       : account.counter.between(from, to, account.power).energy.j;
        }
    return known ? sum : std::numeric_limits<double>::quiet_NaN();
}

/// A stretch without the holds and suspensions in it.
std::vector<Interval> EnergyLedger::countedPieces(double from_s, double to_s) const {
    std::vector<Interval> left_out;
    for (const auto* list : {&m_holds, &m_suspensions})
        for (const auto& each : *list)
            if (each.to_s > from_s && each.from_s < to_s) left_out.push_back(each);
    std::ranges::sort(left_out, {}, &Interval::from_s);
    std::vector<Interval> pieces;
    for (const auto& each : left_out) {
        if (each.from_s > from_s) pieces.push_back({from_s, each.from_s});
        from_s = std::max(from_s, each.to_s);
    }
    if (to_s > from_s) pieces.push_back({from_s, to_s});
    return pieces;
}

double EnergyLedger::sampledEnergy(double from_s, double to_s) const {
    double sum = 0.0;
    bool known = false;
    for (const auto i : headlineAccounts()) {
        const auto& account = m_accounts[i];
        if (account.power.size() < 2 || !(to_s > from_s)) continue;
        known = true;
        sum += account.power.between(from_s, to_s).j;
    }
    return known ? sum : std::numeric_limits<double>::quiet_NaN();
}

double EnergyLedger::attributedUntil() const {
    double until = std::numeric_limits<double>::infinity();
    const auto used = headlineAccounts();
    if (used.empty() && !m_accounts.empty()) return -until;  // somebody may still say something
    for (const auto i : used) {
        const auto& account = m_accounts[i];
        if (std::isfinite(account.active.to_s)) continue;
        until =
            std::min(until, isCounted(account) ? account.counter.blocksUntil() : reach(account));
    }
    return until;
}

double EnergyLedger::sensorPeriodS() const {
    double period = 0.0;
    for (const auto i : headlineAccounts())
        period = std::max(period, m_accounts[i].device.period_s);
    return period;
}

}  // namespace wattline

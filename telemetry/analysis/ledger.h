// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "telemetry/analysis/counter_curve.h"
#include "telemetry/analysis/power_curve.h"
#include "telemetry/core/energy.h"

namespace wattline {

/// One reading placed on the run's wall time (seconds since its window opened). NaN: not read.
struct LedgerSample {
    double t_s = 0.0;
    double power_w = std::numeric_limits<double>::quiet_NaN();
    double counter_j = std::numeric_limits<double>::quiet_NaN();
};

struct Interval {
    double from_s = 0.0, to_s = 0.0;
};

/// A counter is the headline figure of windows at least this long; on shorter ones its ticks (20 to
/// 100 ms, and late) cost more than sampled power does.
inline constexpr double kCounterWindowS = 5.0;

/// The energy ledger: one account per physical device (key: PowerDevice::id), never per rank.
///
/// Samples come in time order per device; those of a device that two processes sample are merged
/// by time and counted once. Readings that cannot be (negative, infinite, beyond 100 kW) count as
/// not read. Energy inside a hold is booked apart. A failed read or a silence longer than 3 periods
/// is a gap: the figure bridges it by the mean of its neighbours, and [low_j, high_j] widens to
/// [P_min, P_max] x gap, the extremes that this device has shown. A counter bridges gaps of the
/// sampled power by itself.
///
/// The figure of a device with method Counter is its counter's difference over windows of 5 s and
/// more, when it covers at least half of the window, else the integral of sampled power; the
/// entry's device.method says which one it is. Needs two readings: with fewer an entry has method
/// None and NaN figures. Uncertainty (k = 2) by the model in resources/guide/energy.md.
/// Pure. Threads: one owner. Adding costs amortised O(1), a window O((1 + holds) log n) an account.
class EnergyLedger {
public:
    /// The account's index; the same id gives the same account.
    std::size_t addDevice(const PowerDevice& device);
    void addSample(std::size_t account, const LedgerSample& sample);
    /// Holds are disjoint and in order; the last one may still be open (to_s = +inf).
    void setHolds(std::vector<Interval> holds);
    /// The part of wall time in which this device belonged to the run (an attempt on other hosts
    /// before or after). Outside it has no energy and no gap. Default: always.
    void setActive(std::size_t account, Interval active);

    /// Entries over [from_s, to_s] of wall time, held time excluded. In a live run end the window
    /// at coveredUntil(): what lies beyond the newest reading counts as a gap after 3 periods.
    [[nodiscard]] std::vector<EnergyEntry> entries(double from_s, double to_s) const;

    /// Cumulative headline energy (J) from `from_s` to `t_s`, held energy left out: the same figure
    /// as headline(entries(from_s, t_s)).j. Empty while no headline account has a reading at or
    /// after `t_s`; accounts that lag behind are bridged by their last reading. Where a device has
    /// a counter, the figure changes from sampled power to counter at 5 s.
    [[nodiscard]] std::optional<double> energyAt(double from_s, double t_s) const;
    /// Headline power (W) at the newest instant that every headline account has reached.
    [[nodiscard]] std::optional<double> latestPower() const;
    /// Newest wall time up to which every headline account has a reading; 0 without any.
    [[nodiscard]] double coveredUntil() const;

private:
    struct Reading {
        double t_s;
        std::optional<double> power_w, counter_j;
        bool failed;  ///< power was asked for and not given
    };
    struct Account {
        explicit Account(const PowerDevice& d)
            : device(d), power(d.period_s), counter(d.period_s) {}
        PowerDevice device;
        PowerCurve power;
        CounterCurve counter;
        bool failed = false;  ///< a read failed since the last point of `power`
        double newest_s = -std::numeric_limits<double>::infinity();
        std::vector<Reading> late;  ///< older than newest_s, merged in by the next question
        Interval active{-std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::infinity()};
    };
    struct Figure {
        EnergySums energy;        ///< of the headline method
        double counter_j = -1.0;  ///< held time excluded, as energy is
        double integrated_j = -1.0;
        double held_j = 0.0;
        double active_s = 0.0;
        double sampled_s = 0.0;
        int pieces = 1;
        EnergyMethod method = EnergyMethod::None;
    };
    struct Window;

    static void take(Account& account, const Reading& reading);
    static void settle(Account& account);
    void settleAll() const;
    [[nodiscard]] static bool hasFigure(const Account& account);
    [[nodiscard]] static double reach(const Account& account);
    [[nodiscard]] static double powerAt(const Account& account, double t_s);
    [[nodiscard]] Window measure(const Account& account, double from_s, double to_s) const;
    [[nodiscard]] Figure figure(const Account& account, double from_s, double to_s) const;
    [[nodiscard]] EnergyEntry entry(const Account& account, double from_s, double to_s) const;
    [[nodiscard]] std::vector<std::size_t> headlineAccounts() const;

    mutable std::vector<Account> m_accounts;  ///< questions merge late readings in
    std::vector<Interval> m_holds;
};

/// The headline: measured entries; only where none is, the estimate. Scopes are never added twice
/// (a module covers its host's CPU and DRAM, a host its packages and DRAM). `method` is Counter
/// when all that was added is, else Integrated. Uncertainties of several measured devices add in
/// quadrature; those of estimates and of entries with gaps add up, since one cause widens them all.
struct Headline {
    EnergyMethod method = EnergyMethod::None;
    double j = 0.0, u_j = 0.0, low_j = 0.0, high_j = 0.0, held_j = 0.0;
    std::vector<std::size_t> used;  ///< indices of the entries that were added
};
[[nodiscard]] Headline headline(const std::vector<EnergyEntry>& entries);

/// Which of these devices a headline adds up; null: a device without a figure.
[[nodiscard]] std::vector<std::size_t>
headlineDevices(const std::vector<const PowerDevice*>& devices);

}  // namespace wattline

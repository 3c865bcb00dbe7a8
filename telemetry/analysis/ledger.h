// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "telemetry/analysis/aliasing.h"
#include "telemetry/analysis/counter_curve.h"
#include "telemetry/analysis/power_curve.h"
#include "telemetry/analysis/uncertainty.h"
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

/// Time in which other runs used a device, too: `runs` of them in all, this one included.
struct SharedInterval {
    double from_s = 0.0, to_s = 0.0;
    int runs = 2;
};

/// The energy ledger: one account per physical device (key: PowerDevice::id), never per rank.
///
/// Samples come in time order per device; those of a device that two processes sample are merged
/// by time and counted once. Readings that cannot be (negative, infinite, beyond 100 kW) count as
/// not read. Energy inside a hold is booked apart; inside a suspension (between two attempts) it is
/// nobody's, whether it was sampled or counted. A failed read or a silence longer than 3 periods
/// is a gap: the figure bridges it by the mean of its neighbours, and [low_j, high_j] widens to
/// [P_min, P_max] x gap, the extremes that this device has shown. A counter bridges gaps of the
/// sampled power by itself.
///
/// The figure of a device with method Counter is its counter's difference over windows of 5 s and
/// more, when it covers at least half of the window, else the integral of sampled power; the
/// entry's device.method says which one it is. Needs two readings: with fewer an entry has method
/// None and NaN figures. Uncertainty (k = 2) by the model in resources/guide/energy.md.
///
/// While others share the device this run is given one part in `runs` of its energy; since nobody
/// can tell whose work drew it, the interval then reaches from none of it to all of it.
/// Pure. Threads: one owner. Adding costs amortised O(1), a window O((1 + holds) log n) an account.
class EnergyLedger {
public:
    /// The account's index; the same id gives the same account.
    std::size_t addDevice(const PowerDevice& device);
    void addSample(std::size_t account, const LedgerSample& sample);
    /// Holds are disjoint and in order; the last one may still be open (to_s = +inf).
    void setHolds(std::vector<Interval> holds);
    /// Time between attempts: disjoint, in order, closed. Tell it before readings that follow it.
    void setSuspensions(std::vector<Interval> suspensions);
    /// Disjoint and in order.
    void setShared(std::size_t account, std::vector<SharedInterval> shared);
    /// How far the clock of this device's host may be off the one that made the window.
    void setClockError(std::size_t account, double seconds);
    /// How the training steps, to warn where a sampler may have fallen into step with it.
    void setRhythm(const StepRhythm& rhythm) { m_rhythm = rhythm; }
    /// Readings in [from_s, to_s], before the run's window, show the device idle. Not later ones.
    void setIdleWindow(Interval window) { m_idle = window; }
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
    /// Headline energy of a short stretch (a step), held time left out: the counter's difference
    /// over the blocks of 5 s and more that the stretch lies in, in proportion to the integral of
    /// sampled power; where there is no such block, that integral itself. NaN without a figure.
    /// Stretches that tile a block add up to the counter's difference.
    [[nodiscard]] double attributed(double from_s, double to_s) const;
    /// Integral of the headline's sampled power alone, for shares of a stretch; NaN without one.
    [[nodiscard]] double sampledEnergy(double from_s, double to_s) const;
    /// Up to here more readings of what has been seen so far change no attribution.
    [[nodiscard]] double attributedUntil() const;
    /// The longest period of the headline's sensors; 0 without one.
    [[nodiscard]] double sensorPeriodS() const;
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
        std::vector<SharedInterval> shared;
        double clock_error_s = 0.0;
        Interval active{-std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::infinity()};
    };
    struct Figure {
        EnergySums energy;        ///< of the headline method, this run's part
        double counter_j = -1.0;  ///< held time excluded, as energy is
        double integrated_j = -1.0;
        double held_j = 0.0;
        double shared_j = 0.0, shared_s = 0.0;  ///< the whole device's
        double others_j = 0.0;                  ///< of that, not in `energy`
        double active_s = 0.0;
        double sampled_s = 0.0;
        int pieces = 1;
        EnergyMethod method = EnergyMethod::None;
    };
    /// What one account says of a stretch of wall time, by both methods.
    struct Booked {
        EnergySums power;
        CounterCurve::Sums counter;
        double seconds = 0.0;
        Booked& operator+=(const Booked& o);
        Booked& operator-=(const Booked& o);
    };
    struct Window {
        Booked active, held;
        int pieces = 1;
    };

    void take(Account& account, const Reading& reading) const;
    void settle(Account& account) const;
    void settleAll() const;
    [[nodiscard]] static bool hasFigure(const Account& account);
    [[nodiscard]] static double reach(const Account& account);
    [[nodiscard]] static double powerAt(const Account& account, double t_s);
    [[nodiscard]] bool cutBetween(double from_s, double to_s) const;
    [[nodiscard]] static Booked book(const Account& account, double from_s, double to_s);
    [[nodiscard]] Window measure(const Account& account, double from_s, double to_s) const;
    void share(const Account& account, bool counted, double from_s, double to_s, Figure& f) const;
    [[nodiscard]] Figure figure(const Account& account, double from_s, double to_s) const;
    [[nodiscard]] EnergyEntry entry(const Account& account, double from_s, double to_s) const;
    static void bound(const Account& account, const Figure& f, const UncertaintyInputs& in,
                      EnergyEntry& e);
    void compareWithIdle(const Account& account, double active_s, EnergyEntry& e) const;
    void addFlags(const Account& account, const Figure& f, const UncertaintyInputs& in,
                  Interval window, EnergyEntry& e) const;
    [[nodiscard]] static UncertaintyInputs inputs(const Account& account, const Figure& f,
                                                  double from_s, double to_s);
    [[nodiscard]] std::vector<Interval> countedPieces(double from_s, double to_s) const;
    [[nodiscard]] static bool isCounted(const Account& account);
    [[nodiscard]] static double attributedTo(const Account& account, double from_s, double to_s);
    [[nodiscard]] std::vector<std::size_t> headlineAccounts() const;

    mutable std::vector<Account> m_accounts;  ///< questions merge late readings in
    std::vector<Interval> m_holds, m_suspensions;
    StepRhythm m_rhythm;
    std::optional<Interval> m_idle;
};

/// The headline: measured entries; only where none is, the estimate. Scopes are never added twice
/// (contains() in core/energy.h; RAPL's psys is shown and added to nothing). `method` is Counter
/// when all that was added is, else Integrated. Uncertainties of several measured devices add in
/// quadrature; those of estimates, of shared devices and of entries with gaps add up, since one
/// cause widens them all. Of two sensors of one thing the first counts.
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

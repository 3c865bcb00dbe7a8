// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/core/energy.h"

namespace wattline {

/// One reading placed on the run's wall time (seconds since its window opened). NaN: not read.
struct LedgerSample {
    double t_s = 0.0;
    double power_w = 0.0;
    double counter_j = 0.0;
};

struct Interval {
    double from_s = 0.0, to_s = 0.0;
};

/// The energy ledger: one account per physical device (key: PowerDevice::id), never per rank.
/// Samples come in time order per device; those of a device that two processes sample are merged
/// by time and counted once. Energy inside a hold is booked apart. A failed read or a silence
/// longer than 3 periods is a gap: its energy is bounded by the extremes seen, and the figure
/// bridges it. Uncertainty (k = 2) by the model: edges P tau/sqrt(6), sampling s T sqrt((1-f)/n),
/// gain 0.05 E/sqrt(3) or the device's [gain_low, gain_high] for an estimate, in quadrature; see
/// resources/guide/energy.md. Pure; threads: one owner.
class EnergyLedger {
public:
    /// The account's index; the same id gives the same account.
    std::size_t addDevice(const PowerDevice& device);
    void addSample(std::size_t account, const LedgerSample& sample);
    /// Holds are disjoint and in order; the last one may still be open (to_s = +inf).
    void setHolds(std::vector<Interval> holds);

    /// Entries over [from_s, to_s] of wall time, held time excluded.
    [[nodiscard]] std::vector<EnergyEntry> entries(double from_s, double to_s) const;

    /// Cumulative headline energy (J) from `from_s` to `t_s`, held energy left out; empty while no
    /// account covers it.
    [[nodiscard]] std::optional<double> energyAt(double from_s, double t_s) const;
    /// Headline power (W) at the newest instant that every headline account has reached.
    [[nodiscard]] std::optional<double> latestPower() const;
    /// Newest wall time up to which every headline account has a reading.
    [[nodiscard]] double coveredUntil() const;

private:
    struct Account {
        PowerDevice device;
        std::vector<LedgerSample> samples;
    };
    std::vector<Account> m_accounts;
    std::vector<Interval> m_holds;
};

/// The headline: measured entries; only where none is, the estimate. Scopes are never added twice
/// (a module covers its CPU, a host covers its packages).
struct Headline {
    EnergyMethod method = EnergyMethod::None;
    double j = 0.0, u_j = 0.0, low_j = 0.0, high_j = 0.0, held_j = 0.0;
    std::vector<std::size_t> used;  ///< indices of the entries that were added
};
[[nodiscard]] Headline headline(const std::vector<EnergyEntry>& entries);

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "telemetry/analysis/disagreement.h"
#include "telemetry/analysis/ledger.h"

namespace wattline {
namespace {

/// Methods that may be added to each other have the same rank; the lowest rank present wins.
int rankOf(EnergyMethod method) {
    if (isMeasured(method)) return 0;
    constexpr std::array order{EnergyMethod::Simulated, EnergyMethod::Imported,
                               EnergyMethod::Estimated};
    return 1 + static_cast<int>(std::ranges::find(order, method) - order.begin());
}

}  // namespace

std::vector<std::size_t> headlineDevices(const std::vector<const PowerDevice*>& devices) {
    constexpr int kNone = 4;
    // RAPL's psys covers what the board's maker wired to it: shown, but added to nothing.
    const auto counts = [](const PowerDevice* d) { return d && d->scope != scope::kPlatform; };
    int best = kNone;
    for (const auto* device : devices)
        if (counts(device)) best = std::min(best, rankOf(device->method));
    std::vector<std::size_t> used;
    if (best == kNone) return used;
    const auto chosen = [&](const PowerDevice* d) {
        return counts(d) && rankOf(d->method) == best;
    };
    // Neither containing nor being the same thing goes beyond a host: of thousands of devices, only
    // neighbours are compared.
    struct Host {
        std::vector<const PowerDevice*> chosen, used;
    };
    std::unordered_map<std::string_view, Host> hosts;
    for (const auto* device : devices)
        if (chosen(device)) hosts[device->boot_id].chosen.push_back(device);
    for (std::size_t i = 0; i < devices.size(); ++i) {
        if (!chosen(devices[i])) continue;
        auto& host = hosts[devices[i]->boot_id];
        const auto covers_it = [&](const PowerDevice* other) {
            return contains(*other, *devices[i]);
        };
        // A second sensor of the same thing checks the first; it is no second thing.
        const auto is_it = [&](const PowerDevice* other) { return sameThing(*other, *devices[i]); };
        if (std::ranges::any_of(host.chosen, covers_it) || std::ranges::any_of(host.used, is_it))
            continue;
        used.push_back(i);
        host.used.push_back(devices[i]);
    }
    return used;
}

Headline headline(const std::vector<EnergyEntry>& entries) {
    std::vector<const PowerDevice*> devices;
    for (const auto& e : entries) {
        const bool figure = e.device.method != EnergyMethod::None && std::isfinite(e.j);
        devices.push_back(figure ? &e.device : nullptr);
    }
    Headline sum;
    sum.used = headlineDevices(devices);
    double below = 0.0, above = 0.0, below_sq = 0.0, above_sq = 0.0;
    for (const auto i : sum.used) {
        const auto& e = entries[i];
        const bool common = e.gap_s > 0.0 || e.shared_j > 0.0 || !isMeasured(e.device.method);
        sum.j += e.j;
        sum.held_j += e.held_j;
        (common ? below : below_sq) += common ? e.j - e.low_j : std::pow(e.j - e.low_j, 2);
        (common ? above : above_sq) += common ? e.high_j - e.j : std::pow(e.high_j - e.j, 2);
        const bool first = sum.method == EnergyMethod::None;
        if (first || sum.method == EnergyMethod::Counter) sum.method = e.device.method;
    }
    sum.low_j = std::max(0.0, sum.j - below - std::sqrt(below_sq));
    sum.high_j = sum.j + above + std::sqrt(above_sq);
    sum.u_j = std::max(below + std::sqrt(below_sq), above + std::sqrt(above_sq));
    return sum;
}

}  // namespace wattline

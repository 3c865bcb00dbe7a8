// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/energy_words.h"

#include <algorithm>
#include <set>

#include "telemetry/analysis/ledger.h"

namespace wattline {
namespace {

/// Hosts whose energy is in the headline; by boot id, since names repeat.
std::size_t hostsIn(const RunSummary& run, const Headline& sum) {
    std::set<std::string> hosts;
    for (const auto i : sum.used)
        hosts.insert(run.energy[i].device.boot_id);
    return hosts.size();
}

std::string where(const PowerDevice& device) {
    const auto& label = device.label.empty() ? device.id : device.label;
    return device.host.empty() ? label : label + " on " + device.host;
}

std::string hostsOf(std::size_t covered, int all) {
    return std::to_string(covered) + " of " + std::to_string(all) + " hosts";
}

}  // namespace

std::string methodWords(const RunSummary& run) {
    if (!run.energy_j) return {};
    const auto sum = headline(run.energy);
    std::set<std::string> methods;
    for (const auto i : sum.used)
        methods.emplace(name(run.energy[i].device.method));
    if (methods.empty()) methods.emplace(name(run.energy_method));
    std::string text;
    for (const auto& method : methods)
        text += (text.empty() ? "" : " + ") + method;
    const auto covered = hostsIn(run, sum);
    if (covered > 0 && run.hosts > static_cast<int>(covered))
        text += ", " + hostsOf(covered, run.hosts);
    return text;
}

std::vector<std::string> energyWarnings(const RunSummary& run) {
    std::vector<std::string> out;
    if (!run.energy_j && run.wall_s > 0.0)
        out.emplace_back("No sensor could be read and nothing was estimated: this run has hours "
                         "and no energy; 'wattline doctor' says what its hosts can measure.");
    const auto sum = headline(run.energy);
    const auto covered = hostsIn(run, sum);
    if (covered > 0 && run.hosts > static_cast<int>(covered))
        out.push_back("The energy is that of " + hostsOf(covered, run.hosts) +
                      ": on the others nothing was " +
                      (isMeasured(run.energy_method) ? "measured." : "read."));
    for (std::size_t i = 0; i < run.energy.size(); ++i) {
        const auto& entry = run.energy[i];
        if (run.energy_j && entry.device.method == EnergyMethod::None)
            out.push_back(where(entry.device) + " gave no figure: whatever it drew is in no sum.");
        for (const auto& flag : entry.flags)
            out.push_back(where(entry.device) + ": " + flag.text + ".");
    }
    return out;
}

std::string scopeWords(const RunSummary& run) {
    std::vector<std::string> scopes;
    for (const auto i : headline(run.energy).used) {
        const auto& scope = run.energy[i].device.scope;
        if (!scope.empty() && std::ranges::find(scopes, scope) == scopes.end())
            scopes.push_back(scope);
    }
    std::string text;
    for (std::size_t i = 0; i < scopes.size(); ++i)
        text += (i == 0 ? "" : i + 1 == scopes.size() ? " and " : ", ") + scopes[i];
    return text;
}

}  // namespace wattline

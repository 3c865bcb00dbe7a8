// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/comparison_notes.h"

#include <algorithm>
#include <functional>
#include <set>

#include "telemetry/analysis/energy_words.h"
#include "telemetry/analysis/ledger.h"
#include "telemetry/core/units.h"

namespace wattline {
namespace {

std::set<std::string> distinct(const std::vector<RunSummary>& runs,
                               const std::function<std::string(const RunSummary&)>& text) {
    std::set<std::string> values;
    for (const auto& run : runs)
        values.insert(text(run));
    return values;
}

std::string joined(const std::set<std::string>& values) {
    std::string text;
    for (const auto& value : values)
        text += (text.empty() ? "" : ", ") + value;
    return text;
}

std::string method(const RunSummary& run) {
    return std::string(name(run.energy_method));
}

void addEnergyNotes(const std::vector<RunSummary>& runs, std::vector<std::string>& notes) {
    const auto methods = distinct(runs, method);
    if (methods.contains("none"))
        notes.emplace_back("Some runs have no energy figure: no sensor and no estimate.");
    if (methods.contains("estimated"))
        notes.emplace_back(
            "Estimated energy follows from utilisation x rated power, not from a sensor: a "
            "difference between estimates is one of utilisation and time.");
    if (methods.contains("simulated"))
        notes.emplace_back("Simulated energy follows from a model of made-up devices: no figure of "
                           "such a run was measured.");
    if (methods.size() > 1)
        notes.push_back("The energies come from different methods (" + joined(methods) +
                        "); such a difference is not judged.");
}

/// At the same time, as far as summaries tell: a run starts a little after it was created.
bool overlap(const RunSummary& a, const RunSummary& b) {
    const auto from = [](const RunSummary& r) {
        return static_cast<double>(r.spec.created_unix_ns) / kNanosPerSecond;
    };
    const auto to = [&](const RunSummary& r) { return from(r) + r.wall_s + r.held_s; };
    return a.spec.created_unix_ns > 0 && b.spec.created_unix_ns > 0 && from(a) < to(b) &&
           from(b) < to(a);
}

bool shareDevice(const RunSummary& a, const RunSummary& b) {
    return std::ranges::any_of(headline(a.energy).used, [&](std::size_t i) {
        return std::ranges::any_of(headline(b.energy).used, [&](std::size_t k) {
            return a.energy[i].device.id == b.energy[k].device.id;
        });
    });
}

/// A device has one energy, whoever uses it: each of two runs at a time is given all of it.
void addSharingNotes(const std::vector<RunSummary>& runs, std::vector<std::string>& notes) {
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (std::size_t k = i + 1; k < runs.size(); ++k)
            if (runs[i].spec.id != runs[k].spec.id && overlap(runs[i], runs[k]) &&
                shareDevice(runs[i], runs[k]))
                notes.push_back("'" + displayName(runs[i].spec) + "' and '" +
                                displayName(runs[k].spec) +
                                "' ran at the same time on the same device: the energy of each "
                                "holds the other's, and each slowed the other down.");
}

}  // namespace

std::vector<std::string> comparisonNotes(const std::vector<RunSummary>& runs) {
    std::vector<std::string> notes;
    addEnergyNotes(runs, notes);
    addSharingNotes(runs, notes);
    for (const auto& run : runs)
        for (const auto& warning : energyWarnings(run))
            notes.push_back("'" + displayName(run.spec) + "': " + warning);
    const auto differ = [&](const char* what, const auto& text) {
        const auto values = distinct(runs, text);
        if (values.size() > 1)
            notes.push_back(std::string("The runs differ in ") + what + ": " + joined(values) +
                            ".");
    };
    differ("model", [](const RunSummary& r) { return r.spec.model; });
    differ("dataset", [](const RunSummary& r) { return r.spec.dataset; });
    differ("recipe", [](const RunSummary& r) { return r.spec.recipe; });
    differ("seed", [](const RunSummary& r) { return std::to_string(r.spec.seed); });
    differ("threads per rank",
           [](const RunSummary& r) { return std::to_string(r.spec.threads_per_rank); });
    differ("what counts as a GPU hour", [](const RunSummary& r) { return r.device_kind; });
    differ("steps done", [](const RunSummary& r) { return std::to_string(r.step); });
    differ("state", [](const RunSummary& r) { return std::string(name(r.state)); });
    bool lost = false;
    for (const auto& run : runs)
        lost = lost || run.records_lost > 0;
    if (lost) notes.emplace_back("Records were lost; run 'wattline verify' for what is missing.");
    return notes;
}

}  // namespace wattline

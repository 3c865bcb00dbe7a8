// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/step_energies.h"

#include <algorithm>
#include <cmath>

#include "telemetry/analysis/uncertainty.h"

namespace wattline {
namespace {

/// A phase this many sensor periods long has a power of its own; a shorter one has a share of time.
constexpr double kPeriodsToTell = 10.0;

constexpr std::array kNames{"compute",    "communication_wait", "data_wait",
                            "evaluation", "checkpoint",         "other"};

double known(double seconds) {
    return std::isfinite(seconds) && seconds > 0.0 ? seconds : 0.0;
}

}  // namespace

void StepEnergies::addStep(const RunStep& step, const std::array<double, kAxisCount>& axes) {
    // A step of unknown length reaches back to what was before it.
    const double from =
        std::isfinite(step.duration_s)
            ? std::clamp(step.end_s - step.duration_s, m_last_s, std::max(m_last_s, step.end_s))
            : m_last_s;
    close(Stretch::Other, from);
    close(Stretch::Step, step.end_s);
    if (m_open.empty() || m_open.back().kind != Stretch::Step) return;
    m_open.back().phase_s = step.phase_s;
    m_open.back().axes = axes;
}

void StepEnergies::close(Stretch kind, double end_s) {
    // A step without length still has a row; other stretches then say nothing.
    if (!(end_s > m_last_s) && kind != Stretch::Step) return;
    Open open;
    open.kind = kind;
    open.from_s = m_last_s;
    open.to_s = m_last_s = std::max(m_last_s, end_s);
    m_open.push_back(open);
}

void StepEnergies::settle(const EnergyLedger& ledger, const Timeline& timeline, bool over) {
    if (m_open.empty()) return;
    const double until = over ? std::numeric_limits<double>::infinity() : ledger.attributedUntil();
    while (!m_open.empty() && m_open.front().to_s <= until) {
        attribute(m_open.front(), ledger, timeline);
        m_open.pop_front();
    }
}

void StepEnergies::attribute(const Open& open, const EnergyLedger& ledger,
                             const Timeline& timeline) {
    const double j = ledger.attributed(open.from_s, open.to_s);
    const double seconds = timeline.activeUntil(open.to_s) - timeline.activeUntil(open.from_s);
    // The stretch as a whole was sampled like any other: long enough, its joules are its own.
    const bool brief = seconds < kPeriodsToTell * ledger.sensorPeriodS();
    switch (open.kind) {
    case Stretch::Step:
        m_table.append(open.axes, std::array{j});
        if (std::isfinite(j)) divide(open, j, ledger);
        return;
    case Stretch::Evaluation:
        return add(Evaluation, seconds, j, brief);
    case Stretch::Checkpoint:
        return add(Checkpoint, seconds, j, brief);
    case Stretch::Other:
        return add(Other, seconds, j, brief);
    }
}

void StepEnergies::divide(const Open& open, double j, const EnergyLedger& ledger) {
    constexpr std::array<Group, kPhaseCount> groups{DataWait, Compute, Compute, Communication,
                                                    Compute};
    const double whole_s = open.to_s - open.from_s;
    if (!(whole_s > 0.0)) return;
    const double period_s = ledger.sensorPeriodS();
    const double sampled_j = ledger.sampledEnergy(open.from_s, open.to_s);
    double at_s = open.from_s, rest_s = whole_s, rest_j = j;
    for (std::size_t i = 0; i < kPhaseCount; ++i) {
        const double seconds = std::min(known(open.phase_s[i]), rest_s);
        if (seconds <= 0.0) continue;
        const bool by_time = seconds < kPeriodsToTell * period_s || !(sampled_j > 0.0);
        const double share =
            by_time ? seconds / whole_s : ledger.sampledEnergy(at_s, at_s + seconds) / sampled_j;
        const double part = std::min(rest_j, share * j);
        add(groups[i], seconds, part, by_time);
        at_s += seconds;
        rest_s -= seconds;
        rest_j -= part;
    }
    if (rest_s > 0.0) add(Other, rest_s, rest_j, true);
}

void StepEnergies::add(Group group, double seconds, double j, bool by_time) {
    if (!std::isfinite(j) || !(seconds > 0.0)) return;
    auto& book = m_books[group];
    book.seconds += seconds;
    book.j += j;
    book.by_time_s += by_time ? seconds : 0.0;
    ++book.times;
}

std::vector<PhaseEnergy> StepEnergies::phases(const std::vector<EnergyEntry>& entries) const {
    // From the headline's terms: the scale is a share of any energy, the sampling term grows with
    // the root of the time, and each stretch has two edges of its own.
    double total_j = 0.0, total_s = 0.0, gain_sq = 0.0, sampling_sq = 0.0, period_s = 0.0;
    for (const auto& book : m_books)
        total_s += book.seconds;
    for (const auto i : headline(entries).used) {
        const auto& e = entries[i];
        total_j += e.j;
        gain_sq += e.terms.gain_j * e.terms.gain_j;
        sampling_sq += e.terms.sampling_j * e.terms.sampling_j;
        period_s = std::max(period_s, e.device.period_s);
    }
    std::vector<PhaseEnergy> out;
    for (std::size_t i = 0; i < m_books.size(); ++i) {
        const auto& book = m_books[i];
        if (book.times == 0) continue;
        const double edges = book.j / book.seconds * period_s * std::sqrt(book.times / 6.0);
        const double gain = total_j > 0.0 ? std::sqrt(gain_sq) / total_j * book.j : 0.0;
        const double sampling = std::sqrt(sampling_sq * book.seconds / total_s);
        out.push_back({kNames.at(i), book.seconds, book.j,
                       kCoverage * std::hypot(edges, gain, sampling),
                       2.0 * book.by_time_s > book.seconds});
    }
    return out;
}

}  // namespace wattline

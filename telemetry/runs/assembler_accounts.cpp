// SPDX-License-Identifier: Apache-2.0
// What the books need beside the records: clocks of hosts, work that was done again.
#include <algorithm>

#include "telemetry/runs/assembler.h"

namespace wattline {
namespace {

/// No checkpoint is that many steps old; work that was done again from further back is counted from
/// here on. A megabyte, however long the run is.
constexpr std::size_t kStepsToRemember = 65'536;
/// Readings up to an hour before the window, and not the last ones: work may have begun.
constexpr double kBaselineMarginS = 0.2;
constexpr double kBaselineReachS = 3600.0;

}  // namespace

/// The first rank of each host speaks for it; the lowest rank of all is the reference.
void Assembler::compareClocks(const Attempt& attempt) {
    const std::string* host = nullptr;
    std::optional<double> reference_s;
    const auto ends = attempt.steps.ends();
    for (std::size_t rank = 0; rank < ends.size(); ++rank) {
        const auto* stream = attempt.ranks[rank];
        if (stream == nullptr || !stream->hello || !stream->shift_ns) continue;
        const double end_s = wallSeconds(*stream, ends[rank]);
        if (!reference_s) reference_s = end_s;
        if (host == nullptr || *host != stream->hello->boot_id)
            m_clocks.sawStep(stream->hello->boot_id, end_s, *reference_s);
        host = &stream->hello->boot_id;
    }
}

void Assembler::keepStepEnd(std::uint32_t number, std::uint64_t step, double end_s) {
    if (number < m_stepping) return;  // came late: the journals are read in order again
    if (number > m_stepping) bookRedone(m_attempts.at(number), step);
    m_stepping = number;
    // A later attempt's steps replace those that it does again.
    while (!m_step_ends.empty() && m_step_ends.back().first >= step)
        m_step_ends.pop_back();
    m_step_ends.emplace_back(step, end_s);
    if (m_step_ends.size() > kStepsToRemember) m_step_ends.pop_front();
}

/// An attempt begins with step `first`: what was done from there on before was in vain.
void Assembler::bookRedone(const Attempt& attempt, std::uint64_t first) {
    if (m_step_ends.empty() || m_step_ends.back().first < first) return;
    const auto kept =
        std::ranges::lower_bound(m_step_ends, first, {}, &std::pair<std::uint64_t, double>::first);
    RedoneWork work;
    work.time = {kept == m_step_ends.begin() ? 0.0 : std::prev(kept)->second, attempt.opened_s};
    work.steps = static_cast<std::int64_t>(m_step_ends.end() - kept);
    // Done again for the second time: one stretch holds them all.
    while (!m_redone.empty() && m_redone.back().time.to_s > work.time.from_s) {
        work.time.from_s = std::min(work.time.from_s, m_redone.back().time.from_s);
        work.steps += m_redone.back().steps;
        m_redone.pop_back();
    }
    m_redone.push_back(work);
}

void Assembler::applyShared(const wire::Event& event, double t_s) {
    const int runs = event.kind == "shared" ? std::max(2, event.runs.value_or(2)) : 1;
    m_sharing[event.device][t_s] = runs;
    m_late_hold = m_late_hold || t_s < m_series.settledS();
    tellShared();
    say(t_s, event.step, event.kind, event.text);
}

void Assembler::tellShared() {
    for (const auto& [key, stream] : m_streams)
        for (std::size_t i = 0; i < stream.accounts.size(); ++i) {
            const auto device = m_sharing.find(stream.hello->devices[i].id);
            if (device == m_sharing.end()) continue;
            std::vector<SharedInterval> shared;
            for (auto it = device->second.begin(); it != device->second.end(); ++it) {
                const auto next = std::next(it);
                const double to_s = next == device->second.end()
                                        ? std::numeric_limits<double>::infinity()
                                        : next->first;
                if (it->second > 1) shared.push_back({it->first, to_s, it->second});
            }
            m_series.ledger().setShared(stream.accounts[i], std::move(shared));
        }
}

std::set<std::string> Assembler::hosts() const {
    std::set<std::string> all;
    for (const auto& [key, stream] : m_streams)
        if (stream.hello) all.insert(stream.hello->boot_id);
    return all;
}

void Assembler::describeRun() {
    auto& ledger = m_series.ledger();
    ledger.setHolds(m_timeline.holds());
    ledger.setSuspensions(m_timeline.suspensions());
    ledger.setRhythm(m_series.rhythm());
    ledger.setIdleWindow({-kBaselineReachS, -kBaselineMarginS});
    const auto all = hosts();
    tellShared();
    // On one host window and readings are of one clock.
    double largest_s = 0.0;
    for (const auto& host : all)
        largest_s = std::max(largest_s, m_clocks.errorS(host));
    for (const auto& [key, stream] : m_streams) {
        if (!stream.hello || all.size() < 2) continue;
        for (std::size_t i = 0; i < stream.accounts.size(); ++i)
            ledger.setClockError(stream.accounts[i],
                                 m_clocks.errorS(stream.hello->boot_id) + largest_s);
    }
}

}  // namespace wattline

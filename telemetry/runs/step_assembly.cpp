// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/step_assembly.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "telemetry/core/units.h"

namespace wattline {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::uint64_t kLeastSteps = 64;

}  // namespace

void StepAssembly::Sum::add(std::int64_t value) noexcept {
    if (value == kAbsentNs) return;
    ns += static_cast<std::uint64_t>(value);  // wraps for nonsense, and says nonsense
    ++count;
}

double StepAssembly::Sum::mean() const noexcept {
    if (count == 0) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(static_cast<std::int64_t>(ns)) / kNanosPerSecond / count;
}

std::span<StepAssembly::Report> StepAssembly::reportsOf(std::uint64_t step) noexcept {
    const auto place = static_cast<std::size_t>(step & (m_ring.size() - 1));
    return {m_reports.data() + place * m_ranks, m_ranks};
}

/// Makes the ring hold `steps` neighbours, if it ever may.
bool StepAssembly::widen(std::uint64_t steps) {
    if (steps <= m_ring.size()) return true;
    const auto each = sizeof(Open) + m_ranks * sizeof(Report);
    const auto most = std::max<std::uint64_t>(kLeastSteps, std::bit_floor(kMostBytes / each));
    if (steps > most) return false;
    const auto size = std::bit_ceil(std::max(kLeastSteps, steps));
    auto ring = std::exchange(m_ring, std::vector<Open>(size));
    auto reports = std::exchange(m_reports, std::vector<Report>(size * m_ranks));
    for (std::size_t i = 0; i < ring.size(); ++i) {
        if (ring[i].step == 0) continue;
        m_ring[ring[i].step & (size - 1)] = ring[i];
        std::copy_n(reports.begin() + static_cast<std::ptrdiff_t>(i * m_ranks), m_ranks,
                    reportsOf(ring[i].step).begin());
    }
    return true;
}

/// Frees every step before `until`.
void StepAssembly::letGo(std::uint64_t until) {
    const auto count = std::min<std::uint64_t>(until - m_first, m_ring.size());
    for (auto step = m_first; step < m_first + count; ++step) {
        auto& open = m_ring[step & (m_ring.size() - 1)];
        if (open.step == 0) continue;
        std::ranges::fill(reportsOf(open.step), Report{});
        open = Open{};
        --m_open;
    }
    m_first = until;
}

/// Where the step lies in the ring; null when that is too far behind.
StepAssembly::Open* StepAssembly::slot(std::uint64_t step) {
    if (m_open == 0) m_first = m_newest = step;
    if (step < m_first) {
        if (!widen(m_newest - step + 1)) return nullptr;
        m_first = step;
    }
    while (m_first < step && m_ring.size() <= step - m_first && !m_ring.empty() &&
           m_ring[m_first & (m_ring.size() - 1)].step == 0)
        ++m_first;
    if (!widen(step - m_first + 1)) {
        const auto until = step - m_ring.size() + 1;
        letGo(until);
        m_let_go = until - 1;
    }
    m_newest = std::max(m_newest, step);
    return &m_ring[step & (m_ring.size() - 1)];
}

bool StepAssembly::add(std::uint32_t rank, const StepRecord& record) {
    if (record.step <= m_last || rank >= m_ranks) return false;
    if (record.step <= m_let_go) {
        m_late = true;
        return false;
    }
    auto* open = slot(record.step);
    if (open == nullptr) {
        m_late = true;
        return false;
    }
    auto& report = reportsOf(record.step)[rank];
    if (report.there != 0) return false;
    report = {record.loss, record.end_ns, record.samples, 1};
    if (open->reported == 0 || rank < open->lowest_rank) {
        open->lowest_rank = rank;
        open->epoch = record.epoch;
        open->learning_rate = record.learning_rate;
    }
    if (open->step == 0) ++m_open;
    open->step = record.step;
    open->samples += record.samples;
    open->duration.add(record.duration_ns);
    for (std::size_t i = 0; i < kPhaseCount; ++i)
        open->phases[i].add(record.phase_ns[i]);
    if (++open->reported < m_ranks) return false;
    finish(*open);
    return true;
}

bool StepAssembly::isSound() const noexcept {
    if (m_reports.size() != m_ring.size() * m_ranks || m_open > m_ring.size()) return false;
    if (!m_ring.empty() && !std::has_single_bit(m_ring.size())) return false;
    std::uint64_t open = 0;
    for (std::size_t i = 0; i < m_ring.size(); ++i) {
        const auto step = m_ring[i].step;
        if (step == 0) continue;
        ++open;
        if ((step & (m_ring.size() - 1)) != i || step < m_first || step > m_newest) return false;
        if (m_ring[i].reported >= m_ranks) return false;
    }
    return open == m_open && (open == 0 || m_newest - m_first < m_ring.size());
}

void StepAssembly::finish(Open& open) {
    RunStep out;
    out.step = open.step;
    out.epoch = open.epoch;
    out.learning_rate = open.learning_rate;
    out.samples = static_cast<std::int64_t>(open.samples);
    double loss = 0.0, samples = 0.0;
    m_ends.resize(m_ranks);
    const auto reports = reportsOf(open.step);
    for (std::size_t rank = 0; rank < reports.size(); ++rank) {
        m_ends[rank] = reports[rank].end_ns;
        if (reports[rank].samples == 0) continue;
        loss += reports[rank].loss * reports[rank].samples;
        samples += reports[rank].samples;
    }
    if (samples > 0.0) out.loss = loss / samples;
    out.duration_s = open.duration.mean();
    if (out.duration_s > 0.0) out.throughput = static_cast<double>(out.samples) / out.duration_s;
    for (std::size_t i = 0; i < kPhaseCount; ++i)
        out.phase_s[i] = open.phases[i].mean();
    m_last = out.step;
    letGo(m_last + 1);
    m_complete = out;
}

}  // namespace wattline

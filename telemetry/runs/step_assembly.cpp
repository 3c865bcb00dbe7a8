// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/step_assembly.h"

#include <algorithm>
#include <cmath>

#include "telemetry/core/units.h"

namespace wattline {
namespace {

class Mean {
public:
    void add(std::int64_t ns) noexcept {
        if (ns == kAbsentNs) return;
        m_sum += static_cast<double>(ns) / kNanosPerSecond;
        ++m_count;
    }
    [[nodiscard]] double value() const noexcept {
        return m_count == 0 ? std::numeric_limits<double>::quiet_NaN() : m_sum / m_count;
    }

private:
    double m_sum = 0.0;
    int m_count = 0;
};

double meanLoss(const std::vector<RankStep>& steps) noexcept {
    double sum = 0.0, samples = 0.0;
    for (const auto& [rank, record] : steps) {
        if (record.samples == 0) continue;
        sum += record.loss * record.samples;
        samples += record.samples;
    }
    return samples > 0.0 ? sum / samples : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::optional<std::vector<RankStep>> StepAssembly::add(const RankStep& step) {
    const auto number = step.record.step;
    if (number <= m_last || step.rank >= m_ranks) return std::nullopt;
    auto& slot = m_open[number];
    const auto place = std::ranges::lower_bound(slot, step.rank, {}, &RankStep::rank);
    if (place != slot.end() && place->rank == step.rank) return std::nullopt;
    slot.insert(place, step);
    if (slot.size() < m_ranks) return std::nullopt;
    auto complete = std::move(slot);
    m_last = number;
    m_open.erase(m_open.begin(), m_open.upper_bound(number));
    return complete;
}

RunStep combine(const std::vector<RankStep>& steps) {
    RunStep out;
    const auto& first = steps.front().record;
    out.step = first.step;
    out.epoch = first.epoch;
    out.learning_rate = first.learning_rate;
    out.loss = meanLoss(steps);
    Mean duration;
    std::array<Mean, kPhaseCount> phases;
    for (const auto& [rank, record] : steps) {
        out.samples += record.samples;
        duration.add(record.duration_ns);
        for (std::size_t i = 0; i < kPhaseCount; ++i)
            phases[i].add(record.phase_ns[i]);
    }
    out.duration_s = duration.value();
    if (out.duration_s > 0.0) out.throughput = static_cast<double>(out.samples) / out.duration_s;
    for (std::size_t i = 0; i < kPhaseCount; ++i)
        out.phase_s[i] = phases[i].value();
    return out;
}

}  // namespace wattline

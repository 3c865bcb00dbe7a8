// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/core/records.h"

namespace wattline {

/// One optimizer step of the run, over all its ranks. NaN: not measured.
struct RunStep {
    std::uint64_t step = 0;
    std::uint32_t epoch = 0;  ///< from 1; 0: not told
    std::int64_t samples = 0;
    double loss = std::numeric_limits<double>::quiet_NaN();  ///< mean over all samples
    double learning_rate = std::numeric_limits<double>::quiet_NaN();
    double duration_s = std::numeric_limits<double>::quiet_NaN();  ///< mean over ranks
    /// samples / duration_s: what the step itself achieves, evaluation and holds left out.
    double throughput = std::numeric_limits<double>::quiet_NaN();
    std::array<double, kPhaseCount> phase_s{};  ///< mean over the ranks that measured it
    double end_s = 0.0;  ///< wall seconds when the last rank finished it; filled in by the caller
};

/// Gathers each rank's record of a step until all have reported. Steps of one rank ascend, so a
/// step that is complete makes every earlier incomplete one (a dropped record) final: it is let go.
/// Adds up what needs no order as it comes (nanoseconds, exactly) and keeps what does (losses)
/// until the step is complete, so that the result does not depend on the order of arrival. Steps
/// lie in a ring: a record costs no allocation once the ring is as wide as the ranks are apart. A
/// rank that falls behind by more than the ring may ever hold (64 MiB) is no longer waited for;
/// wasLate() then says when it comes after all. Threads: one owner.
class StepAssembly {
public:
    explicit StepAssembly(std::uint32_t ranks) : m_ranks(ranks) {}

    /// True when this record made its step complete: take complete() before the next add().
    bool add(std::uint32_t rank, const StepRecord& record);
    /// The step just completed but for its end; loss is unknown when a rank that trained on samples
    /// does not know its own: a mean over the others would hide a rank that diverged.
    [[nodiscard]] const RunStep& complete() const noexcept { return m_complete; }
    /// When each rank finished it: CLOCK_MONOTONIC of its host, by rank.
    [[nodiscard]] std::span<const std::int64_t> ends() const noexcept { return m_ends; }
    /// A record came for a step that was no longer waited for.
    [[nodiscard]] bool wasLate() const noexcept { return m_late; }

    template <typename Archive> void persist(Archive& archive) {
        const auto ranks = m_ranks;
        archive(m_ranks, m_last, m_first, m_newest, m_open, m_let_go, m_late, m_ring, m_reports);
        if constexpr (Archive::kReading)
            if (m_ranks != ranks || !isSound()) archive.fail();
    }

private:
    struct Sum {
        std::uint64_t ns = 0;
        std::uint32_t count = 0;
        void add(std::int64_t value) noexcept;
        [[nodiscard]] double mean() const noexcept;
    };
    struct Open {
        std::uint64_t step = 0;  ///< 0: free
        std::uint64_t samples = 0;
        std::uint32_t reported = 0;
        std::uint32_t lowest_rank = 0;  ///< whose word on epoch and learning rate counts
        std::uint32_t epoch = 0;
        double learning_rate = 0.0;
        Sum duration;
        std::array<Sum, kPhaseCount> phases;
    };
    struct Report {
        double loss = 0.0;
        std::int64_t end_ns = 0;
        std::uint32_t samples = 0;
        std::uint32_t there = 0;
    };
    [[nodiscard]] Open* slot(std::uint64_t step);
    bool widen(std::uint64_t steps);
    [[nodiscard]] bool isSound() const noexcept;  ///< after bytes from outside were read
    void letGo(std::uint64_t until);
    void finish(Open& open);
    [[nodiscard]] std::span<Report> reportsOf(std::uint64_t step) noexcept;

    std::uint32_t m_ranks;
    std::uint64_t m_last = 0;    ///< newest complete step
    std::uint64_t m_first = 0;   ///< oldest that may be open
    std::uint64_t m_newest = 0;  ///< newest that is open
    std::uint64_t m_open = 0;    ///< how many are
    std::uint64_t m_let_go = 0;  ///< newest that is no longer waited for though incomplete
    bool m_late = false;
    std::vector<Open> m_ring;  ///< step s at s modulo its size, a power of two
    std::vector<Report> m_reports;
    RunStep m_complete;
    std::vector<std::int64_t> m_ends;
};

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/sequence_tracker.h"

#include <algorithm>

namespace wattline {
namespace {

/// No rank writes that many records; a larger number is nonsense from outside.
constexpr std::uint64_t kMaxSequence = std::uint64_t{1} << 53;

}  // namespace

std::optional<std::uint64_t> SequenceTracker::offer(std::uint64_t first, std::uint64_t count,
                                                    Source source) {
    if (first == 0 || count == 0 || first > kMaxSequence || count > kMaxSequence)
        return std::nullopt;
    const auto last = first + count - 1;
    m_highest = std::max(m_highest, last);
    if (last < m_next) return std::nullopt;
    if (first > m_next) {
        if (source == Source::Socket) return std::nullopt;
        m_missing += first - m_next;
        m_next = first;
    }
    const auto known = m_next - first;
    m_next = last + 1;
    return known;
}

void SequenceTracker::knowsOf(std::uint64_t last_sequence, std::uint64_t dropped) noexcept {
    if (last_sequence <= kMaxSequence) m_highest = std::max(m_highest, last_sequence);
    if (dropped <= kMaxSequence) m_dropped = std::max(m_dropped, dropped);
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace wattline {

/// Counts one stream's records so that each is taken once. Sequences start at 1.
///
///   1 ........ next-1 | next ............ highest
///   taken, duplicates   known to exist, not here yet: the journal has them
///
/// Threads: one owner.
class SequenceTracker {
public:
    enum class Source {
        Socket,  ///< may lose and repeat: what lies ahead is not taken, the journal has the rest
        Journal  ///< the truth: what it leaves out is lost
    };
    /// Offers records first..first+count-1. Answers how many of them, from the front, were taken
    /// before, or nothing when none may be taken (all known, or ahead of a gap).
    [[nodiscard]] std::optional<std::uint64_t> offer(std::uint64_t first, std::uint64_t count,
                                                     Source source);
    /// What the rank says about itself (heartbeat, ended).
    void knowsOf(std::uint64_t last_sequence, std::uint64_t dropped) noexcept;

    [[nodiscard]] bool isBehind() const noexcept { return m_highest >= m_next; }
    /// The last record that was taken or is known to be missing for good.
    [[nodiscard]] std::uint64_t reached() const noexcept { return m_next - 1; }
    [[nodiscard]] bool isUpTo(std::uint64_t sequence) const noexcept {
        return m_next == sequence + 1;
    }
    [[nodiscard]] std::uint64_t expected() const noexcept { return m_highest + m_dropped; }
    [[nodiscard]] std::uint64_t stored() const noexcept { return m_next - 1 - m_missing; }
    /// Dropped by the rank or missing from its journal; what is merely on its way is not lost.
    [[nodiscard]] std::uint64_t lost() const noexcept { return m_dropped + m_missing; }
    [[nodiscard]] std::uint64_t highest() const noexcept { return m_highest; }
    [[nodiscard]] std::uint64_t dropped() const noexcept { return m_dropped; }

    template <typename Archive> void persist(Archive& archive) {
        archive(m_next, m_highest, m_dropped, m_missing);
    }

private:
    std::uint64_t m_next = 1;
    std::uint64_t m_highest = 0;
    std::uint64_t m_dropped = 0;
    std::uint64_t m_missing = 0;
};

}  // namespace wattline

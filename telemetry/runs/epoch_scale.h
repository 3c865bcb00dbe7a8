// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace wattline {

/// Turns (epoch from 1, step) into epochs done: 1.25 is a quarter into the second. The length of an
/// epoch is what the plan says, else what the first whole epoch had; until either is known, only
/// whole epochs count. Threads: one owner.
class EpochScale {
public:
    void plan(double steps_per_epoch);
    /// Steps come in order. NaN when the epoch was not told (0).
    [[nodiscard]] double done(std::uint32_t epoch, std::uint64_t step);

    template <typename Archive> void persist(Archive& archive) {
        archive(m_length, m_epoch, m_before, m_from_start);
    }

private:
    std::optional<double> m_length;
    std::uint32_t m_epoch = 0;
    std::uint64_t m_before = 0;  ///< steps before the current epoch
    bool m_from_start = false;   ///< the current epoch was seen from its first step on
};

}  // namespace wattline

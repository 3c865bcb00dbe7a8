// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <set>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "trainer/control/run_link.h"
#include "trainer/distributed/communicator.h"

namespace wattline::trainer {

/// Images that cannot be read are named once and skipped; a run that would lose more than 1 % of a
/// set that way (and more than three images) fails. Each image is met once an epoch, so an epoch's
/// count is a count of images.
class UnreadableImages {
public:
    UnreadableImages(RunLink& link, const Communicator& communicator, std::ostream& warnings)
        : m_link(link), m_communicator(communicator), m_warnings(warnings) {}

    void startEpoch() { m_count = 0; }
    /// `mine`: what this rank met. `all`: how many all ranks met, the same number on every rank.
    /// Collective when the limit is passed.
    [[nodiscard]] Result<void> observe(const std::vector<std::string>& mine, std::int64_t all,
                                       std::int64_t set_size, std::int64_t step);

private:
    RunLink& m_link;
    const Communicator& m_communicator;
    std::ostream& m_warnings;
    std::int64_t m_count = 0;
    std::set<std::string> m_named;
};

}  // namespace wattline::trainer

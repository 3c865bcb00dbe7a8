// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/simulate/virtual_rank.h"

namespace wattline::simulate {

/// The publishing side of all ranks: on a thread of its own, which visits each rank once a period,
/// spread over it as the publishers of real ranks are, or, without start(), on the caller's.
/// Threads: one owner; ranks() gives it the training side of each.
class Crew {
public:
    explicit Crew(std::vector<std::unique_ptr<VirtualRank>> ranks) : m_ranks(std::move(ranks)) {}

    [[nodiscard]] const std::vector<std::unique_ptr<VirtualRank>>& ranks() const noexcept {
        return m_ranks;
    }
    void start(std::chrono::nanoseconds period);
    /// One visit to every rank, now. Only while no thread does it.
    void turnAll();
    /// Ends the thread, then lets every rank that lives write its end. The first error, if any.
    [[nodiscard]] Result<void> finish(const std::string& outcome);

private:
    void run(const std::stop_token& stop, std::chrono::nanoseconds period);

    std::vector<std::unique_ptr<VirtualRank>> m_ranks;
    std::jthread m_thread;  ///< last: joined before the ranks go away
};

}  // namespace wattline::simulate

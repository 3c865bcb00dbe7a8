// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

#include "telemetry/core/mutex.h"

namespace wattline {

/// Work that may wait for a file system (counting a million images, creating a run folder), done
/// one after the other on a thread of its own, so that the hub's thread goes on with ingest.
/// A job runs on the desk's thread and returns what is to be done on the hub's thread afterwards.
/// Threads: post() and takeFinished() by the owner.
class LaunchDesk {
public:
    using Finish = std::function<void()>;
    using Job = std::function<Finish()>;

    LaunchDesk();
    ~LaunchDesk() = default;  ///< waits for the job that runs; the others are dropped
    LaunchDesk(const LaunchDesk&) = delete;
    LaunchDesk& operator=(const LaunchDesk&) = delete;

    /// False when too many wait already.
    [[nodiscard]] bool post(Job job);
    /// What finished since the last call; the owner calls each.
    [[nodiscard]] std::deque<Finish> takeFinished();

private:
    void work(const std::stop_token& stop);

    static constexpr std::size_t kMaxWaiting = 64;
    Mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Job> m_waiting WATTLINE_GUARDED_BY(m_mutex);
    std::deque<Finish> m_finished WATTLINE_GUARDED_BY(m_mutex);
    std::jthread m_thread;  ///< last: it uses all of the above
};

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "app/hub/launch_desk.h"

#include <mutex>
#include <utility>

namespace wattline {

LaunchDesk::LaunchDesk() : m_thread([this](const std::stop_token& stop) { work(stop); }) {}

bool LaunchDesk::post(Job job) {
    {
        const MutexLock lock(m_mutex);
        if (m_waiting.size() >= kMaxWaiting) return false;
        m_waiting.push_back(std::move(job));
    }
    m_changed.notify_one();
    return true;
}

std::deque<LaunchDesk::Finish> LaunchDesk::takeFinished() {
    const MutexLock lock(m_mutex);
    return std::exchange(m_finished, {});
}

void LaunchDesk::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Job job;
        {
            m_mutex.lock();
            // The wait unlocks and locks m_mutex again.
            m_changed.wait(m_mutex, stop,
                           [this]() WATTLINE_REQUIRES(m_mutex) { return !m_waiting.empty(); });
            if (!m_waiting.empty()) {
                job = std::move(m_waiting.front());
                m_waiting.pop_front();
            }
            m_mutex.unlock();
        }
        if (!job) continue;
        auto finish = job();
        const MutexLock lock(m_mutex);
        m_finished.push_back(std::move(finish));
    }
}

}  // namespace wattline

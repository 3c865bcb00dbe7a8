// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "telemetry/core/mutex.h"
#include "telemetry/publish/sink.h"

namespace wattline::test {

/// What a sink saw and what it is to answer; outlives the sink that the publisher owns.
/// Threads: any.
class SinkScript {
public:
    using Bytes = std::vector<std::byte>;

    void arrive(Bytes frame) {
        const MutexLock lock(m_mutex);
        m_incoming.push_back(std::move(frame));
    }
    [[nodiscard]] std::vector<Bytes> sent() const {
        const MutexLock lock(m_mutex);
        return m_sent;
    }
    std::atomic<bool> accepts{true};
    std::atomic<bool> stalled{false};  ///< send() does not return while this holds

private:
    friend class FakeSink;
    mutable Mutex m_mutex;
    std::vector<Bytes> m_sent WATTLINE_GUARDED_BY(m_mutex);
    std::deque<Bytes> m_incoming WATTLINE_GUARDED_BY(m_mutex);
};

class FakeSink final : public Sink {
public:
    explicit FakeSink(std::shared_ptr<SinkScript> script) : m_script(std::move(script)) {}

    bool send(std::span<const std::byte> frame) noexcept override {
        while (m_script->stalled)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (!m_script->accepts) return false;
        const MutexLock lock(m_script->m_mutex);
        m_script->m_sent.emplace_back(frame.begin(), frame.end());
        return true;
    }

    std::optional<SinkScript::Bytes> receive() noexcept override {
        const MutexLock lock(m_script->m_mutex);
        if (m_script->m_incoming.empty()) return std::nullopt;
        auto frame = std::move(m_script->m_incoming.front());
        m_script->m_incoming.pop_front();
        return frame;
    }

private:
    std::shared_ptr<SinkScript> m_script;
};

}  // namespace wattline::test

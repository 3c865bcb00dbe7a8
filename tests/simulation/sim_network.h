// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "telemetry/publish/sink.h"
#include "tests/simulation/process.h"
#include "tests/simulation/random.h"
#include "tests/simulation/statistics.h"

namespace wattline::sim {

/// Connections between ranks and the hub, in memory. Worse than ZeroMQ over TCP: frames may be
/// lost, doubled and overtaken by later ones even while a connection stands. Threads: one.
class SimNetwork {
public:
    using Bytes = std::vector<std::byte>;
    struct Faults {
        double loss = 0.0, duplicates = 0.0;
        std::int64_t delay_ns = 0;  ///< up to this late, each frame for itself
    };
    struct Arrival {
        std::string peer;
        Bytes frame;
    };

    SimNetwork(Random& random, const std::int64_t& now_ns, Statistics& statistics)
        : m_random(random), m_now_ns(now_ns), m_statistics(statistics) {}

    /// A rank's end. `process` outlives it.
    [[nodiscard]] std::unique_ptr<Sink> open(Process& process);
    /// Breaks every connection of one host (or of all: -1) until then.
    void cut(int host, std::int64_t until_ns);
    void healAll();
    void hubStarted() noexcept { m_hub = true; }
    void hubStopped();

    [[nodiscard]] std::vector<Arrival> arrivedAtHub();
    bool sendToRank(const std::string& peer, std::span<const std::byte> frame);

    Faults faults;

private:
    friend class SimSink;
    struct Packet {
        std::int64_t at_ns = 0;
        Bytes bytes;
    };
    struct Link {
        Process* process = nullptr;
        std::string peer;  ///< empty: not connected
        std::int64_t cut_until_ns = 0;
        std::vector<Packet> to_hub, to_rank;  ///< under way
    };

    void post(std::vector<Packet>& way, std::span<const std::byte> frame);
    [[nodiscard]] std::vector<Bytes> due(std::vector<Packet>& way) const;
    void disconnect(Link& link);

    static constexpr std::size_t kQueuedFrames = 256;

    Random& m_random;
    const std::int64_t& m_now_ns;
    Statistics& m_statistics;
    std::vector<std::unique_ptr<Link>> m_links;
    std::uint64_t m_connections = 0;
    bool m_hub = false;
};

}  // namespace wattline::sim

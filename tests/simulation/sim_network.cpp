// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_network.h"

#include <algorithm>
#include <utility>

namespace wattline::sim {

class SimSink final : public Sink {
public:
    SimSink(SimNetwork& network, SimNetwork::Link& link) : m_network(network), m_link(link) {}

    bool send(std::span<const std::byte> frame) noexcept override {
        if (!m_link.process->enter()) return true;
        if (m_link.process->on_send) m_link.process->on_send(frame);
        if (m_link.peer.empty() || m_link.to_hub.size() >= SimNetwork::kQueuedFrames) return false;
        m_network.post(m_link.to_hub, frame);
        return true;
    }
    std::optional<std::vector<std::byte>> receive() noexcept override {
        auto& way = m_link.to_rank;
        for (auto it = way.begin(); it != way.end(); ++it) {
            if (it->at_ns > m_network.m_now_ns) continue;
            auto bytes = std::move(it->bytes);
            way.erase(it);
            return bytes;
        }
        return std::nullopt;
    }
    void tend() noexcept override {
        const bool cut = m_network.m_now_ns < m_link.cut_until_ns;
        if (!m_link.peer.empty() || cut || !m_network.m_hub || m_link.process->dead) return;
        m_link.peer = "connection-" + std::to_string(++m_network.m_connections);
    }

private:
    SimNetwork& m_network;
    SimNetwork::Link& m_link;
};

std::unique_ptr<Sink> SimNetwork::open(Process& process) {
    m_links.push_back(std::make_unique<Link>());
    m_links.back()->process = &process;
    return std::make_unique<SimSink>(*this, *m_links.back());
}

void SimNetwork::post(std::vector<Packet>& way, std::span<const std::byte> frame) {
    if (m_random.chance(faults.loss)) return m_statistics.add(Happened::FrameLost);
    const bool twice = m_random.chance(faults.duplicates);
    if (twice) m_statistics.add(Happened::FrameDuplicated);
    for (int copy = 0; copy < (twice ? 2 : 1); ++copy) {
        const auto at = m_now_ns + (faults.delay_ns > 0 ? m_random.between(0, faults.delay_ns) : 0);
        if (!way.empty() && at < way.back().at_ns) m_statistics.add(Happened::FrameReordered);
        way.push_back({at, Bytes(frame.begin(), frame.end())});
    }
}

std::vector<SimNetwork::Bytes> SimNetwork::due(std::vector<Packet>& way) const {
    std::stable_sort(way.begin(), way.end(),
                     [](const Packet& a, const Packet& b) { return a.at_ns < b.at_ns; });
    std::vector<Bytes> out;
    std::size_t taken = 0;
    for (; taken < way.size() && way[taken].at_ns <= m_now_ns; ++taken)
        out.push_back(std::move(way[taken].bytes));
    way.erase(way.begin(), way.begin() + static_cast<std::ptrdiff_t>(taken));
    return out;
}

std::vector<SimNetwork::Arrival> SimNetwork::arrivedAtHub() {
    std::vector<Arrival> out;
    if (!m_hub) return out;
    for (auto& link : m_links)
        for (auto& bytes : due(link->to_hub))
            out.push_back({link->peer, std::move(bytes)});
    return out;
}

bool SimNetwork::sendToRank(const std::string& peer, std::span<const std::byte> frame) {
    for (auto& link : m_links)
        if (!peer.empty() && link->peer == peer) {
            post(link->to_rank, frame);
            return true;
        }
    return false;
}

void SimNetwork::disconnect(Link& link) {
    link.peer.clear();
    m_statistics.add(Happened::FrameLost, link.to_hub.size());
    link.to_hub.clear();
    link.to_rank.clear();
}

void SimNetwork::cut(int host, std::int64_t until_ns) {
    m_statistics.add(Happened::NetworkCut);
    for (auto& link : m_links) {
        if (host >= 0 && link->process->host != host) continue;
        link->cut_until_ns = until_ns;
        disconnect(*link);
    }
}

void SimNetwork::healAll() {
    faults = {};
    for (auto& link : m_links)
        link->cut_until_ns = 0;
}

void SimNetwork::hubStopped() {
    m_hub = false;
    for (auto& link : m_links)
        disconnect(*link);
}

}  // namespace wattline::sim

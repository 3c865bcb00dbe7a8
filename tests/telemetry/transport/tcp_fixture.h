// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "telemetry/core/workspace.h"
#include "telemetry/transport/hub_sockets.h"
#include "telemetry/transport/rank_sink.h"
#include "telemetry/transport/zmq_socket.h"
#include "tests/telemetry/transport/transport_fixture.h"

namespace wattline::test {

/// A DEALER without our manners: with any key or none, and any parts.
class RawDealer {
public:
    RawDealer(const std::string& endpoint, const std::optional<CurveClient>& curve)
        : m_socket(ZmqSocket::open(m_context, ZmqRole::Dealer, {}).value()) {
        if (curve) {
            EXPECT_TRUE(m_socket.useCurve(*curve));
        }
        EXPECT_TRUE(m_socket.connect(endpoint));
    }
    void send(const std::vector<std::string>& texts) const {
        std::vector<std::span<const std::byte>> parts;
        for (const auto& text : texts)
            parts.push_back(std::as_bytes(std::span(text)));
        m_socket.send(parts);
    }

private:
    ZmqContext m_context;
    mutable ZmqSocket m_socket;
};

inline int threadsOfThisProcess() {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
        static_cast<void>(entry);
        ++count;
    }
    return count;
}

/// A workspace with keys, hubs on the loopback, and a rank that claims to be on another host.
class TcpFixture : public testing::Test {
protected:
    static ListenAddress loopback() { return {"127.0.0.1", 0}; }
    std::filesystem::path makeFolder(const std::string& name) const {
        const auto folder = m_folder.path() / name;
        std::filesystem::create_directory(folder);
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
        return folder;
    }
    std::unique_ptr<HubSockets> bindTcp(const std::string& folder = "hub") {
        auto hub = HubSockets::bind(makeFolder(folder), loopback(), m_keys);
        EXPECT_TRUE(hub) << hub.error().message;
        return hub ? std::move(*hub) : nullptr;
    }
    void publishLease(const HubSockets& hub, int pid = 1) {
        const auto& at = hub.endpoints();
        ASSERT_TRUE(writeFileAtomically(
            m_lease, R"({"boot_id": "the-hubs-host", "pid": )" + std::to_string(pid) +
                         R"(, "ingest": ")" + at.ingest + R"(", "ingest_tcp": ")" + at.ingest_tcp +
                         R"(", "server_key": ")" + at.server_key + "\"}"));
    }
    std::unique_ptr<Sink> rankElsewhere() {
        return RankSinks::open({m_lease, 1, "another-host"}).value()->make();
    }
    /// Tends the sink until a frame is taken, then until the hub has it.
    bool reaches(Sink& sink, HubSockets& hub, const std::string& text) {
        if (!eventually([&] {
                sink.tend();
                return sink.send(bytesOf(text));
            }))
            return false;
        const auto message = nextMessage(hub);
        if (!message || message->from_client || textOf(message->parts.at(0)) != text) return false;
        m_last_peer = message->peer;
        return true;
    }
    /// A folder of somebody who was given the view key alone.
    KeyFolder onlyViewKey() const {
        const auto folder = makeFolder("colleague");
        for (const char* file : {"view.key", "hub.pub"})
            std::filesystem::copy_file(m_keys.path() / file, folder / file);
        return KeyFolder(folder);
    }
    /// Somebody who knows which hub it is, with keys of his own.
    KeyFolder strangersKeys() const {
        const KeyFolder stranger(makeFolder("stranger"));
        EXPECT_TRUE(stranger.ensure(KeyOwner::Control));
        std::filesystem::copy_file(m_keys.path() / "hub.pub", stranger.path() / "hub.pub");
        return stranger;
    }
    static std::optional<PeerRole> roleSeenFor(HubSockets& hub, const KeyFolder& keys) {
        auto client = ClientSocket::connect(hub.endpoints().client_tcp, keys);
        EXPECT_TRUE(client) << client.error().message;
        if (!client || !(*client)->send("{}")) return std::nullopt;
        const auto message = nextMessage(hub);
        return message ? std::optional(message->role) : std::nullopt;
    }

    TemporaryFolder m_folder;
    std::filesystem::path m_lease = m_folder.path() / "hub.json";
    KeyFolder m_keys{m_folder.path() / "keys"};
    std::string m_last_peer;
};

}  // namespace wattline::test

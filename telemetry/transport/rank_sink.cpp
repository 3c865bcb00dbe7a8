// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/rank_sink.h"

#include <utility>

#include "telemetry/transport/hub_link.h"
#include "telemetry/transport/open_files.h"
#include "telemetry/transport/relay_record.h"

namespace wattline {
namespace {

/// Frames queued towards a hub that reads slowly: at one every 20 ms about five seconds.
constexpr int kQueuedFrames = 256;
/// What one sink opens: its mailbox, its connection, and a little while it connects anew.
constexpr std::size_t kFilesPerSink = 4;

class RankSink final : public Sink {
public:
    explicit RankSink(std::shared_ptr<HubLinkShared> shared)
        : m_link(std::move(shared), kQueuedFrames) {}

    bool send(std::span<const std::byte> frame) noexcept override {
        return m_link.send(std::span(&frame, 1));
    }

    std::optional<std::vector<std::byte>> receive() noexcept override {
        try {
            if (!m_link.receive(m_message) || m_message.parts().size() != 1) return std::nullopt;
            const auto part = m_message.parts().front();
            return std::vector<std::byte>(part.begin(), part.end());
        } catch (const std::exception&) {
            return std::nullopt;  // out of memory: the hub asks again through the folder
        }
    }

    void tend() noexcept override {
        try {
            m_link.follow();
        } catch (const std::exception&) {
            m_link.drop();  // the next call tries again; the journal has everything
        }
    }

private:
    HubLink m_link;
    ZmqMessage m_message;
};

HubFinder::Options finderOptions(std::filesystem::path lease, std::string boot_id,
                                 const std::filesystem::path& run_folder) {
    HubFinder::Options where;
    where.lease = std::move(lease);
    where.boot_id = std::move(boot_id);
    if (!run_folder.empty()) where.relay = relayRecordFile(run_folder);
    return where;
}

}  // namespace

RankSinks::RankSinks(std::shared_ptr<HubLinkShared> shared) : m_shared(std::move(shared)) {}
RankSinks::~RankSinks() = default;

Result<std::unique_ptr<RankSinks>> RankSinks::open(Options options) {
    if (auto ok = allowOpenFiles(options.sinks * kFilesPerSink); !ok)
        return tl::unexpected(ok.error());
    // A socket that is closed counts until the library's own thread has dealt with it.
    const int max_sockets = static_cast<int>(2 * options.sinks + 64);
    auto where =
        finderOptions(std::move(options.hub_lease), std::move(options.boot_id), options.run_folder);
    return std::unique_ptr<RankSinks>(
        new RankSinks(std::make_shared<HubLinkShared>(std::move(where), max_sockets)));
}

std::unique_ptr<Sink> RankSinks::make() {
    return std::make_unique<RankSink>(m_shared);
}

std::unique_ptr<Sink> makeRankSink(std::filesystem::path hub_lease,
                                   const std::filesystem::path& run_folder) {
    return std::make_unique<RankSink>(
        std::make_shared<HubLinkShared>(finderOptions(std::move(hub_lease), {}, run_folder), 0));
}

}  // namespace wattline

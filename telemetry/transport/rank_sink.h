// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "telemetry/core/result.h"
#include "telemetry/publish/sink.h"

namespace wattline {

struct HubLinkShared;

/// A DEALER that connects to the hub of a workspace, whenever there is one: reads `hub.json` at the
/// start and once a second in tend(), follows a hub that moved, never blocks. Until the hub
/// answers, send() refuses, and the hub later heals from the journal. On the hub's host it goes by
/// ipc, elsewhere by tcp with the rank key of the workspace (WIRE.md, "Sockets"). With a run folder
/// it goes through the relay of its node while that lives.
[[nodiscard]] std::unique_ptr<Sink> makeRankSink(std::filesystem::path hub_lease,
                                                 const std::filesystem::path& run_folder = {});

/// Sinks of many ranks in one process: they share one ZeroMQ context, and so one I/O thread of the
/// library, however many they are. Threads: make() from any; each sink has one owner.
class RankSinks {
public:
    struct Options {
        std::filesystem::path hub_lease;
        std::size_t sinks = 1;  ///< how many there will be at once
        /// Boot id of the host that the ranks claim to be on; empty: this one. With another one
        /// they go by tcp, as they would from there.
        std::string boot_id{};
        /// Whose relay on this host to go through while it lives; empty: none.
        std::filesystem::path run_folder{};
    };
    /// Raises the soft limit of open files when it must; refuses with a sentence when the hard one
    /// is too low.
    [[nodiscard]] static Result<std::unique_ptr<RankSinks>> open(Options options);
    ~RankSinks();
    RankSinks(const RankSinks&) = delete;
    RankSinks& operator=(const RankSinks&) = delete;

    /// A sink may outlive this object.
    [[nodiscard]] std::unique_ptr<Sink> make();

private:
    explicit RankSinks(std::shared_ptr<HubLinkShared> shared);
    std::shared_ptr<HubLinkShared> m_shared;
};

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "telemetry/core/result.h"

namespace wattline {

/// In messages.
struct RelayCounters {
    std::int64_t up = 0, down = 0;   ///< forwarded to the hub, to ranks
    std::int64_t dropped = 0;        ///< no hub, or a slow one: the journals have them
    std::int64_t undeliverable = 0;  ///< for a rank that is gone
    std::int64_t misshapen = 0;      ///< not one frame
};

/// One connection to the hub for all ranks of a node. Ranks connect by ipc, each message goes on
/// with the rank's address before it, and answers come back by that address. It keeps nothing: what
/// the hub does not take at once beyond a bounded queue is dropped, and read from the journal.
///
///   rank ─┐  ROUTER                DEALER
///   rank ─┼──────▶ [address, frame] ──────▶ hub (ipc or tcp)
///   rank ─┘        ◀── the same ───
///
/// Threads: one owner, which runs it.
class Relay {
public:
    struct Options {
        std::filesystem::path hub_lease;
        std::filesystem::path run_folder;     ///< gets the record by which ranks find it
        std::filesystem::path socket_folder;  ///< 0700, on this node
        std::string boot_id;                  ///< as RankSinks::Options
    };
    /// Binds its socket and writes its record. ExitCode::Unreachable when this run has a relay on
    /// this node already.
    [[nodiscard]] static Result<std::unique_ptr<Relay>> open(const Options& options);
    ~Relay();  ///< removes its record
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    /// Forwards until `stop` is true.
    void run(const std::atomic<bool>& stop);
    /// One round: waits at most `timeout_ms`, forwards what has arrived.
    void turn(int timeout_ms);
    [[nodiscard]] const RelayCounters& counters() const noexcept;

private:
    struct Impl;
    explicit Relay(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline

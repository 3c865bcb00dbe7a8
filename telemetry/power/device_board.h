// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/records.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_id.h"

namespace wattline {

/// What the processes of one user on one host know of one physical device: who reads its sensor,
/// which runs use it, and its newest readings. A small file in a node-local folder.
///
/// What has to end with its process is a lock of the kernel (an open file description's, on a
/// byte): one for the reader of the sensor, one for each run's recorder at an offset made from the
/// run's id. So kill -9 frees it at once, nothing is left to be cleaned up, and how many runs there
/// are is a question to the kernel, never a guess from old entries. Readings lie in a ring that the
/// reader writes and everybody else reads, each with a checksum, so a torn one is never taken.
/// Threads: one owner.
class DeviceBoard {
public:
    /// `boot_id` is the host's, since a folder may survive a boot or be shared by mistake.
    [[nodiscard]] static Result<std::unique_ptr<DeviceBoard>>
    open(const std::filesystem::path& folder, std::string_view boot_id, std::string_view device_id);
    ~DeviceBoard();  ///< gives every lock back; the file stays
    DeviceBoard(const DeviceBoard&) = delete;
    DeviceBoard& operator=(const DeviceBoard&) = delete;

    /// True when this object is the one that records the device for `run`, now or since before.
    /// Ask for one run only.
    [[nodiscard]] bool claimRun(const RunId& run);
    /// True when this object is the one that reads the sensor, now or since before.
    [[nodiscard]] bool claimReader();
    [[nodiscard]] bool isReader() const noexcept { return m_reader; }
    /// Runs of this user that use the device now, besides the one that was claimed.
    [[nodiscard]] int otherRuns() const;
    /// False after somebody removed the file: others then meet at a new one.
    [[nodiscard]] bool isCurrent() const;

    /// For the reader: shows a reading to all. `record.device` means nothing on the board.
    void publish(const PowerRecord& record);
    /// Readings since the call before (the first call: none), oldest first. Ones that were
    /// overwritten meanwhile are left out.
    [[nodiscard]] std::vector<PowerRecord> takeNew();
    /// The newest reading with a counter, whoever made it.
    [[nodiscard]] std::optional<PowerRecord> lastCounter() const;

    /// Asks the reader to read at least this often; holds for three seconds.
    void askFor(std::int64_t period_ns, std::int64_t now_ns);
    [[nodiscard]] std::optional<std::int64_t> askedFor(std::int64_t now_ns) const;

private:
    struct Slot;
    DeviceBoard(int fd, std::filesystem::path path) : m_fd(fd), m_path(std::move(path)) {}
    [[nodiscard]] bool lockByte(std::int64_t offset) const;
    [[nodiscard]] int locksOfOthers(std::int64_t from, std::int64_t to) const;
    [[nodiscard]] std::optional<Slot> slot(std::uint64_t index) const;
    [[nodiscard]] std::uint64_t newestSequence() const;

    int m_fd;
    std::filesystem::path m_path;
    bool m_reader = false;
    RunId m_run;                ///< empty: none claimed
    std::uint64_t m_next = 0;   ///< sequence that takeNew() or publish() comes to next
    bool m_positioned = false;  ///< m_next is set
};

}  // namespace wattline

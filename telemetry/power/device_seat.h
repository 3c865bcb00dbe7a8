// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "telemetry/core/records.h"
#include "telemetry/core/run_id.h"
#include "telemetry/power/device_board.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// `counter_j` in the frame of an earlier reading: counters of different processes start where each
/// process began to count, and differ by whole turns of a counter that wraps at `range_j`.
/// `expected_j` is what the counter should show now, from the earlier reading and the power since.
/// One that fits by no whole number of turns was reset: then it is left as it is where it lies
/// below, which is how a reader of differences sees a reset, and is NaN where it would be taken for
/// energy.
[[nodiscard]] double alignCounter(double counter_j, double expected_j, double range_j) noexcept;

/// One device as one process of a run sees it: whether this process records the device for its run,
/// whether it reads the sensor or takes what another process's reader shows on the board.
/// Threads: one owner (the sampler's thread).
class DeviceSeat {
public:
    using Deliver = std::function<void(const PowerRecord&)>;
    struct Options {
        RunId run;
        std::filesystem::path folder;  ///< for the board
        std::string boot_id;
        std::int64_t period_ns = 0;
        std::int64_t silence_ns = 0;  ///< of a board whose reader hangs or was stopped
    };

    /// `source` outlives it; `index` is the device's number in the records.
    DeviceSeat(PowerSource& source, std::size_t device, std::uint32_t index, Options options);

    /// Tries for the roles that are free; to be called about once a second. A process that dies
    /// frees its roles, so another one has them after the next call.
    void elect(std::int64_t now_ns);
    [[nodiscard]] bool recording() const noexcept { return m_recording; }
    [[nodiscard]] bool reading() const noexcept { return m_board && m_board->isReader(); }
    /// How often this seat should read: its own period, or what a follower asked for.
    [[nodiscard]] std::int64_t wantedPeriodNs(std::int64_t now_ns) const;

    /// Delivers what is new: an own reading, or those on the board. The first call after it became
    /// the recorder reads the sensor and its counter: a run's edges are always its own readings.
    void sample(bool with_counter, const Deliver& deliver);
    /// The run's last edge.
    void finish(const Deliver& deliver);
    /// Runs that use the device now, this one included, when that changed since the call before.
    /// Who starts alone says nothing; who takes over says how it is, since the one before is gone.
    [[nodiscard]] std::optional<int> sharingChange();

private:
    [[nodiscard]] PowerRecord readSensor(bool with_counter, bool with_state) noexcept;
    [[nodiscard]] bool meanIsStale(std::int64_t since_ns, std::int64_t period_ns) noexcept;
    void readSelf(bool with_counter, const Deliver& deliver);
    void follow(bool with_counter, const Deliver& deliver);
    void pass(PowerRecord record, const Deliver& deliver);
    void align(PowerRecord& record);
    [[nodiscard]] bool tooSoon(const PowerRecord& record) const noexcept;
    void openBoard();
    void keepCounting(std::int64_t now_ns);

    PowerSource& m_source;
    std::size_t m_device;
    std::uint32_t m_index;
    Options m_options;
    std::unique_ptr<DeviceBoard> m_board;  ///< null: it could not be opened
    bool m_recording = false, m_edge_due = false;
    bool m_waited = false;            ///< another process of the run records the device, or did
    bool m_stale = false;             ///< see meanIsStale()
    int m_runs = 1;                   ///< as last told; 0: tell in any case
    std::int64_t m_heard_ns = 0;      ///< when the board last showed a new reading
    std::int64_t m_own_ns = 0;        ///< when this process last read or opened the sensor
    std::int64_t m_state_ns = 0;      ///< when it last read temperature and so on
    std::int64_t m_delivered_ns = 0;  ///< `at_ns` of the newest record
    /// The newest counter and the power since: what aligns the next one.
    double m_counter_j = std::numeric_limits<double>::quiet_NaN();
    double m_power_w = 0.0, m_since_j = 0.0;
    std::int64_t m_counter_ns = 0, m_power_ns = 0;
};

}  // namespace wattline

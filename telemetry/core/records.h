// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

namespace wattline {

/// Phases of one optimizer step, in the order in which a step record stores them.
/// `Communication` is the exposed part only: end of communication - end of backward.
enum class Phase : std::uint8_t { DataWait, Forward, Backward, Communication, Optimizer };
inline constexpr std::size_t kPhaseCount = 5;

inline constexpr std::int64_t kAbsentNs = std::numeric_limits<std::int64_t>::min();

/// One rank's optimizer step. The layout in memory is the layout on the wire and in the journal
/// (WIRE.md, kind `steps`); the record's sequence number follows from its frame.
/// A double that is not finite and a duration that is kAbsentNs mean "not measured".
struct StepRecord {
    std::int64_t end_ns = 0;    ///< CLOCK_MONOTONIC of this rank's host when the step ended
    std::uint64_t step = 0;     ///< optimizer step, from 1
    std::uint32_t samples = 0;  ///< samples this rank trained on in this step
    std::uint32_t epoch = 0;    ///< from 1
    double loss = std::numeric_limits<double>::quiet_NaN();  ///< mean over this rank's samples
    double learning_rate = std::numeric_limits<double>::quiet_NaN();
    std::int64_t duration_ns = kAbsentNs;  ///< the whole step, evaluation and holds excluded
    std::array<std::int64_t, kPhaseCount> phase_ns{kAbsentNs, kAbsentNs, kAbsentNs, kAbsentNs,
                                                   kAbsentNs};

    [[nodiscard]] std::optional<std::int64_t> phase(Phase p) const noexcept {
        const auto ns = phase_ns[static_cast<std::size_t>(p)];
        return ns == kAbsentNs ? std::nullopt : std::optional(ns);
    }
};
static_assert(sizeof(StepRecord) == 88 && std::is_trivially_copyable_v<StepRecord>);

/// Why a device runs slower than it could, whatever its vendor calls it; bits of one number.
namespace throttle {
inline constexpr std::uint32_t kPowerCap = 1U << 0;    ///< the power limit, by software
inline constexpr std::uint32_t kThermal = 1U << 1;     ///< too hot: by software or hardware
inline constexpr std::uint32_t kPowerBrake = 1U << 2;  ///< the supply asked for less, by hardware
inline constexpr std::uint32_t kHardware = 1U << 3;    ///< hardware slowed it down, cause not told
inline constexpr std::uint32_t kSyncBoost = 1U << 4;   ///< waits for a slower board of its group
inline constexpr std::uint32_t kSettings = 1U << 5;    ///< clocks that somebody set
inline constexpr std::uint32_t kIdle = 1U << 6;        ///< nothing to do: no slowdown
inline constexpr std::uint32_t kUnknown = 0xFFFFFFFF;  ///< not read
}  // namespace throttle

/// What a device said about itself beside its power. NaN (throttle::kUnknown): not read.
struct DeviceState {
    static constexpr float kNotRead = std::numeric_limits<float>::quiet_NaN();
    float temperature_c = kNotRead;
    float sm_clock_mhz = kNotRead;
    float memory_clock_mhz = kNotRead;
    float utilisation = kNotRead;  ///< 0..1, share of time with work on the device
    float power_limit_w = kNotRead;
    std::uint32_t throttle = throttle::kUnknown;
    double memory_used_bytes = std::numeric_limits<double>::quiet_NaN();
};
static_assert(sizeof(DeviceState) == 32 && std::is_trivially_copyable_v<DeviceState>);

/// One reading of one device (WIRE.md, kind `power`). A failed read is a record whose numbers are
/// NaN: a gap, never zero.
struct PowerRecord {
    std::int64_t at_ns = 0;    ///< CLOCK_MONOTONIC of the sampling host
    std::uint32_t device = 0;  ///< index into the devices that the rank's hello declared
    std::uint32_t reserved = 0;
    double power_w = std::numeric_limits<double>::quiet_NaN();
    /// A hardware counter, unwrapped. Less than before: it was reset, that stretch is not known.
    double counter_j = std::numeric_limits<double>::quiet_NaN();
    DeviceState state;  ///< from wire 1.1 on
};
static_assert(sizeof(PowerRecord) == 64 && std::is_trivially_copyable_v<PowerRecord>);
/// Records of wire 1.0 end before `state`.
inline constexpr std::size_t kPowerRecordBytes10 = 32;
static_assert(offsetof(PowerRecord, state) == kPowerRecordBytes10);

}  // namespace wattline

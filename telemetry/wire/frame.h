// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/records.h"
#include "telemetry/core/result.h"

/// Frames as WIRE.md defines them: the bytes on a socket and in a journal.
/// Decoders trust nothing: sizes, ranges and the checksum are verified before a field is used, and
/// nothing is thrown. Threads: any; all functions are pure.
namespace wattline::wire {

enum class Kind : std::uint16_t {
    Hello = 1,
    Steps = 2,
    Power = 3,
    Event = 4,
    Clock = 5,
    Heartbeat = 6,
    Command = 7,
    Acknowledge = 8,
    Replay = 9,
};

inline constexpr std::size_t kHeaderBytes = 80;
inline constexpr std::size_t kMaxHeaderBytes = 4096;  ///< of a later minor version
inline constexpr std::size_t kMaxPayloadBytes = std::size_t{16} << 20;
inline constexpr std::uint32_t kMaxRanks = 1U << 20;

/// True for kinds whose frames carry sequenced records: hello, steps, power, event.
[[nodiscard]] constexpr bool carriesRecords(Kind kind) noexcept {
    return kind == Kind::Hello || kind == Kind::Steps || kind == Kind::Power || kind == Kind::Event;
}

/// Which stream a frame belongs to, and where in it.
struct Envelope {
    std::string run;
    std::uint32_t attempt = 1;
    std::uint32_t rank = 0;
    std::uint64_t first_sequence = 0;
};

/// Append one frame to `out`. The caller keeps the limits: a run id that isRunId() accepts,
/// attempt >= 1, rank < kMaxRanks, a payload of at most kMaxPayloadBytes, at least one record, a
/// first_sequence exactly for the kinds that carry records.
void appendSteps(std::vector<std::byte>& out, const Envelope& envelope,
                 std::span<const StepRecord> records);
void appendPower(std::vector<std::byte>& out, const Envelope& envelope,
                 std::span<const PowerRecord> records);
void appendJson(std::vector<std::byte>& out, Kind kind, const Envelope& envelope,
                std::string_view json);

/// A checked frame; views into the bytes it was decoded from.
struct FrameView {
    Kind kind{};
    Envelope envelope;
    std::uint32_t count = 0;
    std::uint32_t record_size = 0;
    std::span<const std::byte> payload;
    std::size_t frame_bytes = 0;  ///< header and payload: where the next frame starts

    [[nodiscard]] StepRecord step(std::size_t index) const noexcept;  ///< kind Steps, index < count
    [[nodiscard]] PowerRecord power(std::size_t index) const noexcept;  ///< kind Power
    [[nodiscard]] std::string_view json() const noexcept;               ///< JSON kinds
    /// The frame as it was given, header included.
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
        return {payload.data() + payload.size() - frame_bytes, frame_bytes};
    }
    /// True for kinds that carry sequenced records.
    [[nodiscard]] bool sequenced() const noexcept { return envelope.first_sequence != 0; }
};

enum class DecodeError {
    Truncated,  ///< more bytes are needed: a torn tail, or a file still being written
    BadMagic,
    BadVersion,  ///< another major version
    BadSize,     ///< sizes that contradict each other or exceed the limits
    BadChecksum,
    BadField,     ///< run id, rank, counts out of range
    UnknownKind,  ///< well-formed, a kind or schema of a later version: skip skip_bytes, count it
};
[[nodiscard]] std::string_view name(DecodeError error) noexcept;

struct DecodeFailure {
    DecodeError error{};
    std::size_t skip_bytes = 0;  ///< UnknownKind only
};

/// Decodes the frame at the start of `bytes`; more may follow it.
[[nodiscard]] tl::expected<FrameView, DecodeFailure> decode(std::span<const std::byte> bytes);

}  // namespace wattline::wire

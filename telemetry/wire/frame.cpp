// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/frame.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>

#include "telemetry/core/run_id.h"
#include "telemetry/wire/crc32c.h"

namespace wattline::wire {
namespace {

static_assert(std::endian::native == std::endian::little,
              "records and header fields are copied as they lie in memory");

constexpr std::array<char, 4> kMagic{'W', 'L', 'F', '1'};
constexpr std::uint16_t kVersion = 0x0101;
constexpr std::uint32_t kSchema = 1;
constexpr std::size_t kCrcOffset = 16;
constexpr std::size_t kRunIdBytes = kMaxRunIdBytes + 1;

/// The first 80 bytes of every frame, as they lie on the wire.
struct Header {
    std::array<char, 4> magic = kMagic;
    std::uint16_t version = kVersion;
    std::uint16_t kind = 0;
    std::uint32_t header_size = kHeaderBytes;
    std::uint32_t payload_size = 0;
    std::uint32_t crc32c = 0;
    std::uint32_t attempt = 0;
    std::uint32_t rank = 0;
    std::uint32_t count = 0;
    std::uint64_t first_sequence = 0;
    std::uint32_t record_size = 0;
    std::uint32_t schema = kSchema;
    std::array<char, kRunIdBytes> run_id{};
};
static_assert(sizeof(Header) == kHeaderBytes && std::is_trivially_copyable_v<Header>);
static_assert(offsetof(Header, crc32c) == kCrcOffset && offsetof(Header, first_sequence) == 32 &&
              offsetof(Header, run_id) == 48);

/// Sum over a whole frame with the checksum's own field read as zero.
std::uint32_t frameChecksum(std::span<const std::byte> frame) noexcept {
    constexpr std::array<std::byte, 4> kZero{};
    auto sum = crc32c(frame.first(kCrcOffset));
    sum = crc32c(kZero, sum);
    return crc32c(frame.subspan(kCrcOffset + kZero.size()), sum);
}

void appendFrame(std::vector<std::byte>& out, Header header, const Envelope& envelope,
                 std::span<const std::byte> payload) {
    assert(isRunId(envelope.run) && envelope.attempt >= 1 && envelope.rank < kMaxRanks);
    assert(payload.size() <= kMaxPayloadBytes && header.count >= 1);
    assert(carriesRecords(static_cast<Kind>(header.kind)) == (envelope.first_sequence != 0));
    header.payload_size = static_cast<std::uint32_t>(payload.size());
    header.attempt = envelope.attempt;
    header.rank = envelope.rank;
    header.first_sequence = envelope.first_sequence;
    std::copy_n(envelope.run.begin(), std::min(envelope.run.size(), kMaxRunIdBytes),
                header.run_id.begin());

    const auto start = out.size();
    out.resize(start + kHeaderBytes + payload.size());
    std::memcpy(out.data() + start, &header, kHeaderBytes);
    if (!payload.empty())
        std::memcpy(out.data() + start + kHeaderBytes, payload.data(), payload.size());
    const auto sum = frameChecksum(std::span(out).subspan(start));
    std::memcpy(out.data() + start + kCrcOffset, &sum, sizeof sum);
}

template <typename Record>
void appendRecords(std::vector<std::byte>& out, Kind kind, const Envelope& envelope,
                   std::span<const Record> records) {
    Header header;
    header.kind = static_cast<std::uint16_t>(kind);
    header.count = static_cast<std::uint32_t>(records.size());
    header.record_size = sizeof(Record);
    appendFrame(out, header, envelope, std::as_bytes(records));
}

/// Why the frame's sizes cannot be right, or nothing. Needs the 16 bytes up to payload_size.
std::optional<DecodeError> checkStart(const Header& header) noexcept {
    if (header.magic != kMagic) return DecodeError::BadMagic;
    if ((header.version >> 8) != (kVersion >> 8)) return DecodeError::BadVersion;
    if (header.header_size < kHeaderBytes || header.header_size > kMaxHeaderBytes)
        return DecodeError::BadSize;
    if (header.payload_size > kMaxPayloadBytes) return DecodeError::BadSize;
    return std::nullopt;
}

/// The run id, if it is one and the rest of its field is NUL.
std::optional<std::string> readRunId(const Header& header) {
    const auto end = std::ranges::find(header.run_id, '\0');
    if (!std::all_of(end, header.run_id.end(), [](char c) { return c == '\0'; })) return {};
    std::string id(header.run_id.begin(), end);
    if (!isRunId(id)) return {};
    return id;
}

/// Bytes that every record of a kind has at least; 0 for a JSON kind, nothing for an unknown one.
std::optional<std::size_t> leastRecordBytes(Kind kind) noexcept {
    switch (kind) {
    case Kind::Steps:
        return sizeof(StepRecord);
    case Kind::Power:
        return kPowerRecordBytes10;
    case Kind::Hello:
    case Kind::Event:
    case Kind::Clock:
    case Kind::Heartbeat:
    case Kind::Command:
    case Kind::Acknowledge:
    case Kind::Replay:
        return 0;
    }
    return std::nullopt;
}

std::optional<DecodeError> checkRecords(const Header& header, std::size_t known) noexcept {
    if (header.count == 0) return DecodeError::BadField;
    if (known == 0) {
        if (header.count != 1 || header.record_size != 0) return DecodeError::BadField;
    } else {
        const auto bytes = std::uint64_t{header.count} * header.record_size;  // 32 x 32 bits: fits
        if (header.record_size < known || bytes != header.payload_size) return DecodeError::BadSize;
    }
    const bool wants_sequence = carriesRecords(static_cast<Kind>(header.kind));
    if (wants_sequence != (header.first_sequence != 0)) return DecodeError::BadField;
    if (header.first_sequence > std::numeric_limits<std::uint64_t>::max() - header.count)
        return DecodeError::BadField;
    return std::nullopt;
}

template <typename Record>
Record copyRecord(std::span<const std::byte> payload, std::size_t size,
                  std::size_t index) noexcept {
    Record record;
    assert(size >= sizeof record && (index + 1) * size <= payload.size());
    std::memcpy(&record, payload.data() + index * size, sizeof record);
    return record;
}

}  // namespace

void appendSteps(std::vector<std::byte>& out, const Envelope& envelope,
                 std::span<const StepRecord> records) {
    appendRecords(out, Kind::Steps, envelope, records);
}

void appendPower(std::vector<std::byte>& out, const Envelope& envelope,
                 std::span<const PowerRecord> records) {
    appendRecords(out, Kind::Power, envelope, records);
}

void appendJson(std::vector<std::byte>& out, Kind kind, const Envelope& envelope,
                std::string_view json) {
    Header header;
    header.kind = static_cast<std::uint16_t>(kind);
    header.count = 1;
    appendFrame(out, header, envelope, std::as_bytes(std::span(json)));
}

StepRecord FrameView::step(std::size_t index) const noexcept {
    return copyRecord<StepRecord>(payload, record_size, index);
}

/// A shorter record is version 1.0's: what it lacks keeps its mark of absence.
PowerRecord FrameView::power(std::size_t index) const noexcept {
    if (record_size >= sizeof(PowerRecord))
        return copyRecord<PowerRecord>(payload, record_size, index);
    assert((index + 1) * record_size <= payload.size());
    auto bytes = std::bit_cast<std::array<std::byte, sizeof(PowerRecord)>>(PowerRecord{});
    std::memcpy(bytes.data(), payload.data() + index * record_size, kPowerRecordBytes10);
    return std::bit_cast<PowerRecord>(bytes);
}

std::string_view FrameView::json() const noexcept {
    // Byte and char may alias; the payload is text by the kind's contract.
    return {reinterpret_cast<const char*>(payload.data()), payload.size()};
}

std::string_view name(DecodeError error) noexcept {
    switch (error) {
    case DecodeError::Truncated:
        return "truncated";
    case DecodeError::BadMagic:
        return "not a Wattline frame";
    case DecodeError::BadVersion:
        return "another major version of the wire format";
    case DecodeError::BadSize:
        return "impossible sizes";
    case DecodeError::BadChecksum:
        return "wrong checksum";
    case DecodeError::BadField:
        return "a field out of range";
    case DecodeError::UnknownKind:
        return "unknown kind";
    }
    return "unknown error";
}

tl::expected<FrameView, DecodeFailure> decode(std::span<const std::byte> bytes) {
    const auto refuse = [](DecodeError error, std::size_t skip = 0) {
        return tl::unexpected(DecodeFailure{error, skip});
    };
    Header header;
    const auto have = std::min(bytes.size(), sizeof header);
    if (have > 0) std::memcpy(&header, bytes.data(), have);
    // A wrong magic shows in a short piece too: what is missing still holds its default.
    if (header.magic != kMagic) return refuse(DecodeError::BadMagic);
    if (have < sizeof header) return refuse(DecodeError::Truncated);
    if (const auto error = checkStart(header)) return refuse(*error);

    const std::size_t size = std::size_t{header.header_size} + header.payload_size;
    if (bytes.size() < size) return refuse(DecodeError::Truncated);
    const auto frame = bytes.first(size);
    if (frameChecksum(frame) != header.crc32c) return refuse(DecodeError::BadChecksum);

    auto run = readRunId(header);
    if (!run || header.attempt == 0 || header.rank >= kMaxRanks)
        return refuse(DecodeError::BadField);
    const auto kind = static_cast<Kind>(header.kind);
    const auto known = leastRecordBytes(kind);
    if (!known || (*known > 0 && header.schema != kSchema))
        return refuse(DecodeError::UnknownKind, size);
    if (const auto error = checkRecords(header, *known)) return refuse(*error);

    FrameView view;
    view.kind = kind;
    view.envelope = {std::move(*run), header.attempt, header.rank, header.first_sequence};
    view.count = header.count;
    view.record_size = header.record_size;
    view.payload = frame.subspan(header.header_size);
    view.frame_bytes = size;
    return view;
}

}  // namespace wattline::wire

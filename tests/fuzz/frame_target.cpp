// SPDX-License-Identifier: Apache-2.0
// The wire decoder: frames as a socket or a journal would bring them, and the JSON inside them.
#include <cstring>

#include "telemetry/core/run_id.h"
#include "telemetry/wire/frame.h"
#include "telemetry/wire/messages.h"
#include "tests/fuzz/fuzz_support.h"

namespace wattline::wire {
namespace {

using fuzz::require;

template <typename T> T at(std::span<const std::byte> bytes, std::size_t offset) {
    T value{};
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

/// What is written again and read again must be what was read.
template <typename Parse> void checkText(std::string_view json, Parse parse) {
    const auto first = parse(json);
    if (!first) {
        require(!first.error().message.empty(), "a refused message is refused with a sentence");
        return;
    }
    const auto text = toJson(*first);
    const auto second = parse(text);
    require(second.has_value(), "a message that was read can be read again when it is written");
    require(toJson(*second) == text, "a message does not change by being written and read");
}

void checkPayload(const FrameView& frame) {
    switch (frame.kind) {
    case Kind::Steps:
        require(frame.record_size >= sizeof(StepRecord), "a step record is as long as its fields");
        for (std::size_t i = 0; i < frame.count; ++i)
            (void)frame.step(i);
        return;
    case Kind::Power:
        require(frame.record_size >= kPowerRecordBytes10,
                "a power record is as long as its fields were in 1.0");
        for (std::size_t i = 0; i < frame.count; ++i)
            (void)frame.power(i);
        return;
    case Kind::Hello:
        return checkText(frame.json(), parseHello);
    case Kind::Event:
        return checkText(frame.json(), parseEvent);
    case Kind::Clock:
        return checkText(frame.json(), parseClockReading);
    case Kind::Heartbeat:
        return checkText(frame.json(), parseHeartbeat);
    case Kind::Command:
        return checkText(frame.json(), parseCommand);
    case Kind::Acknowledge:
        return checkText(frame.json(), parseAcknowledge);
    case Kind::Replay:
        return checkText(frame.json(), parseReplay);
    }
    require(false, "an accepted frame has a kind that is known");
}

void checkFields(const FrameView& frame, std::span<const std::byte> bytes) {
    require(frame.frame_bytes >= kHeaderBytes && frame.frame_bytes <= bytes.size(),
            "a frame lies in the bytes that were given");
    require(frame.payload.data() + frame.payload.size() == bytes.data() + frame.frame_bytes,
            "a payload ends where its frame ends");
    require(isRunId(frame.envelope.run), "an accepted run id is one");
    require(frame.envelope.attempt >= 1 && frame.envelope.rank < kMaxRanks,
            "attempt and rank are in range");
    require(frame.count >= 1, "an accepted frame has a record");
    require(frame.envelope.first_sequence + frame.count >= frame.count,
            "sequence numbers do not overflow");
    require(frame.sequenced() == carriesRecords(frame.kind),
            "exactly the kinds that carry records are numbered");
}

/// The writer and the reader have one opinion of the format.
void checkRewritten(const FrameView& frame, std::span<const std::byte> bytes) {
    std::vector<std::byte> again;
    if (frame.kind == Kind::Steps) {
        std::vector<StepRecord> records;
        for (std::size_t i = 0; i < frame.count; ++i)
            records.push_back(frame.step(i));
        appendSteps(again, frame.envelope, records);
    } else if (frame.kind == Kind::Power) {
        std::vector<PowerRecord> records;
        for (std::size_t i = 0; i < frame.count; ++i)
            records.push_back(frame.power(i));
        appendPower(again, frame.envelope, records);
    } else {
        appendJson(again, frame.kind, frame.envelope, frame.json());
    }
    // What a later minor version adds is not written again by this one.
    const bool ours = at<std::uint16_t>(bytes, 4) == at<std::uint16_t>(again, 4) &&
                      at<std::uint32_t>(bytes, 8) == kHeaderBytes &&
                      at<std::uint32_t>(bytes, 44) == at<std::uint32_t>(again, 44) &&
                      again.size() == frame.frame_bytes;
    if (ours)
        require(std::memcmp(again.data(), bytes.data(), again.size()) == 0,
                "a frame that is written again has the same bytes");
}

void checkBroken(const FrameView& frame, std::span<const std::byte> bytes) {
    const auto cut = decode(bytes.first(frame.frame_bytes - 1));
    require(!cut && cut.error().error == DecodeError::Truncated, "a cut frame is a torn tail");
    std::vector<std::byte> flipped(bytes.begin(),
                                   bytes.begin() + static_cast<std::ptrdiff_t>(frame.frame_bytes));
    const auto bit = at<std::uint32_t>(bytes, 16) % (flipped.size() * 8);
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    require(!decode(flipped), "a flipped bit is seen");
}

}  // namespace
}  // namespace wattline::wire

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wattline::wire;
    auto rest = wattline::fuzz::bytesOf(data, size);
    while (!rest.empty()) {
        const auto frame = decode(rest);
        if (frame) {
            checkFields(*frame, rest);
            checkPayload(*frame);
            checkRewritten(*frame, rest);
            checkBroken(*frame, rest);
            rest = rest.subspan(frame->frame_bytes);
        } else if (frame.error().error == DecodeError::UnknownKind) {
            const auto skip = frame.error().skip_bytes;
            wattline::fuzz::require(skip >= kHeaderBytes && skip <= rest.size(),
                                    "an unknown frame is skipped as a whole");
            rest = rest.subspan(skip);
        } else {
            wattline::fuzz::require(!name(frame.error().error).empty(), "an error has a name");
            break;
        }
    }
    return 0;
}

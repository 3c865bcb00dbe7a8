// SPDX-License-Identifier: Apache-2.0
// Random bytes never carry the right checksum, so a fuzzer alone would test the checksum only. Most
// inputs are therefore sealed after they were changed: wherever a frame's magic is found, its sizes
// are made to fit what follows, and its checksum is made right.
#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "telemetry/wire/crc32c.h"
#include "telemetry/wire/frame.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using namespace wattline;

constexpr std::size_t kHeaderSizeAt = 8, kPayloadSizeAt = 12, kChecksumAt = 16;
constexpr std::array<std::uint8_t, 4> kMagic{'W', 'L', 'F', '1'};

std::uint32_t numberAt(const std::uint8_t* data, std::size_t offset) {
    std::uint32_t value = 0;
    std::memcpy(&value, data + offset, sizeof value);
    return value;
}

void putAt(std::uint8_t* data, std::size_t offset, std::uint32_t value) {
    std::memcpy(data + offset, &value, sizeof value);
}

/// `room`: bytes up to the next magic or the end.
void seal(std::uint8_t* frame, std::size_t room, bool fit) {
    if (room < wire::kHeaderBytes) return;
    auto header = numberAt(frame, kHeaderSizeAt);
    if (fit && (header < wire::kHeaderBytes || header > room)) {
        header = wire::kHeaderBytes;
        putAt(frame, kHeaderSizeAt, header);
    }
    if (header > room) return;
    auto payload = numberAt(frame, kPayloadSizeAt);
    if (fit && payload > room - header) {
        payload = static_cast<std::uint32_t>(room - header);
        putAt(frame, kPayloadSizeAt, payload);
    }
    if (payload > room - header) return;
    putAt(frame, kChecksumAt, 0);
    const auto bytes = fuzz::bytesOf(frame, header + std::size_t{payload});
    putAt(frame, kChecksumAt, wire::crc32c(bytes));
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed) {
    std::minstd_rand random(seed);
    size = LLVMFuzzerMutate(data, size, most);
    if (random() % 10 == 0) return size;  // some stay broken
    const bool fit = random() % 4 != 0;
    auto* const end = data + size;
    for (auto* at = std::search(data, end, kMagic.begin(), kMagic.end()); at != end;) {
        auto* const next = std::search(at + 1, end, kMagic.begin(), kMagic.end());
        seal(at, static_cast<std::size_t>(next - at), fit);
        at = next;
    }
    return size;
}

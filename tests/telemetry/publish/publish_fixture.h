// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "telemetry/publish/publisher.h"
#include "telemetry/wire/frame.h"
#include "telemetry/wire/journal.h"

namespace wattline::test {

inline wire::Hello helloOf(std::uint32_t attempt = 1, std::uint32_t rank = 0) {
    wire::Hello hello;
    hello.run = "20261121-104512-7f3a";
    hello.attempt = attempt;
    hello.rank = rank;
    hello.world_size = rank + 1;
    hello.started_mono_ns = 1;
    hello.started_unix_ns = 1;
    return hello;
}

inline StepRecord stepRecord(std::uint64_t step) {
    StepRecord record;
    record.step = step;
    record.loss = 0.5;
    return record;
}

/// Waits for a condition instead of a time; false after ten seconds.
inline bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

/// Everything that a journal folder holds, in order.
struct JournalContents {
    std::vector<wire::Kind> kinds;
    std::vector<std::uint64_t> sequences;  ///< of every record
    std::vector<std::uint64_t> steps;
    std::vector<wire::Event> events;
    std::vector<PowerRecord> power;
    bool damaged = false;
};

inline JournalContents readJournalOf(const std::filesystem::path& run_folder) {
    JournalContents contents;
    for (const auto& stream : wire::listJournals(run_folder / "journal")) {
        wire::JournalPosition start;
        const auto stats = wire::readJournal(stream, start, [&](const wire::FrameView& frame) {
            contents.kinds.push_back(frame.kind);
            for (std::uint32_t i = 0; frame.sequenced() && i < frame.count; ++i)
                contents.sequences.push_back(frame.envelope.first_sequence + i);
            for (std::uint32_t i = 0; i < frame.count; ++i) {
                if (frame.kind == wire::Kind::Steps) contents.steps.push_back(frame.step(i).step);
                if (frame.kind == wire::Kind::Power) contents.power.push_back(frame.power(i));
            }
            if (frame.kind == wire::Kind::Event)
                contents.events.push_back(wire::parseEvent(frame.json()).value());
        });
        EXPECT_TRUE(stats);
        contents.damaged = contents.damaged || !stats || stats->damaged;
    }
    return contents;
}

/// True when the numbers are 1, 2, 3 ... without a gap or a repetition.
inline bool countsUpFromOne(const std::vector<std::uint64_t>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (numbers[i] != i + 1) return false;
    return true;
}

}  // namespace wattline::test

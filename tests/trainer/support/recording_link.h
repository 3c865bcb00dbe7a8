// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "trainer/control/run_link.h"

namespace wattline::trainer::test {

/// Keeps what a training says and gives it the commands that a test has put in.
class RecordingLink final : public RunLink {
public:
    void record(const StepRecord& record) noexcept override { records.push_back(record); }
    void event(wire::Event event) override { events.push_back(std::move(event)); }
    std::optional<wire::Command> takeCommand() override {
        ++looks;
        if (commands.empty() || looks < commands.front().from_look) return std::nullopt;
        auto command = commands.front().command;
        commands.pop_front();
        return command;
    }
    void setState(RunState state) noexcept override { states.push_back(state); }

    [[nodiscard]] std::vector<std::string> eventKinds() const {
        std::vector<std::string> kinds;
        for (const auto& event : events)
            kinds.push_back(event.kind);
        return kinds;
    }

    struct Arrival {
        wire::Command command;
        int from_look = 0;  ///< arrives at the earliest with this call of takeCommand
    };
    std::deque<Arrival> commands;
    int looks = 0;
    std::vector<StepRecord> records;
    std::vector<wire::Event> events;
    std::vector<RunState> states;
};

}  // namespace wattline::trainer::test

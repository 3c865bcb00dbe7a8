// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "telemetry/wire/messages.h"
#include "tests/telemetry/wire/sample_frames.h"

namespace wattline::wire {
namespace {

using testing::HasSubstr;

TEST(MessageJson, AHelloComesBackWhole) {
    const auto hello = test::sampleHello();
    const auto back = parseHello(toJson(hello));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(toJson(*back), toJson(hello));
    EXPECT_EQ(back->world_size, 4U);
    ASSERT_EQ(back->devices.size(), 2U);
    EXPECT_EQ(back->devices[0].method, EnergyMethod::Estimated);
    EXPECT_EQ(back->devices[0].gain_low, 0.3);
}

TEST(MessageJson, AHelloThatContradictsItselfIsRefused) {
    const auto refusal = [](auto change) {
        auto hello = test::sampleHello();
        change(hello);
        const auto back = parseHello(toJson(hello));
        return back ? std::string() : back.error().message;
    };
    EXPECT_THAT(refusal([](Hello& h) { h.rank = 4; }), HasSubstr("world_size"));
    EXPECT_THAT(refusal([](Hello& h) { h.attempt = 0; }), HasSubstr("attempt"));
    EXPECT_THAT(refusal([](Hello& h) { h.run = "../../etc"; }), HasSubstr("run id"));
    EXPECT_THAT(refusal([](Hello& h) { h.devices[0].gain_low = 4.0; }), HasSubstr("gain_low"));
    EXPECT_THAT(refusal([](Hello& h) { h.devices[0].period_s = 0.0; }), HasSubstr("period_s"));
    EXPECT_THAT(refusal([](Hello& h) { h.devices[1].averaged_share = 1.5; }),
                HasSubstr("averaged_share"));
    EXPECT_THAT(refusal([](Hello& h) { h.devices[1].counter_tick_s = -1.0; }),
                HasSubstr("counter_tick_s"));
    EXPECT_THAT(refusal([](Hello& h) { h.devices[0].period_s = -1; }), HasSubstr("devices"));
}

TEST(MessageJson, AnEvaluationComesBackWhole) {
    const auto event = test::sampleEvent();
    const auto back = parseEvent(toJson(event));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->epoch, 2);
    EXPECT_EQ(back->top5_error, 0.0);
    EXPECT_EQ(back->samples, 360);
    EXPECT_FALSE(back->accepted);
    EXPECT_EQ(toJson(*back), toJson(event));
}

TEST(MessageJson, AnAnswerNamesItsCommandAndAHoldTheCommandThatAskedForIt) {
    Event answer;
    answer.kind = "command";
    answer.command_id = "c-1";
    answer.command = "hold";
    answer.accepted = false;
    answer.reason = "it has ended";
    const auto json = toJson(answer);
    EXPECT_THAT(json, HasSubstr(R"("id":"c-1","command":"hold","accepted":false)"));
    EXPECT_EQ(parseEvent(json)->command_id, "c-1");
    EXPECT_EQ(parseEvent(json)->command, "hold");

    Event held;
    held.kind = "held";
    held.command_id = "c-1";
    EXPECT_THAT(toJson(held), HasSubstr(R"("command":"c-1")"));
    EXPECT_EQ(parseEvent(toJson(held))->command_id, "c-1");
}

TEST(MessageJson, ASharedDeviceIsNamedWithTheNumberOfItsRuns) {
    Event event;
    event.mono_ns = 7;
    event.kind = "shared";
    event.device = "GPU-1";
    event.runs = 3;
    const auto back = parseEvent(toJson(event));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->device, "GPU-1");
    EXPECT_EQ(back->runs, 3);
    EXPECT_FALSE(parseEvent(R"({"mono_ns": 7, "kind": "shared", "device": "g", "runs": 0})"));
}

TEST(MessageJson, WhatSamplingCostIsAbsentWhereNothingWasSampled) {
    Heartbeat beat;
    EXPECT_FALSE(parseHeartbeat(toJson(beat))->sampler_cpu_s);
    beat.sampler_cpu_s = 0.25;
    EXPECT_EQ(parseHeartbeat(toJson(beat))->sampler_cpu_s, 0.25);
}

TEST(MessageJson, ALossThatIsNotANumberIsAbsentAfterTheJourney) {
    auto event = test::sampleEvent();
    event.loss = std::numeric_limits<double>::quiet_NaN();
    const auto back = parseEvent(toJson(event));
    ASSERT_TRUE(back);
    EXPECT_FALSE(back->loss);
}

TEST(MessageJson, TextThatIsNotUtf8IsReplacedAndNeverThrows) {
    Event event;
    event.kind = "failed";
    event.text = "cannot read \xff\xfe.jpg";
    const auto back = parseEvent(toJson(event));
    ASSERT_TRUE(back);
    EXPECT_THAT(back->text, HasSubstr(".jpg"));
}

TEST(MessageJson, ARequestToReplayComesBackWholeAndAnEmptyOneIsRefused) {
    const auto replay = parseReplay(toJson(Replay{7, 9}));
    ASSERT_TRUE(replay);
    EXPECT_EQ(replay->from, 7U);
    EXPECT_EQ(replay->to, 9U);
    for (const char* bad : {R"({"from": 0, "to": 9})", R"({"from": 9, "to": 8})", R"({"from": 1})",
                            R"({"from": -1, "to": 9})", "[]"})
        EXPECT_FALSE(parseReplay(bad)) << bad;
}

TEST(MessageJson, ClockHeartbeatAndAcknowledgementComeBackWhole) {
    const ClockReading clock{"boot", 1, 2, 3, 4};
    EXPECT_EQ(toJson(*parseClockReading(toJson(clock))), toJson(clock));
    const Heartbeat beat{1, 2, 3, 4, "held", "full"};
    EXPECT_EQ(toJson(*parseHeartbeat(toJson(beat))), toJson(beat));
    EXPECT_EQ(parseAcknowledge(toJson(Acknowledge{77}))->sequence, 77U);
    EXPECT_THAT(parseHeartbeat(R"({"mono_ns":1,"last_sequence":2,"dropped":0,"state":"asleep"})")
                    .error()
                    .message,
                HasSubstr("state"));
    EXPECT_FALSE(parseHeartbeat(R"({"mono_ns":1,"last_sequence":-2,"dropped":0})"));
}

TEST(MessageJson, EveryCommandComesBackAndAnUnknownOneIsNamed) {
    for (const auto kind : {CommandKind::Hold, CommandKind::Resume, CommandKind::Suspend,
                            CommandKind::Checkpoint, CommandKind::Stop, CommandKind::Evaluate}) {
        const auto back = parseCommand(toJson(Command{"c-1", kind}));
        ASSERT_TRUE(back);
        EXPECT_EQ(back->kind, kind);
    }
    EXPECT_THAT(parseCommand(R"({"id":"c","command":"explode"})").error().message,
                HasSubstr("explode"));
    EXPECT_FALSE(parseCommand(R"({"id":"","command":"hold"})"));
    EXPECT_FALSE(parseCommand(R"({"command":"hold"})"));
}

}  // namespace
}  // namespace wattline::wire

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/wire/frame.h"
#include "telemetry/wire/messages.h"

/// One small frame of each kind, always the same.
namespace wattline::wire::test {

using Bytes = std::vector<std::byte>;

inline Envelope sampleEnvelope(std::uint64_t first_sequence) {
    return {"20261121-104512-7f3a", 2, 3, first_sequence};
}

inline std::vector<StepRecord> sampleSteps() {
    StepRecord full;
    full.end_ns = 5'000'000'000;
    full.step = 41;
    full.samples = 64;
    full.epoch = 2;
    full.loss = 0.75;
    full.learning_rate = 0.1;
    full.duration_ns = 120'000'000;
    full.phase_ns = {1'000'000, 40'000'000, 60'000'000, 9'000'000, 10'000'000};
    StepRecord sparse;  // what was not measured keeps its mark of absence
    sparse.end_ns = 5'120'000'000;
    sparse.step = 42;
    sparse.samples = 64;
    return {full, sparse};
}

inline std::vector<PowerRecord> samplePower() {
    PowerRecord reading;
    reading.at_ns = 5'000'000'000;
    reading.device = 1;
    reading.power_w = 312.5;
    reading.counter_j = 1234.5;
    reading.state = {
        61.5F, 1410.0F, 1593.0F, 0.75F, 400.0F, throttle::kPowerCap | throttle::kThermal, 8.0e9};
    PowerRecord gap;
    gap.at_ns = 5'100'000'000;
    gap.device = 1;
    return {reading, gap};
}

inline Hello sampleHello() {
    Hello h;
    h.run = "20261121-104512-7f3a";
    h.attempt = 2;
    h.rank = 3;
    h.world_size = 4;
    h.host = "n1";
    h.boot_id = "5f3c2a10-0000-4000-8000-000000000001";
    h.version = "0.1.0";
    h.pid = 4711;
    h.started_mono_ns = 1'000'000'000;
    h.started_unix_ns = 1'790'000'000'000'000'000;
    h.steps_planned = 400;
    PowerDevice d;
    d.id = "host:5f3c2a10/cpu";
    d.label = "CPU (estimated)";
    d.kind = "cpu";
    d.scope = "host";
    d.sensor = "utilisation x rated power";
    d.method = EnergyMethod::Estimated;
    d.gain_low = 0.3;
    d.gain_high = 3.0;
    d.period_s = 0.1;
    d.host = h.host;
    d.boot_id = h.boot_id;
    h.devices.push_back(d);
    PowerDevice part;
    part.id = "GPU-1/memory";
    part.kind = "gpu";
    part.scope = scope::kMemory;
    part.method = EnergyMethod::Counter;
    part.part_of = "GPU-1";
    part.has_counter = true;
    part.counter_tick_s = 0.02;
    part.averaged_share = 0.25;
    part.attributed = true;
    h.devices.push_back(part);
    return h;
}

inline Event sampleEvent() {
    Event e;
    e.mono_ns = 6'000'000'000;
    e.step = 42;
    e.kind = "evaluated";
    e.text = "epoch 2";
    e.epoch = 2;
    e.loss = 0.5;
    e.top1_error = 0.125;
    e.top5_error = 0.0;
    e.samples = 360;
    return e;
}

inline Bytes jsonFrame(Kind kind, std::uint64_t sequence, const std::string& json) {
    Bytes out;
    appendJson(out, kind, sampleEnvelope(sequence), json);
    return out;
}

inline std::vector<std::pair<std::string, Bytes>> sampleFrames() {
    Bytes steps, power;
    appendSteps(steps, sampleEnvelope(2), sampleSteps());
    appendPower(power, sampleEnvelope(4), samplePower());
    const ClockReading clock{"5f3c2a10-0000-4000-8000-000000000001", 1'000'000'000, 1'000'000'500,
                             1'790'000'000'000'000'000, 120};
    const Heartbeat heartbeat{7'000'000'000, 6, 1, 42, "running", {}};
    return {{"hello", jsonFrame(Kind::Hello, 1, toJson(sampleHello()))},
            {"steps", steps},
            {"power", power},
            {"event", jsonFrame(Kind::Event, 6, toJson(sampleEvent()))},
            {"clock", jsonFrame(Kind::Clock, 0, toJson(clock))},
            {"heartbeat", jsonFrame(Kind::Heartbeat, 0, toJson(heartbeat))},
            {"command", jsonFrame(Kind::Command, 0, toJson(Command{"c-1", CommandKind::Hold}))},
            {"acknowledge", jsonFrame(Kind::Acknowledge, 0, toJson(Acknowledge{6}))},
            {"replay", jsonFrame(Kind::Replay, 0, toJson(Replay{2, 5}))}};
}

}  // namespace wattline::wire::test

// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "telemetry/wire/messages.h"

namespace wattline::wire {
namespace {

using testing::HasSubstr;

RunSpec sampleSpec() {
    RunSpec s;
    s.id = "20261121-104512-7f3a";
    s.name = "two ranks";
    s.model = "resnet50";
    s.dataset = "imagefolder:/data/Bücher";
    s.recipe = "study";
    s.ranks = 2;
    s.lbs = 32;
    s.gbs = 128;
    s.accumulation = 2;
    s.epochs = 8;
    s.steps = 400;
    s.seed = 18446744073709551615U;
    s.threads_per_rank = 3;
    s.image_size = 64;
    s.classes = 10;
    s.rated_power_w = 65.5;
    s.sample_period_ms = 50;
    s.device_kind = "gpu";
    s.created_unix_ns = 1'790'000'000'123'456'789;
    s.created_by = "ada@n1";
    s.simulated = true;
    return s;
}

EnergyEntry sampleEntry() {
    EnergyEntry e;
    e.device = {"GPU-1", "H100", "gpu", "board", "NVML energy counter", EnergyMethod::Counter, 0.95,
                1.05,    0.1,    "n1",  "boot-1"};
    e.j = 1000.25;
    e.u_j = 50.0;
    e.low_j = 950.0;
    e.high_j = 1050.0;
    e.held_j = 12.0;
    e.gap_s = 0.5;
    e.counter_j = 1000.25;
    return e;  // integrated_j is not available
}

RunSummary sampleSummary() {
    RunSummary s;
    s.spec = sampleSpec();
    s.state = RunState::Failed;
    s.state_reason = "rank 1 was killed; see its log";
    s.attempts = 2;
    s.step = 41;
    s.steps_planned = 400;
    s.epoch = 3;
    s.samples = 5248;
    s.wall_s = 12.5;
    s.held_s = 1.5;
    s.gpu_hours = 0.00694;
    s.device_kind = "gpu";
    s.energy_method = EnergyMethod::Counter;
    s.energy_j = 1000.25;
    s.energy_u_j = 50.0;
    s.energy_low_j = 950.0;
    s.energy_high_j = 1050.0;
    s.mean_power_w = 80.02;
    s.slope_w = 40.0;
    s.slope_u_w = 0.5;
    s.energy = {sampleEntry()};
    s.samples_per_gpu_hour = 1e6;
    s.train_loss = 0.5;
    s.val_loss = s.final_loss = 0.25;
    s.final_top1_error = 0.0;
    s.monitor_share = 1e-6;
    s.sampler_cpu_s = 0.125;
    s.records_expected = 300;
    s.records_stored = 299;
    s.records_lost = 1;
    s.events = {{0.5, 3, "held", "by ada"}};
    return s;
}

TEST(RunJson, ASpecificationComesBackWhole) {
    const auto spec = sampleSpec();
    const auto back = parseRunSpec(toJson(spec));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(toJson(*back), toJson(spec));
    EXPECT_EQ(back->seed, spec.seed);
    EXPECT_EQ(back->created_unix_ns, spec.created_unix_ns);
    EXPECT_EQ(back->dataset, spec.dataset);
}

TEST(RunJson, ASpecificationWithAWrongValueNamesIt) {
    EXPECT_THAT(parseRunSpec(R"({"ranks": "two"})").error().message, HasSubstr("\"ranks\""));
    EXPECT_THAT(parseRunSpec(R"({"ranks": 3000000000})").error().message, HasSubstr("\"ranks\""));
    EXPECT_THAT(parseRunSpec(R"({"id": "../x"})").error().message, HasSubstr("run id"));
    EXPECT_TRUE(parseRunSpec(R"({"later_version_key": [1, 2]})"));
}

TEST(RunJson, ASummaryComesBackWhole) {
    const auto summary = sampleSummary();
    const auto back = parseRunSummary(toJson(summary));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(toJson(*back), toJson(summary));
    EXPECT_EQ(back->state, RunState::Failed);
    EXPECT_EQ(back->train_loss, 0.5);
    EXPECT_EQ(back->val_loss, 0.25);
    EXPECT_EQ(back->final_top1_error, 0.0);
    EXPECT_FALSE(back->final_top5_error);
    EXPECT_FALSE(back->power_w);
    ASSERT_EQ(back->energy.size(), 1U);
    EXPECT_EQ(back->energy[0].j, 1000.25);
    EXPECT_EQ(back->energy[0].device.boot_id, "boot-1");
    EXPECT_LT(back->energy[0].integrated_j, 0.0);
    ASSERT_EQ(back->events.size(), 1U);
    EXPECT_EQ(back->events[0].text, "by ada");
    EXPECT_EQ(back->records_lost, 1);
}

TEST(RunJson, WhatIsNotKnownIsNullAndNeverZero) {
    auto summary = sampleSummary();
    summary.energy_u_j = std::numeric_limits<double>::infinity();
    summary.energy[0].u_j = std::numeric_limits<double>::quiet_NaN();
    summary.wall_s = std::numeric_limits<double>::quiet_NaN();
    const auto json = toJson(summary);
    for (const char* null :
         {R"("energy_u_j":null)", R"("final_top5_error":null)", R"("power_w":null)",
          R"("integrated_j":null)", R"("u_j":null)", R"("wall_s":null)"})
        EXPECT_THAT(json, HasSubstr(null));
    const auto back = parseRunSummary(json);
    ASSERT_TRUE(back);
    EXPECT_FALSE(back->energy_u_j);
    EXPECT_TRUE(std::isnan(back->energy[0].u_j));
    EXPECT_TRUE(std::isnan(back->wall_s));
}

TEST(RunJson, TheTopLevelHasWhatScriptsRelyOn) {
    const auto json = toJson(sampleSummary(), 2);
    for (const char* key : {"id",
                            "name",
                            "state",
                            "state_reason",
                            "model",
                            "dataset",
                            "recipe",
                            "ranks",
                            "lbs",
                            "gbs",
                            "accumulation",
                            "seed",
                            "steps",
                            "samples",
                            "epoch",
                            "steps_planned",
                            "wall_s",
                            "held_s",
                            "gpu_hours",
                            "device_kind",
                            "energy_j",
                            "energy_method",
                            "energy_u_j",
                            "energy_low_j",
                            "energy_high_j",
                            "energy",
                            "mean_power_w",
                            "power_w",
                            "slope_w",
                            "slope_u_w",
                            "samples_per_gpu_hour",
                            "updates_per_gpu_hour",
                            "throughput_samples_per_s",
                            "train_loss",
                            "val_loss",
                            "final_loss",
                            "final_top1_error",
                            "final_top5_error",
                            "monitor_share",
                            "sampler_cpu_s",
                            "records_expected",
                            "records_stored",
                            "records_lost",
                            "attempts",
                            "events",
                            "spec"})
        EXPECT_THAT(json, HasSubstr("\n  \"" + std::string(key) + "\": ")) << key;
}

TEST(RunJson, ASummaryWithoutStateOrSpecificationIsRefused) {
    EXPECT_THAT(parseRunSummary(R"({"state": "running"})").error().message, HasSubstr("spec"));
    EXPECT_THAT(parseRunSummary(R"({"spec": {}})").error().message, HasSubstr("state"));
    EXPECT_THAT(parseRunSummary(R"({"spec": {}, "state": "asleep"})").error().message,
                HasSubstr("state"));
    EXPECT_FALSE(parseRunSummary(R"({"spec": {}, "state": "running", "energy": [{"j": 1}]})"));
}

}  // namespace
}  // namespace wattline::wire

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/run_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wattline {
namespace {

using testing::HasSubstr;

TEST(RunSpec, GlobalBatchFollowsFromLocalBatchAndRanks) {
    RunSpec spec;
    spec.ranks = 4;
    spec.lbs = 16;
    const auto done = completed(spec);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->gbs, 64);
    EXPECT_EQ(done->accumulation, 1);
    EXPECT_EQ(done->epochs, 8);
    EXPECT_EQ(done->recipe, "digits");
    EXPECT_EQ(done->image_size, 32);
}

TEST(RunSpec, AccumulationFollowsFromBothBatches) {
    RunSpec spec;
    spec.ranks = 2;
    spec.lbs = 16;
    spec.gbs = 96;
    const auto done = completed(spec);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->accumulation, 3);
}

TEST(RunSpec, RefusesABatchThatDoesNotDivideAndNamesOneThatDoes) {
    RunSpec spec;
    spec.ranks = 2;
    spec.lbs = 32;
    spec.gbs = 100;
    const auto refused = completed(spec);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ExitCode::Usage);
    EXPECT_THAT(refused.error().message, HasSubstr("use --gbs 128"));

    spec.lbs = 0;
    spec.gbs = 33;
    EXPECT_THAT(completed(spec).error().message, HasSubstr("use --gbs 34"));
}

TEST(RunSpec, RefusesUnknownNamesAndRanges) {
    RunSpec spec;
    spec.model = "alexnet";
    EXPECT_THAT(completed(spec).error().message, HasSubstr("alexnet"));
    spec = {};
    spec.dataset = "imagefolder:";
    EXPECT_FALSE(completed(spec));
    spec = {};
    spec.ranks = 0;
    EXPECT_THAT(completed(spec).error().message, HasSubstr("--ranks"));
    spec = {};
    spec.lbs = 1 << 24;
    spec.ranks = 65536;
    EXPECT_FALSE(completed(spec));
    spec = {};
    spec.device_kind = "abacus";  // its hours would be called GPU hours
    EXPECT_FALSE(completed(spec));
    spec = {};
    spec.dataset = std::string("imagefolder:/data\0/other", 24);
    EXPECT_FALSE(completed(spec));
    spec = {};
    spec.classes = 10;  // digits have their own
    EXPECT_EQ(completed(spec).error().code, ExitCode::Usage);
    EXPECT_THAT(completed(spec).error().message, HasSubstr("leave it out for digits"));
    spec.dataset = "synthetic";
    EXPECT_TRUE(completed(spec));
    spec = {};
    spec.rated_power_w = -1;
    EXPECT_FALSE(completed(spec));
}

TEST(RunSpec, ASimulatedRunSaysSoInItsName) {
    RunSpec spec;
    spec.name = "a thousand GPUs";
    EXPECT_EQ(displayName(spec), "a thousand GPUs");
    spec.simulated = true;
    EXPECT_EQ(displayName(spec), "a thousand GPUs (simulated)");
    spec.name.clear();
    EXPECT_THAT(displayName(spec), HasSubstr("(simulated)"));
}

TEST(RunSpec, AMeasuredRunIsCalledByItsCommandCutBetweenCharacters) {
    RunSpec spec;
    spec.command = "./a.out --fast";
    EXPECT_EQ(displayName(spec), "./a.out --fast");
    spec.command = std::string(56, 'x') + "\u00d7\u00d7\u00d7";
    EXPECT_EQ(displayName(spec), std::string(56, 'x') + "...");
    spec.name = "mine";
    EXPECT_EQ(displayName(spec), "mine");
}

}  // namespace
}  // namespace wattline

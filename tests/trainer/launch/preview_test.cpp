// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <fstream>

#include "tests/trainer/launch/launch_fixture.h"
#include "trainer/launch/datasets.h"

namespace wattline::launch {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Preview = LaunchFixture;

TEST_F(Preview, SaysWhatFollowsFromAConfiguration) {
    const auto result = preview(digitsSpec(), workspace(), tools());
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->spec.gbs, 64);
    EXPECT_EQ(result->steps_per_epoch, kDigitsTrainingSamples / 64);
    EXPECT_DOUBLE_EQ(result->learning_rate, peakLearningRate("digits", 64));
    EXPECT_THAT(result->script, HasSubstr("--data"));
    EXPECT_TRUE(workspace().runIds().empty()) << "a preview creates nothing";
}

TEST_F(Preview, WarnsWhenRanksShareCores) {
    auto spec = digitsSpec();
    spec.ranks = 4;
    const auto result = preview(spec, workspace(), tools());
    ASSERT_TRUE(result);
    EXPECT_THAT(result->warnings, Contains(HasSubstr("share 2 cores")));
}

TEST_F(Preview, DoesNotWarnWithoutNeed) {
    auto spec = digitsSpec();
    spec.dataset = "synthetic";
    spec.gbs = 64;
    const auto result = preview(spec, workspace(), tools());
    ASSERT_TRUE(result);
    EXPECT_THAT(result->warnings, IsEmpty());
}

TEST_F(Preview, RefusesAGlobalBatchBeyondTheDataset) {
    auto spec = digitsSpec();
    spec.lbs = 1000;
    const auto result = preview(spec, workspace(), tools());
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("2000 is larger than the 1442"));
    EXPECT_EQ(result.error().code, ExitCode::Usage);
}

TEST_F(Preview, RefusesAMissingAndAnEmptyImageFolder) {
    auto spec = digitsSpec();
    spec.dataset = "imagefolder:" + (root() / "nowhere").string();
    EXPECT_THAT(preview(spec, workspace(), tools()).error().message, HasSubstr("nowhere"));
    std::filesystem::create_directories(root() / "nowhere/class");
    EXPECT_THAT(preview(spec, workspace(), tools()).error().message, HasSubstr("no JPEG"));
}

TEST_F(Preview, NamesThePackageWhenAToolIsMissing) {
    auto without = tools();
    without.mpirun.clear();
    const auto no_mpi = preview(digitsSpec(), workspace(), without);
    ASSERT_FALSE(no_mpi);
    EXPECT_THAT(no_mpi.error().message, HasSubstr("openmpi-bin"));
    EXPECT_EQ(no_mpi.error().code, ExitCode::Environment);
    without = tools();
    without.trainer.clear();
    EXPECT_THAT(preview(digitsSpec(), workspace(), without).error().message,
                HasSubstr("wattline-train"));
}

}  // namespace
}  // namespace wattline::launch

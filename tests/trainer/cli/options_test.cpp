// SPDX-License-Identifier: Apache-2.0
#include "trainer/cli/options.h"

#include <gmock/gmock.h>

namespace wattline::trainer {
namespace {

using testing::HasSubstr;
using testing::Not;

Result<Options> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "wattline-train");
    return parseOptions(static_cast<int>(words.size()), words.data());
}

TEST(Options, TelemetryIsOnUnlessSwitchedOff) {
    EXPECT_TRUE(parse({})->telemetry);
    EXPECT_FALSE(parse({"--no-telemetry"})->telemetry);
}

TEST(Options, FillTheSpecification) {
    const auto options = parse({"--model",
                                "resnet50",
                                "--data",
                                "imagefolder:/a b",
                                "--recipe",
                                "study",
                                "--lbs",
                                "4",
                                "--gbs",
                                "16",
                                "--epochs",
                                "3",
                                "--steps",
                                "9",
                                "--seed",
                                "7",
                                "--threads",
                                "2",
                                "--image-size",
                                "64",
                                "--rated-power-w",
                                "65.5",
                                "--sample-period-ms",
                                "50",
                                "--name",
                                "mine",
                                "--run-folder",
                                "/x/runs/y"});
    ASSERT_TRUE(options) << options.error().message;
    EXPECT_EQ(options->spec.model, "resnet50");
    EXPECT_EQ(options->spec.dataset, "imagefolder:/a b");
    EXPECT_EQ(options->spec.recipe, "study");
    EXPECT_EQ(options->spec.lbs, 4);
    EXPECT_EQ(options->spec.gbs, 16);
    EXPECT_EQ(options->spec.epochs, 3);
    EXPECT_EQ(options->spec.steps, 9);
    EXPECT_EQ(options->spec.seed, 7U);
    EXPECT_EQ(options->spec.threads_per_rank, 2);
    EXPECT_EQ(options->spec.image_size, 64);
    EXPECT_EQ(options->spec.rated_power_w, 65.5);
    EXPECT_EQ(options->spec.sample_period_ms, 50);
    EXPECT_EQ(options->spec.name, "mine");
    EXPECT_EQ(options->run_folder, "/x/runs/y");
}

TEST(Options, HelpHasExamples) {
    const auto options = parse({"--help"});
    ASSERT_TRUE(options);
    EXPECT_THAT(options->help, HasSubstr("Examples:"));
    EXPECT_THAT(options->help, HasSubstr("mpirun -n 2 wattline-train"));
}

TEST(Options, AWrongOneIsNamedInOneSentence) {
    for (const auto& words : std::vector<std::vector<const char*>>{{"--epohs", "3"},
                                                                   {"--lbs", "0"},
                                                                   {"--lbs", "many"},
                                                                   {"--device", "tpu"},
                                                                   {"--seed", "-1"},
                                                                   {"digits"}}) {
        const auto options = parse(words);
        ASSERT_FALSE(options) << words[0];
        EXPECT_EQ(options.error().code, ExitCode::Usage);
        EXPECT_THAT(options.error().message, HasSubstr(words[0]));
        EXPECT_THAT(options.error().message, Not(HasSubstr("\n")));
        EXPECT_THAT(options.error().message, HasSubstr("--help"));
    }
}

}  // namespace
}  // namespace wattline::trainer

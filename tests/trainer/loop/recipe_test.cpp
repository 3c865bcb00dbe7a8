// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/recipe.h"

#include <gtest/gtest.h>

#include "trainer/launch/learning_rate.h"

namespace wattline::trainer {
namespace {

RunSpec specWith(const std::string& recipe, int gbs, int epochs) {
    RunSpec spec;
    spec.recipe = recipe;
    spec.gbs = gbs;
    spec.epochs = epochs;
    return spec;
}

TEST(Recipe, StudyRisesOverFiveEpochsToATenthTimesGbsOver256) {
    const LearningRateSchedule schedule(specWith("study", 512, 100), 10);
    EXPECT_DOUBLE_EQ(schedule.at(1), 0.2 / 50);
    EXPECT_DOUBLE_EQ(schedule.at(25), 0.1);
    EXPECT_DOUBLE_EQ(schedule.at(50), 0.2);
    EXPECT_DOUBLE_EQ(schedule.at(51), 0.2);
    EXPECT_DOUBLE_EQ(schedule.at(1000), 0.2);
}

TEST(Recipe, StudyHalvesTheRateOnAPlateau) {
    LearningRateSchedule schedule(specWith("study", 256, 100), 1);
    schedule.epochEnded(1.0);
    for (int bad = 0; bad < 5; ++bad)
        schedule.epochEnded(1.0);
    EXPECT_DOUBLE_EQ(schedule.at(50), 0.1);
    schedule.epochEnded(1.0);
    EXPECT_DOUBLE_EQ(schedule.at(50), 0.05);
}

TEST(Recipe, APlateauForgetsBadEpochsWhenTheLossFalls) {
    Plateau plateau;
    for (int round = 0; round < 4; ++round) {
        plateau.observe(1.0 - 0.1 * round);
        for (int bad = 0; bad < 5; ++bad)
            plateau.observe(2.0);
    }
    EXPECT_EQ(plateau.factor(), 1.0);
    plateau.observe(0.7 * (1.0 - 1e-5));  // too small a gain counts as none
    EXPECT_EQ(plateau.factor(), 0.5);
}

TEST(Recipe, DigitsRisesOverOneEpochAndFallsToZeroBehindTheEnd) {
    const LearningRateSchedule schedule(specWith("digits", 64, 8), 22);
    const double peak = launch::peakLearningRate("digits", 64);
    EXPECT_DOUBLE_EQ(schedule.at(11), peak / 2);
    EXPECT_DOUBLE_EQ(schedule.at(22), peak);
    EXPECT_NEAR(schedule.at(22 + 77), peak / 2, 0.02 * peak);
    EXPECT_NEAR(schedule.at(177), 0.0, 1e-12);
    EXPECT_GT(schedule.at(176), 0.0);
    for (int step = 23; step <= 176; ++step)
        EXPECT_LT(schedule.at(step), schedule.at(step - 1));
}

TEST(Recipe, DigitsScalesWithTheGlobalBatchUpToATenth) {
    EXPECT_DOUBLE_EQ(launch::peakLearningRate("digits", 64), 0.05);
    EXPECT_DOUBLE_EQ(launch::peakLearningRate("digits", 32), 0.025);
    EXPECT_DOUBLE_EQ(launch::peakLearningRate("digits", 512), 0.1);
}

TEST(Recipe, ARunShorterThanItsWarmUpStillRises) {
    auto spec = specWith("study", 256, 0);
    spec.steps = 10;
    const LearningRateSchedule schedule(spec, 1000);
    EXPECT_DOUBLE_EQ(schedule.at(5), 0.1);
    EXPECT_GT(schedule.at(1), 0.0);
}

TEST(Recipe, PlannedStepsAreTheFewerOfEpochsAndSteps) {
    auto spec = specWith("study", 256, 3);
    EXPECT_EQ(plannedSteps(spec, 10), 30);
    spec.steps = 25;
    EXPECT_EQ(plannedSteps(spec, 10), 25);
    spec.steps = 50;
    EXPECT_EQ(plannedSteps(spec, 10), 30);
    spec.epochs = 0;
    EXPECT_EQ(plannedSteps(spec, 10), 50);
}

}  // namespace
}  // namespace wattline::trainer

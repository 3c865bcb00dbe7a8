// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/trainer/cli/mpi_program.h"

namespace wattline::trainer::test {
namespace {

struct Configuration {
    int ranks;
    const char* lbs;
};

void PrintTo(const Configuration& configuration, std::ostream* out) {
    *out << configuration.ranks << " x LBS " << configuration.lbs;
}

class Accuracy : public testing::TestWithParam<Configuration> {};

TEST_P(Accuracy, ResNet18ReadsDigitsAfterEightEpochs) {
    MpiProgram program(GetParam().ranks, {"--model", "resnet18", "--data", "digits", "--lbs",
                                          GetParam().lbs, "--epochs", "8"});
    // Half a minute on two idle cores; a machine that others use needs patience.
    ASSERT_EQ(program.wait(std::chrono::minutes(14)), 0) << program.output();
    std::vector<double> errors;
    for (const auto& event : readRank(program.runFolder(), 0).events)
        if (event.kind == "evaluated") errors.push_back(event.top1_error.value());
    ASSERT_EQ(errors.size(), 8U);
    EXPECT_LE(errors.back(), 0.05) << program.output();
}

INSTANTIATE_TEST_SUITE_P(Of, Accuracy,
                         testing::Values(Configuration{2, "32"}, Configuration{1, "64"}));

}  // namespace
}  // namespace wattline::trainer::test

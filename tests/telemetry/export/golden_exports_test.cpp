// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "telemetry/export/comparison_export.h"
#include "telemetry/export/comparison_text.h"
#include "telemetry/export/plot_export.h"
#include "telemetry/export/runs_csv.h"
#include "tests/telemetry/export/sample_runs.h"

// tests/data/export holds what people's scripts read. A failure here is a change of format: a new
// column goes to the end, and WATTLINE_WRITE_GOLDEN=1 writes files that are missing.

namespace wattline {
namespace {

std::string golden(const std::string& file, const std::string& written) {
    const auto path = std::filesystem::path(WATTLINE_TEST_DATA) / "export" / file;
    if (std::getenv("WATTLINE_WRITE_GOLDEN") != nullptr && !std::filesystem::exists(path))
        std::ofstream(path, std::ios::binary) << written;
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(GoldenExports, StepsAsCsv) {
    const std::vector runs{test::measuredRun(), test::estimatedRun()};
    EXPECT_EQ(stepsCsv(runs), golden("steps.csv", stepsCsv(runs)));
}

TEST(GoldenExports, RunsAsCsv) {
    const std::vector runs{test::measuredRun().summary, test::estimatedRun().summary};
    EXPECT_EQ(runsCsv(runs), golden("runs.csv", runsCsv(runs)));
}

TEST(GoldenExports, PlotAsCsv) {
    const auto csv = plotCsv(test::samplePlot());
    EXPECT_EQ(csv, golden("plot.csv", csv));
}

TEST(GoldenExports, ComparisonAsCsv) {
    const auto csv = comparisonCsv(test::sampleComparison());
    EXPECT_EQ(csv, golden("comparison.csv", csv));
}

TEST(GoldenExports, ComparisonAsMarkdown) {
    const auto text = comparisonMarkdown(test::sampleComparison());
    EXPECT_EQ(text, golden("comparison.md", text));
}

}  // namespace
}  // namespace wattline

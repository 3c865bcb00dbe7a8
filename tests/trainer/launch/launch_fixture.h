// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "telemetry/core/workspace.h"
#include "tests/support/temporary_folder.h"
#include "trainer/launch/job_script.h"

namespace wattline::launch {

/// A workspace and a fake mpirun, a bash script whose body a test writes.
class LaunchFixture : public ::testing::Test {
protected:
    /// The fake's arguments, one a line, land in `argumentsFile()`; then `body` runs.
    void writeMpirun(const std::string& body);
    [[nodiscard]] std::filesystem::path argumentsFile() const;

    [[nodiscard]] Workspace workspace() const;
    [[nodiscard]] Tools tools() const;
    /// A spec that preview() accepts.
    [[nodiscard]] static RunSpec digitsSpec();

    /// Waits up to ten seconds for a file to exist.
    [[nodiscard]] static ::testing::AssertionResult appears(const std::filesystem::path& file);

    [[nodiscard]] std::filesystem::path root() const { return m_folder.path(); }

private:
    test::TemporaryFolder m_folder;
};

/// Whole text of a file; empty when there is none.
[[nodiscard]] std::string textOf(const std::filesystem::path& file);

}  // namespace wattline::launch

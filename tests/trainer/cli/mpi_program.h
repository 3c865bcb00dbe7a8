// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "telemetry/core/records.h"
#include "telemetry/wire/messages.h"
#include "tests/support/temporary_folder.h"

namespace wattline::trainer::test {

/// True as soon as `condition` is, false after `limit`.
[[nodiscard]] bool waitFor(const std::function<bool()>& condition,
                           std::chrono::seconds limit = std::chrono::seconds(90));

/// wattline-train under mpiexec, or alone with 0 ranks, with a workspace of its own. Killed, if it
/// still runs, when this object goes.
class MpiProgram {
public:
    MpiProgram(int ranks, const std::vector<std::string>& arguments,
               const std::filesystem::path& workspace = {});
    ~MpiProgram();
    MpiProgram(const MpiProgram&) = delete;
    MpiProgram& operator=(const MpiProgram&) = delete;

    /// The exit code; -1 when a signal ended it or it did not end in time.
    [[nodiscard]] int wait(std::chrono::seconds limit = std::chrono::seconds(120));
    [[nodiscard]] bool running();
    void signal(int number) const;
    [[nodiscard]] std::string output() const;  ///< stdout and stderr
    /// Lines of the output that start with `wattline-train: `, without that.
    [[nodiscard]] std::vector<std::string> sentences() const;
    /// The only run's folder, once there is one.
    [[nodiscard]] std::filesystem::path runFolder() const;

private:
    wattline::test::TemporaryFolder m_folder;
    std::filesystem::path m_workspace;
    pid_t m_pid = -1;
    std::optional<int> m_status;
};

/// What one rank's journal holds so far.
struct RankJournal {
    std::optional<wire::Hello> hello;
    std::vector<StepRecord> steps;
    std::vector<wire::Event> events;
    std::size_t power_records = 0;
    bool gapless = true;  ///< the sequence numbers are 1, 2, 3, ...

    [[nodiscard]] std::vector<std::string> eventKinds() const;
};
[[nodiscard]] RankJournal readRank(const std::filesystem::path& run_folder, std::uint32_t rank);

}  // namespace wattline::trainer::test

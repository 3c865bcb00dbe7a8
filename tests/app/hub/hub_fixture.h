// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "app/client/hub_call.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/workspace.h"
#include "tests/support/temporary_folder.h"

namespace wattline {

/// True as soon as `condition` is; false when it is not within `patience`.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::seconds patience = std::chrono::seconds(20));

/// A helper program; they lie beside the test's.
[[nodiscard]] std::string programBeside(const char* name);

/// A child process that does not outlive this object.
class ChildProcess {
public:
    explicit ChildProcess(std::vector<std::string> argv);
    ~ChildProcess();
    ChildProcess(ChildProcess&& other) noexcept : m_pid(std::exchange(other.m_pid, 0)) {}
    ChildProcess& operator=(ChildProcess&&) = delete;
    [[nodiscard]] pid_t pid() const noexcept { return m_pid; }
    void kill(int signal) const;
    /// Waits for the end; the exit code, or 128 + signal.
    int join();

private:
    pid_t m_pid;
};

/// A workspace with real hubs and real ranks as processes.
class HubFixture : public ::testing::Test {
protected:
    HubFixture();
    ~HubFixture() override;

    /// A hub that answers. Its binary also serves findHub(), which would start it by itself.
    ChildProcess startHub(int idle_seconds = 0);
    /// run.json for a run of `ranks` ranks.
    RunFolder prepareRun(int ranks, const RunId& id = "20260101-000000-aaaa");
    /// With a boot id the rank claims to be on that host.
    ChildProcess startRank(const RunFolder& folder, int rank, int ranks, int steps, int step_us,
                           const std::string& boot_id = "");

    /// What the hub says; empty when it knows no such run (yet).
    [[nodiscard]] std::optional<RunSummary> summary(const RunId& id) const;
    [[nodiscard]] Result<HubAnswer> call(const std::string& method,
                                         const std::string& params = "{}") const;
    [[nodiscard]] Result<HubAnswer> command(const RunId& run, const std::string& kind) const;
    /// A number of `status`.
    [[nodiscard]] std::int64_t statusNumber(const std::string& key) const;

    test::TemporaryFolder m_folder;
    Workspace m_workspace;
};

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "tests/trainer/cli/mpi_program.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>

#include "telemetry/core/spawn.h"
#include "telemetry/core/workspace.h"
#include "telemetry/wire/journal.h"

namespace wattline::trainer::test {

bool waitFor(const std::function<bool()>& condition, std::chrono::seconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

MpiProgram::MpiProgram(int ranks, const std::vector<std::string>& arguments,
                       const std::filesystem::path& workspace)
    : m_workspace(workspace.empty() ? m_folder.path() / "home" : workspace) {
    DetachedProgram program;
    if (ranks > 0)
        program.argv = {WATTLINE_TEST_MPIEXEC, "-n",        std::to_string(ranks),
                        "--oversubscribe",     "--bind-to", "none"};
    program.argv.emplace_back(WATTLINE_TEST_TRAINER);
    program.argv.insert(program.argv.end(), arguments.begin(), arguments.end());
    program.environment = {{"WATTLINE_HOME", m_workspace.string()},
                           // Other tests train here at the same time: that they share the CPU is
                           // none of this run's records.
                           {"WATTLINE_NODE_FOLDER", (m_folder.path() / "node").string()},
                           {"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                           {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                           {"OMPI_MCA_btl_vader_single_copy_mechanism", "none"}};
    program.output = program.errors = m_folder.path() / "output";
    const auto pid = spawnDetached(program);
    EXPECT_TRUE(pid) << pid.error().message;
    m_pid = pid.value_or(-1);
}

MpiProgram::~MpiProgram() {
    if (!running()) return;
    kill(m_pid, SIGKILL);
    waitpid(m_pid, nullptr, 0);
}

bool MpiProgram::running() {
    if (m_pid < 0 || m_status) return false;
    int status = 0;
    if (waitpid(m_pid, &status, WNOHANG) != m_pid) return true;
    m_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return false;
}

int MpiProgram::wait(std::chrono::seconds limit) {
    if (!waitFor([this] { return !running(); }, limit)) return -1;
    return m_status.value_or(-1);
}

void MpiProgram::signal(int number) const {
    kill(m_pid, number);
}

std::string MpiProgram::output() const {
    return readFile(m_folder.path() / "output").value_or(std::string());
}

std::vector<std::string> MpiProgram::sentences() const {
    constexpr std::string_view prefix = "wattline-train: ";
    std::vector<std::string> found;
    std::istringstream lines(output());
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(prefix)) found.push_back(line.substr(prefix.size()));
    return found;
}

std::filesystem::path MpiProgram::runFolder() const {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(m_workspace / "runs", error))
        return entry.path();
    return {};
}

std::vector<std::string> RankJournal::eventKinds() const {
    std::vector<std::string> kinds;
    for (const auto& event : events)
        kinds.push_back(event.kind);
    return kinds;
}

RankJournal readRank(const std::filesystem::path& run_folder, std::uint32_t rank) {
    RankJournal journal;
    std::uint64_t expected = 1;
    const auto take = [&](const wire::FrameView& frame) {
        if (frame.sequenced()) {
            journal.gapless = journal.gapless && frame.envelope.first_sequence == expected;
            expected += frame.count;
        }
        switch (frame.kind) {
        case wire::Kind::Hello:
            journal.hello = wire::parseHello(frame.json()).value();
            break;
        case wire::Kind::Event:
            journal.events.push_back(wire::parseEvent(frame.json()).value());
            break;
        case wire::Kind::Power:
            journal.power_records += frame.count;
            break;
        case wire::Kind::Steps:
            for (std::size_t i = 0; i < frame.count; ++i)
                journal.steps.push_back(frame.step(i));
            break;
        default:
            break;
        }
    };
    for (const auto& stream : wire::listJournals(RunFolder{run_folder}.journal())) {
        wire::JournalPosition position;
        if (stream.rank != rank) continue;
        EXPECT_TRUE(wire::readJournal(stream, position, take));
    }
    return journal;
}

}  // namespace wattline::trainer::test

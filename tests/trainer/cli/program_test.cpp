// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>

#include "telemetry/core/workspace.h"
#include "tests/trainer/cli/mpi_program.h"

namespace wattline::trainer::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// A training that lasts until it is told to end, in small steps.
const std::vector<std::string> kEndless{"--lbs", "2", "--epochs", "1000", "--sample-period-ms",
                                        "50"};

void command(const std::filesystem::path& run_folder, const std::string& id,
             const std::string& what) {
    ASSERT_TRUE(writeFileAtomically(RunFolder{run_folder}.control() / (id + ".json"),
                                    R"({"id": ")" + id + R"(", "command": ")" + what + "\"}"));
}

/// Waits until rank 0 has journaled an event of this kind.
bool sees(const MpiProgram& program, const std::string& kind) {
    return waitFor([&] {
        const auto kinds = readRank(program.runFolder(), 0).eventKinds();
        return std::ranges::find(kinds, kind) != kinds.end();
    });
}

bool trains(const MpiProgram& program) {
    return waitFor([&] { return readRank(program.runFolder(), 0).steps.size() >= 2; });
}

TEST(Program, TrainsAloneWithoutMpirunAndWithoutAHub) {
    MpiProgram program(0, {"--lbs", "8", "--steps", "2"});
    ASSERT_EQ(program.wait(), 0) << program.output();
    const auto journal = readRank(program.runFolder(), 0);
    ASSERT_TRUE(journal.hello);
    EXPECT_EQ(journal.hello->world_size, 1U);
    EXPECT_EQ(journal.hello->steps_planned, 2);
    EXPECT_THAT(journal.steps, SizeIs(2));
    EXPECT_TRUE(journal.gapless);
    EXPECT_THAT(journal.eventKinds(), ElementsAre("evaluated", "ended"));
    EXPECT_EQ(journal.events.back().outcome, "finished");
    EXPECT_TRUE(readFile(RunFolder{program.runFolder()}.spec()));
}

TEST(Program, WithoutTelemetryItTrainsTheSameAndLeavesNoRun) {
    MpiProgram program(2, {"--lbs", "8", "--steps", "2", "--no-telemetry"});
    ASSERT_EQ(program.wait(), 0) << program.output();
    EXPECT_TRUE(program.runFolder().empty());
    EXPECT_THAT(program.output(), HasSubstr("trained in "));
}

TEST(Program, EveryRankJournalsAndOneOfAHostSamplesPower) {
    MpiProgram program(2, {"--lbs", "8", "--steps", "3", "--sample-period-ms", "20"});
    ASSERT_EQ(program.wait(), 0) << program.output();
    const auto first = readRank(program.runFolder(), 0), second = readRank(program.runFolder(), 1);
    EXPECT_THAT(first.steps, SizeIs(3));
    EXPECT_THAT(second.steps, SizeIs(3));
    ASSERT_TRUE(first.hello && second.hello);
    // Each declares what it could record, for it may have to take over; one does.
    EXPECT_FALSE(first.hello->devices.empty());
    EXPECT_EQ(first.hello->devices.size(), second.hello->devices.size());
    EXPECT_NE(first.power_records == 0, second.power_records == 0);
}

TEST(Program, HoldsResumesAndStopsByFilesInTheRunFolder) {
    MpiProgram program(2, kEndless);
    ASSERT_TRUE(trains(program)) << program.output();
    const auto folder = program.runFolder();
    command(folder, "h1", "hold");
    ASSERT_TRUE(sees(program, "held"));
    const auto held = readRank(folder, 0).steps.size();
    command(folder, "r1", "resume");
    ASSERT_TRUE(sees(program, "resumed"));
    ASSERT_TRUE(waitFor([&] { return readRank(folder, 0).steps.size() > held + 1; }));
    command(folder, "s1", "stop");
    EXPECT_EQ(program.wait(), 0) << program.output();

    const auto first = readRank(folder, 0), second = readRank(folder, 1);
    EXPECT_EQ(first.events.back().outcome, "stopped");
    EXPECT_EQ(second.events.back().outcome, "stopped");
    EXPECT_EQ(first.steps.size(), second.steps.size());  // all ranks stopped at one step
    std::vector<std::string> edges;
    for (const auto& event : first.events)
        if (event.kind == "held" || event.kind == "resumed" || event.kind == "stopping")
            edges.push_back(event.kind + " " + event.command_id);
    EXPECT_THAT(edges, ElementsAre("held h1", "resumed r1", "stopping s1"));
}

TEST(Program, ASignalToMpirunEndsTheRunInOrder) {
    MpiProgram program(2, kEndless);
    ASSERT_TRUE(trains(program)) << program.output();
    program.signal(SIGUSR1);
    EXPECT_EQ(program.wait(), 0) << program.output();
    for (const std::uint32_t rank : {0U, 1U})
        EXPECT_EQ(readRank(program.runFolder(), rank).events.back().outcome, "stopped");
}

TEST(Program, AKilledRankEndsTheRunInBoundedTimeAndKeepsWhatWasRecorded) {
    MpiProgram program(2, kEndless);
    ASSERT_TRUE(trains(program)) << program.output();
    const auto victim = readRank(program.runFolder(), 1).hello.value().pid;
    ASSERT_EQ(kill(static_cast<pid_t>(victim), SIGKILL), 0);
    ASSERT_TRUE(waitFor([&] { return !program.running(); }, std::chrono::seconds(30)));
    EXPECT_NE(program.wait(), 0);
    const auto journal = readRank(program.runFolder(), 1);
    EXPECT_GE(journal.steps.size(), 1U);
    EXPECT_TRUE(journal.gapless);
}

struct BadInput {
    std::vector<std::string> arguments;
    int exit_code;
    std::string says;
};

void PrintTo(const BadInput& input, std::ostream* out) {
    for (const auto& argument : input.arguments)
        *out << argument << ' ';
}

class ProgramRefuses : public testing::TestWithParam<BadInput> {};

TEST_P(ProgramRefuses, BadInputWithOneSentenceFromOneRank) {
    MpiProgram program(2, GetParam().arguments);
    EXPECT_EQ(program.wait(), GetParam().exit_code) << program.output();
    EXPECT_THAT(program.sentences(), ElementsAre(HasSubstr(GetParam().says)));
    EXPECT_TRUE(program.runFolder().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, ProgramRefuses,
    testing::Values(BadInput{{"--epohs", "3"}, 2, "there is no option --epohs"},
                    BadInput{{"--gbs", "7"}, 2, "does not divide over 2 ranks"},
                    BadInput{{"--lbs", "3", "--gbs", "8"}, 2, "is no multiple of 2 ranks x LBS 3"},
                    BadInput{{"--model", "resnet34"}, 2, "there is no model 'resnet34'"},
                    BadInput{{"--data", "mnist"}, 2, "there is no dataset 'mnist'"},
                    BadInput{{"--data", "imagefolder:/no/such/folder"}, 2, "/no/such/folder"},
                    BadInput{{"--lbs", "5000"}, 2, "fewer than one global batch of 10000"},
                    BadInput{
                        {"--run-folder", "/no/such/run"}, 3, "no run folder at /no/such/run"}));

TEST(Program, AWorkspaceThatCannotBeUsedIsNamed) {
    const wattline::test::TemporaryFolder folder;
    std::ofstream(folder.path() / "home") << "a file, not a folder";
    MpiProgram program(2, {"--steps", "1"}, folder.path() / "home");
    EXPECT_EQ(program.wait(), 4) << program.output();
    EXPECT_THAT(program.sentences(),
                ElementsAre(AllOf(HasSubstr("home is not a folder"), HasSubstr("WATTLINE_HOME"))));
}

}  // namespace
}  // namespace wattline::trainer::test

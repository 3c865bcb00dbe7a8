// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/wire/messages.h"
#include "tests/trainer/launch/launch_fixture.h"

namespace wattline::launch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

using Start = LaunchFixture;

TEST_F(Start, WritesTheSpecificationAndRunsTheJob) {
    writeMpirun("echo trained");
    const auto id = start(digitsSpec(), workspace(), tools());
    ASSERT_TRUE(id) << id.error().message;
    const auto folder = workspace().runFolder(*id);
    ASSERT_TRUE(appears(folder.exitRecord()));
    EXPECT_THAT(textOf(folder.exitRecord()), HasSubstr("\"exit_code\": 0"));
    EXPECT_EQ(textOf(folder.log() / "mpirun.log"), "trained\n");
    const auto spec = wire::parseRunSpec(textOf(folder.spec()));
    ASSERT_TRUE(spec) << spec.error().message;
    EXPECT_EQ(spec->id, *id);
    EXPECT_EQ(spec->gbs, 64);
    EXPECT_GT(spec->created_unix_ns, 0);
    struct stat info {};
    ASSERT_EQ(stat(folder.path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(Start, HandsNoDescriptorAndNoIgnoredSignalOn) {
    const int leak = open("/dev/null", O_RDONLY);  // deliberately without O_CLOEXEC
    ASSERT_GE(leak, 3);
    const auto old = std::signal(SIGTERM, SIG_IGN);
    writeMpirun("ls /proc/$PPID/fd; grep SigIgn /proc/$PPID/status; ps -o sid= -p $PPID");
    const auto id = start(digitsSpec(), workspace(), tools());
    std::signal(SIGTERM, old);
    ASSERT_TRUE(id) << id.error().message;
    const auto folder = workspace().runFolder(*id);
    ASSERT_TRUE(appears(folder.exitRecord()));
    const auto seen = textOf(folder.log() / "mpirun.log");
    EXPECT_THAT(seen, ::testing::Not(HasSubstr("\n" + std::to_string(leak) + "\n"))) << seen;
    const auto at = seen.find("SigIgn:");
    ASSERT_NE(at, std::string::npos) << seen;
    const auto ignored = std::stoull(seen.substr(at + 7), nullptr, 16);
    EXPECT_EQ(ignored & (1ULL << (SIGTERM - 1)), 0U) << "bash could not trap it";
    close(leak);
}

TEST_F(Start, JobOutlivesAStarterThatDies) {
    writeMpirun("while ! test -e " + (root() / "go").string() + "; do sleep 0.01; done");
    const pid_t starter = fork();
    ASSERT_GE(starter, 0);
    if (starter == 0) {
        const auto id = start(digitsSpec(), workspace(), tools());
        _exit(id ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(starter, &status, 0), starter);
    ASSERT_EQ(status, 0);
    const auto ids = workspace().runIds();
    ASSERT_EQ(ids.size(), 1U);
    const auto folder = workspace().runFolder(ids.front());
    ASSERT_TRUE(appears(folder.jobRecord()));
    std::ofstream(root() / "go") << "go";
    EXPECT_TRUE(appears(folder.exitRecord()));
}

TEST_F(Start, RefusesAnIdThatIsInUse) {
    writeMpirun("");
    auto spec = digitsSpec();
    spec.id = "20260101-000000-aaaa";
    ASSERT_TRUE(start(spec, workspace(), tools()));
    const auto again = start(spec, workspace(), tools());
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("is in use"));
    ASSERT_TRUE(appears(workspace().runFolder(spec.id).exitRecord()));
}

TEST_F(Start, LeavesNothingBehindWhenItIsRefused) {
    auto spec = digitsSpec();
    spec.dataset = "imagefolder:/nowhere";
    EXPECT_FALSE(start(spec, workspace(), tools()));
    EXPECT_TRUE(workspace().runIds().empty());
}

}  // namespace
}  // namespace wattline::launch

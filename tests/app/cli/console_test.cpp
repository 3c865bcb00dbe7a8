// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

namespace wattline::cli {
namespace {

using ::testing::HasSubstr;

struct Pipe {
    std::array<int, 2> ends{};
    Pipe() { EXPECT_EQ(pipe(ends.data()), 0); }
    ~Pipe() {
        close(ends[0]);
        close(ends[1]);
    }
};

TEST(Console, WhatIsWrittenArrivesWhenFlushed) {
    Pipe pipe;
    Console console(pipe.ends[1]);
    console.write("hello\n");
    ASSERT_TRUE(console.flush());
    std::array<char, 16> got{};
    EXPECT_EQ(read(pipe.ends[0], got.data(), got.size()), 6);
    EXPECT_STREQ(got.data(), "hello\n");
    EXPECT_FALSE(console.isTerminal());
}

TEST(Console, AFullDiskIsAnErrorThatStays) {
    const int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    Console console(fd);
    console.write("x");
    const auto first = console.flush();
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, ExitCode::Environment);
    EXPECT_THAT(first.error().message, HasSubstr("No space left"));
    EXPECT_FALSE(console.flush());
    close(fd);
}

TEST(Console, AReaderThatLeftIsNoError) {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    close(pipe.ends[0]);
    pipe.ends[0] = -1;
    Console console(pipe.ends[1]);
    console.write("x");
    EXPECT_TRUE(console.flush());
    EXPECT_TRUE(console.readerGone());
    std::signal(SIGPIPE, before);
}

TEST(ShownText, WidthCountsCharactersAndNotBytes) {
    EXPECT_EQ(shownWidth("2 \u00d7 32 \u00b1 1"), 10U);
    EXPECT_EQ(cut("\u00d7\u00d7\u00d7", 2), "\u00d7\u00d7");
    EXPECT_EQ(cut("abc", 10), "abc");
    EXPECT_EQ(cut("abc", 0), "");
}

TEST(ShownText, ControlCharactersCannotReachTheTerminal) {
    EXPECT_EQ(printable("a\x1b[2J\nb\x7f"), "a?[2J b?");
    EXPECT_EQ(printable("\u00b1 1"), "\u00b1 1");
}

}  // namespace
}  // namespace wattline::cli

// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>

#include "telemetry/publish/publisher.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/publish/publish_fixture.h"

namespace {
thread_local std::size_t t_allocations = 0;
}

// Every allocation of this program passes here and is counted for its own thread, operator new
// (which calls malloc) and C's own alike. A sanitizer brings its own malloc, so there only
// operator new is counted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// Not inlined: GCC would see new meet free and call it a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++t_allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
#else
// glibc's own, so that ours may take their names.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);

void* malloc(std::size_t size) {
    ++t_allocations;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    ++t_allocations;
    return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
    ++t_allocations;
    return __libc_realloc(memory, size);
}
}
#endif

namespace wattline {
namespace {

TEST(RecordCost, RecordingAllocatesNothingWhileThePublisherIsAtWork) {
    const test::TemporaryFolder folder;
    PublisherOptions options;
    options.run_folder = folder.path();
    options.hello = test::helloOf();
    options.drain_period_ms = 1;
    options.takes_commands = true;
    auto publisher = Publisher::open(options, std::make_unique<NullSink>(), systemClock()).value();

    const auto at_start = t_allocations;
    for (std::uint64_t step = 1; step <= 200'000; ++step) {
        publisher->record(test::stepRecord(step));
        publisher->recordPower({});
        static_cast<void>(publisher->takeCommand());
        publisher->setState(RunState::Running);
    }
    const auto in_loop = t_allocations - at_start;
    EXPECT_EQ(in_loop, 0U);
    EXPECT_GT(at_start, 0U);  // the counter counts

    ASSERT_TRUE(publisher->close("finished"));
    const auto stats = publisher->stats();
    EXPECT_EQ(stats.recorded + stats.dropped, 400'000U);
    EXPECT_EQ(stats.journaled, stats.recorded + 2);  // and hello and ended
    RecordProperty("record_ns_mean", std::to_string(stats.record_ns_mean));
    // A sanity check, not a benchmark: a lock, a system call or an allocation would show.
    EXPECT_LT(stats.record_ns_mean, 20'000.0);
}

}  // namespace
}  // namespace wattline

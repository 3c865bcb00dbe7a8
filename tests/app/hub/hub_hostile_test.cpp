// SPDX-License-Identifier: Apache-2.0
// Frames that were cut, repeated or shuffled on their way, sent to a real hub.
#include <gmock/gmock.h>

#include "telemetry/core/host.h"
#include "telemetry/transport/rank_sink.h"
#include "telemetry/wire/frame.h"
#include "telemetry/wire/messages.h"
#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

class HubHostile : public HubFixture {
protected:
    using Frame = std::vector<std::byte>;

    Frame hello(const RunFolder& folder) {
        wire::Hello hello;
        hello.run = folder.id();
        hello.host = hostName();
        hello.boot_id = "another-host";
        hello.version = WATTLINE_VERSION;
        hello.pid = 1;
        hello.started_mono_ns = m_zero_ns;
        hello.started_unix_ns = systemClock().realtimeNs();
        Frame frame;
        wire::appendJson(frame, wire::Kind::Hello, {folder.id(), 1, 0, 1}, wire::toJson(hello));
        return frame;
    }
    /// Steps first..last; the hello has sequence 1, so step n has n + 1.
    Frame steps(const RunFolder& folder, std::uint64_t first, std::uint64_t last) const {
        std::vector<StepRecord> records;
        for (auto step = first; step <= last; ++step) {
            StepRecord record;
            record.end_ns = m_zero_ns + static_cast<std::int64_t>(step) * 1'000'000;
            record.step = step;
            record.samples = 8;
            record.loss = 1.0;
            records.push_back(record);
        }
        Frame frame;
        wire::appendSteps(frame, {folder.id(), 1, 0, first + 1}, records);
        return frame;
    }
    void send(Sink& sink, const Frame& frame) {
        ASSERT_TRUE(eventually([&] {
            sink.tend();
            return sink.send(frame);
        }));
    }
    std::int64_t m_zero_ns = systemClock().monotonicNs();
};

TEST_F(HubHostile, ReplayedAndReorderedFramesCountEachRecordOnce) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    const auto sink = makeRankSink(m_workspace.hubLease());
    send(*sink, steps(folder, 1, 3));  // before its hello: ahead of a gap
    send(*sink, hello(folder));
    for (int again = 0; again < 5; ++again)
        send(*sink, steps(folder, 1, 3));
    send(*sink, steps(folder, 7, 9));
    send(*sink, steps(folder, 4, 6));
    send(*sink, hello(folder));
    send(*sink, steps(folder, 7, 9));
    send(*sink, steps(folder, 2, 5));
    EXPECT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->records_stored == 10;
    }));
    EXPECT_TRUE(eventually([&] { return statusNumber("repeated_frames") == 8; }))
        << statusNumber("repeated_frames");
    const auto run = summary(folder.id());
    EXPECT_EQ(run->records_stored, 10);
    EXPECT_EQ(run->records_expected, 10);
    EXPECT_EQ(run->samples, 72) << "nine steps of eight";
}

TEST_F(HubHostile, TruncatedFramesAreCountedAndChangeNothing) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    const auto sink = makeRankSink(m_workspace.hubLease());
    send(*sink, hello(folder));
    const auto whole = steps(folder, 1, 3);
    std::int64_t cut = 0;
    for (std::size_t bytes = 0; bytes < whole.size(); bytes += 23, ++cut)
        send(*sink, Frame(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes)));
    EXPECT_TRUE(eventually([&] { return statusNumber("bad_frames") == cut; }))
        << statusNumber("bad_frames") << " of " << cut;
    send(*sink, whole);
    EXPECT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->records_stored == 4;
    }));
    EXPECT_EQ(statusNumber("bad_frames"), cut);
}

TEST_F(HubHostile, AcknowledgesWhatItHasStored) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    const auto sink = makeRankSink(m_workspace.hubLease());
    send(*sink, hello(folder));
    send(*sink, steps(folder, 1, 3));
    std::uint64_t acknowledged = 0;
    EXPECT_TRUE(eventually(
        [&] {
            send(*sink, steps(folder, 1, 3));  // a rank speaks all the time
            if (const auto bytes = sink->receive())
                if (const auto frame = wire::decode(*bytes);
                    frame && frame->kind == wire::Kind::Acknowledge)
                    acknowledged = wire::parseAcknowledge(frame->json())->sequence;
            return acknowledged == 4;
        },
        std::chrono::seconds(40)))
        << acknowledged;
}

}  // namespace
}  // namespace wattline

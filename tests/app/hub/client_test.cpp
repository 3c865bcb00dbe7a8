// SPDX-License-Identifier: Apache-2.0
// The client's pure parts: protocol and merge.
#include <gmock/gmock.h>

#include "app/client/hub_protocol.h"
#include "app/client/snapshot_merge.h"

namespace wattline {
namespace {

using ::testing::HasSubstr;

Bytes bytesOf(std::string_view text) {
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
}

RunSummary runCalled(const RunId& id) {
    RunSummary run;
    run.spec.id = id;
    return run;
}

TEST(HubProtocol, ReadsAnAnswerAndARefusal) {
    const auto good = decodeAnswer({bytesOf(R"({"id":7,"ok":true,"result":{"run":"r"}})")});
    ASSERT_TRUE(good);
    EXPECT_EQ(good->id, 7U);
    EXPECT_EQ(decodeLaunch(good->answer->result).value(), "r");
    const auto bad = decodeAnswer({bytesOf(R"({"id":8,"ok":false,"error":"no space","code":4})")});
    ASSERT_TRUE(bad);
    ASSERT_FALSE(bad->answer);
    EXPECT_EQ(bad->answer.error().message, "no space");
    EXPECT_EQ(bad->answer.error().code, ExitCode::Environment);
}

TEST(HubProtocol, RefusesWhatIsNoAnswer) {
    for (const auto* text : {"", "7", "{}", R"({"id":"x","ok":true})", R"({"id":1,"ok":false})"})
        EXPECT_FALSE(decodeAnswer({bytesOf(text)})) << text;
    EXPECT_FALSE(decodeAnswer({}));
}

TEST(HubProtocol, RefusesColumnsWhoseSizeDoesNotFit) {
    const std::string result =
        R"({"columns":2,"x_first":0,"x_last":1,"points":2,"points_total":2})";
    HubAnswer answer{result, {Bytes(4 * 2 * sizeof(double))}};
    const auto series = decodeSeries(answer);
    ASSERT_TRUE(series);
    EXPECT_EQ(series->mean.size(), 2U);
    answer.binary.front().pop_back();
    EXPECT_FALSE(decodeSeries(answer));
    answer.binary.clear();
    EXPECT_FALSE(decodeSeries(answer));
}

TEST(HubProtocol, CommandIdsDiffer) {
    EXPECT_NE(makeCommandId(), makeCommandId());
}

TEST(SnapshotMerge, KeepsWhatDidNotChangeAndDropsWhatIsGone) {
    SnapshotMerge merge("/w");
    merge.connected({});
    merge.apply({10, {runCalled("a"), runCalled("b")}, {}});
    merge.apply({11, {runCalled("c")}, {"a"}});
    const auto snapshot = merge.current();
    ASSERT_EQ(snapshot->runs.size(), 2U);
    EXPECT_EQ(snapshot->runs[0].spec.id, "c") << "newest first";
    EXPECT_EQ(merge.since(), 11U);
}

TEST(SnapshotMerge, IsTheSameObjectUntilSomethingChanges) {
    SnapshotMerge merge("/w");
    merge.connected({});
    merge.apply({10, {runCalled("a")}, {}});
    const auto first = merge.current();
    merge.apply({10, {}, {}});
    EXPECT_EQ(merge.current(), first);
    merge.disconnected("gone");
    EXPECT_GT(merge.current()->revision, first->revision);
    EXPECT_EQ(merge.current()->status, "gone");
    EXPECT_EQ(merge.current()->runs.size(), 1U) << "the runs last seen stay";
}

TEST(SnapshotMerge, AnotherHubReplacesEverything) {
    SnapshotMerge merge("/w");
    merge.connected({});
    merge.apply({10, {runCalled("a")}, {}});
    const auto before = merge.current()->revision;
    merge.connected({});
    EXPECT_EQ(merge.since(), 0U);
    merge.apply({3, {runCalled("b")}, {}});
    ASSERT_EQ(merge.current()->runs.size(), 1U);
    EXPECT_EQ(merge.current()->runs[0].spec.id, "b");
    EXPECT_GT(merge.current()->revision, before) << "revisions only grow for the window";
}

TEST(AbsolutePaths, AreMadeForImageFoldersOnly) {
    RunSpec spec;
    spec.dataset = "imagefolder:photos/../x";
    EXPECT_EQ(withAbsolutePaths(spec).dataset,
              "imagefolder:" + (std::filesystem::current_path() / "x").string());
    spec.dataset = "imagefolder:/a/b";
    EXPECT_EQ(withAbsolutePaths(spec).dataset, "imagefolder:/a/b");
    spec.dataset = "digits";
    EXPECT_EQ(withAbsolutePaths(spec).dataset, "digits");
}

}  // namespace
}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "app/hub/run_registry.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

using Registry = HubFixture;

TEST_F(Registry, AsksForMoreUntilEveryChangeHasCome) {
    std::set<RunId> expected;
    for (int i = 0; i < 7; ++i)
        expected.insert(prepareRun(1, "20260101-00000" + std::to_string(i) + "-aaaa").id());
    auto registry = RunRegistry::open(m_workspace, systemClock()).value();
    std::multiset<RunId> seen;
    std::uint64_t since = 0;
    int pages = 0;
    for (bool more = true; more; ++pages) {
        const auto page = registry->changesSince(since, 1);  // one run fills a page
        ASSERT_GT(page.revision, since);
        for (const auto& text : page.runs)
            seen.insert(nlohmann::json::parse(text).at("id").get<std::string>());
        since = page.revision;
        more = page.more;
        ASSERT_LE(pages, 7);
    }
    EXPECT_EQ(pages, 7);
    EXPECT_EQ(std::set<RunId>(seen.begin(), seen.end()), expected);
    EXPECT_EQ(seen.size(), expected.size()) << "each once";
    EXPECT_TRUE(registry->changesSince(since).runs.empty());
}

TEST_F(Registry, OnePageHoldsAFewRuns) {
    for (int i = 0; i < 3; ++i)
        prepareRun(1, "20260101-00000" + std::to_string(i) + "-aaaa");
    auto registry = RunRegistry::open(m_workspace, systemClock()).value();
    const auto all = registry->changesSince(0);
    EXPECT_EQ(all.runs.size(), 3U);
    EXPECT_FALSE(all.more);
    EXPECT_EQ(all.revision, registry->revision());
}

}  // namespace
}  // namespace wattline

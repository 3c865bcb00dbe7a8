// SPDX-License-Identifier: Apache-2.0
#include "app/measure/process_place.h"

#include <gtest/gtest.h>
#include <map>

#include "app/measure/measured_run.h"

namespace wattline {
namespace {

using Variables = std::map<std::string, std::string>;

Result<ProcessPlace> placeIn(const Variables& variables) {
    return processPlace([&](const char* name) -> const char* {
        const auto it = variables.find(name);
        return it == variables.end() ? nullptr : it->second.c_str();
    });
}

Variables openMpi(const std::string& rank, const std::string& transport) {
    return {{"OMPI_COMM_WORLD_RANK", rank},
            {"OMPI_COMM_WORLD_SIZE", "4"},
            {"PMIX_NAMESPACE", "1305346049"},
            {"OMPI_MCA_orte_precondition_transports", transport}};
}

TEST(ProcessPlace, AProgramStartedByHandIsAlone) {
    const auto place = placeIn({});
    ASSERT_TRUE(place);
    EXPECT_EQ(place->rank, 0u);
    EXPECT_EQ(place->size, 1u);
    EXPECT_TRUE(place->launch.empty());
}

TEST(ProcessPlace, RanksOfOneMpirunHaveOneLaunchAndOtherMpirunsAnother) {
    const auto first = placeIn(openMpi("0", "7d48-ae53"));
    const auto second = placeIn(openMpi("3", "7d48-ae53"));
    const auto other = placeIn(openMpi("3", "1111-2222"));
    EXPECT_EQ(second->rank, 3u);
    EXPECT_EQ(second->size, 4u);
    EXPECT_EQ(second->launcher, "Open MPI");
    EXPECT_EQ(first->launch, second->launch);
    EXPECT_NE(first->launch, other->launch);
}

TEST(ProcessPlace, ABatchScriptIsAloneAndItsStepsAreNot) {
    Variables batch{{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}, {"SLURM_JOB_ID", "42"}};
    EXPECT_EQ(placeIn(batch)->size, 1u) << "it would wait for seven that never come";
    batch["SLURM_STEP_ID"] = "1";
    batch["SLURM_STEP_NUM_TASKS"] = "8";
    batch["SLURM_PROCID"] = "5";
    EXPECT_EQ(placeIn(batch)->rank, 5u);
    EXPECT_EQ(placeIn(batch)->size, 8u);
}

TEST(ProcessPlace, AnyLauncherCanSayItInOurOwnWords) {
    const auto place =
        placeIn({{"WATTLINE_RANK", "1"}, {"WATTLINE_SIZE", "2"}, {"WATTLINE_LAUNCH", "night run"}});
    EXPECT_EQ(place->rank, 1u);
    EXPECT_NE(place->launch.find("night run"), std::string::npos);
}

TEST(ProcessPlace, APlaceThatCannotBeIsRefusedWithTheVariablesNames) {
    const std::vector<std::pair<std::string, std::string>> impossible{
        {"4", "4"}, {"-1", "4"}, {"one", "4"}, {"0", ""}, {"0", "99999999"}};
    for (const auto& [rank, size] : impossible) {
        const auto place = placeIn({{"PMI_RANK", rank}, {"PMI_SIZE", size}});
        ASSERT_FALSE(place) << rank << " of " << size;
        EXPECT_EQ(place.error().code, ExitCode::Usage);
        EXPECT_NE(place.error().message.find("PMI_RANK"), std::string::npos);
    }
}

TEST(QuotedForShell, AShellWouldTakeItAgain) {
    EXPECT_EQ(quotedForShell({"python3", "train.py", "--lr=0.1"}), "python3 train.py --lr=0.1");
    EXPECT_EQ(quotedForShell({"sh", "-c", "echo 'hi there'", ""}),
              R"(sh -c 'echo '\''hi there'\''' '')");
}

}  // namespace
}  // namespace wattline

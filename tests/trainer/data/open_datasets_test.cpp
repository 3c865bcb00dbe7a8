// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/open_datasets.h"

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.h"
#include "tests/trainer/support/test_images.h"
#include "trainer/launch/job_script.h"

namespace wattline::trainer {
namespace {

using testing::HasSubstr;

RunSpec specFor(const std::string& dataset, int lbs) {
    RunSpec spec;
    spec.dataset = dataset;
    spec.lbs = lbs;
    return completed(spec).value();
}

TEST(OpenDatasets, HaveAsManySamplesAsThePreviewOfALaunchPromises) {
    const wattline::test::TemporaryFolder folder;
    test::writeImageFolder(folder.path(), 2, 23);
    for (const auto& dataset : {std::string("digits"), std::string("synthetic"),
                                "imagefolder:" + folder.path().string()}) {
        const auto spec = specFor(dataset, 8);
        const auto data = openDatasets(spec);
        ASSERT_TRUE(data) << data.error().message;
        EXPECT_EQ(data->training->size(), launch::trainingSamples(spec).value()) << dataset;
    }
}

TEST(OpenDatasets, RefuseASetSmallerThanOneGlobalBatch) {
    const auto data = openDatasets(specFor("digits", 2000));
    ASSERT_FALSE(data);
    EXPECT_EQ(data.error().code, ExitCode::Usage);
    EXPECT_THAT(data.error().message, HasSubstr("1442 training images"));
    EXPECT_THAT(data.error().message, HasSubstr("lower --gbs or --lbs"));
}

TEST(OpenDatasets, NameAFolderThatIsMissingOrEmpty) {
    const wattline::test::TemporaryFolder folder;
    const auto missing = openDatasets(specFor("imagefolder:/no/such/folder", 1));
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("/no/such/folder"));
    const auto empty = openDatasets(specFor("imagefolder:" + folder.path().string(), 1));
    ASSERT_FALSE(empty);
    EXPECT_THAT(empty.error().message, HasSubstr(folder.path().string()));
}

}  // namespace
}  // namespace wattline::trainer

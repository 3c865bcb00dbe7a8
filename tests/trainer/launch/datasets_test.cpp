// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/datasets.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace wattline::launch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ImageFolderListing : public ::testing::Test {
protected:
    void add(const fs::path& relative) {
        fs::create_directories((m_folder.path() / relative).parent_path());
        std::ofstream(m_folder.path() / relative) << "x";
    }
    test::TemporaryFolder m_folder;
};

TEST_F(ImageFolderListing, SortsClassesAndImagesAndSkipsOtherFiles) {
    add("b/2.JPEG");
    add("b/1.jpg");
    add("a/9.jpeg");
    add("a/readme.txt");
    add("notes.jpg");
    const auto folder = listImageFolder(m_folder.path());
    ASSERT_TRUE(folder) << folder.error().message;
    ASSERT_EQ(folder->training.size(), 2U);
    EXPECT_EQ(folder->training[0].name, "a");
    ASSERT_EQ(folder->training[1].images.size(), 2U);
    EXPECT_EQ(folder->training[1].images[0].filename(), "1.jpg");
}

TEST_F(ImageFolderListing, HoldsEveryTenthImageOutWithoutAValidationFolder) {
    for (char c = 'a'; c < 'a' + 20; ++c)
        add(fs::path("one") / (std::string(1, c) + ".jpg"));
    const auto folder = listImageFolder(m_folder.path());
    ASSERT_TRUE(folder);
    EXPECT_EQ(folder->training[0].images.size(), 18U);
    ASSERT_EQ(folder->validation[0].images.size(), 2U);
    EXPECT_EQ(folder->validation[0].images[0].filename(), "j.jpg");
}

TEST_F(ImageFolderListing, TakesTrainAndValFoldersAsTheyAre) {
    for (char c = 'a'; c < 'a' + 12; ++c)
        add(fs::path("train/one") / (std::string(1, c) + ".jpg"));
    add("train/two/x.jpg");
    add("val/two/y.jpg");
    const auto folder = listImageFolder(m_folder.path());
    ASSERT_TRUE(folder);
    EXPECT_EQ(folder->training[0].images.size(), 12U);
    ASSERT_EQ(folder->validation.size(), 2U);
    EXPECT_TRUE(folder->validation[0].images.empty());
    EXPECT_EQ(folder->validation[1].images.size(), 1U);
}

TEST_F(ImageFolderListing, RefusesAValidationClassThatIsNotTrained) {
    add("train/one/x.jpg");
    add("val/two/y.jpg");
    const auto folder = listImageFolder(m_folder.path());
    ASSERT_FALSE(folder);
    EXPECT_THAT(folder.error().message, HasSubstr("'two'"));
}

TEST_F(ImageFolderListing, NamesAMissingAndAnEmptyFolder) {
    const auto missing = listImageFolder(m_folder.path() / "nowhere");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("nowhere"));
    const auto empty = listImageFolder(m_folder.path());
    ASSERT_FALSE(empty);
    EXPECT_THAT(empty.error().message, HasSubstr("no JPEG image"));
    EXPECT_EQ(empty.error().code, ExitCode::Usage);
}

}  // namespace
}  // namespace wattline::launch

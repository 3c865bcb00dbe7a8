// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/image_folder_dataset.h"

#include <gmock/gmock.h>

#include "tests/support/temporary_folder.h"
#include "tests/trainer/support/test_images.h"
#include "trainer/data/prefetcher.h"

namespace wattline::trainer {
namespace {

using testing::HasSubstr;

class ImageFolderDatasetTest : public testing::Test {
protected:
    Datasets open(bool augment = false) {
        auto data = openImageFolder(m_folder.path(), {.side = 16, .augment = augment});
        EXPECT_TRUE(data) << data.error().message;
        return std::move(*data);
    }
    wattline::test::TemporaryFolder m_folder;
};

TEST_F(ImageFolderDatasetTest, LabelsAreSortedClassFoldersAndEveryTenthImageValidates) {
    test::writeImageFolder(m_folder.path(), 3, 20);
    const auto data = open();
    EXPECT_EQ(data.training->classes(), 3);
    EXPECT_EQ(data.training->size(), 54);
    EXPECT_EQ(data.validation->size(), 6);
    std::vector<float> pixels(data.training->pixelsPerImage());
    EXPECT_EQ(data.training->read(0, {}, pixels).value(), 0);
    const float dark_red = pixels[0];
    EXPECT_EQ(data.training->read(53, {}, pixels).value(), 2);
    EXPECT_GT(pixels[0], dark_red);
}

TEST_F(ImageFolderDatasetTest, AValFolderValidates) {
    test::writeImageFolder(m_folder.path() / "train", 2, 12);
    test::writeImageFolder(m_folder.path() / "val", 2, 3);
    const auto data = open();
    EXPECT_EQ(data.training->size(), 24);
    EXPECT_EQ(data.validation->size(), 6);
}

TEST_F(ImageFolderDatasetTest, AugmentationDependsOnSeedEpochAndSampleAlone) {
    for (int i = 0; i < 2; ++i)
        test::writeBytes(m_folder.path() / "c" / (std::to_string(i) + ".jpg"),
                         test::makeJpeg(64, 48, {250, 0, 0}, {0, 250, 0}));
    const auto data = open(true);
    std::vector<float> first(data.training->pixelsPerImage()), again = first, later = first;
    ASSERT_TRUE(data.training->read(0, {1, 1}, first));
    ASSERT_TRUE(data.training->read(0, {1, 1}, again));
    ASSERT_TRUE(data.training->read(0, {1, 2}, later));
    EXPECT_EQ(first, again);
    EXPECT_NE(first, later);
}

TEST_F(ImageFolderDatasetTest, AnUnreadableImageIsNamedAndReplacedInTraining) {
    test::writeImageFolder(m_folder.path(), 1, 5);
    test::writeBytes(m_folder.path() / "c0" / "2.jpg", "not a picture");
    const auto data = open();
    const auto batch = readBatch(*data.training, {{}, {1, 2}}, Substitute::NextReadable);
    ASSERT_FALSE(batch.error);
    EXPECT_EQ(batch.labels.size(), 2U);
    ASSERT_EQ(batch.unreadable.size(), 1U);
    EXPECT_THAT(batch.unreadable.front(), HasSubstr("c0/2.jpg"));
    const auto expected = readBatch(*data.training, {{}, {1, 3}}, Substitute::NextReadable);
    EXPECT_EQ(batch.pixels, expected.pixels);
}

TEST_F(ImageFolderDatasetTest, AnUnreadableImageIsLeftOutOfValidation) {
    test::writeImageFolder(m_folder.path(), 1, 5);
    test::writeBytes(m_folder.path() / "c0" / "2.jpg", "not a picture");
    const auto batch = readBatch(*open().training, {{}, {1, 2}}, Substitute::Nothing);
    EXPECT_EQ(batch.labels.size(), 1U);
    EXPECT_EQ(batch.pixels.size(), 3U * 16 * 16);
    EXPECT_EQ(batch.unreadable.size(), 1U);
}

TEST_F(ImageFolderDatasetTest, AFolderOfNothingButBadImagesIsAnErrorAndNoLoop) {
    for (int i = 0; i < 5; ++i)
        test::writeBytes(m_folder.path() / "c0" / (std::to_string(i) + ".jpg"), "no");
    const auto batch = readBatch(*open().training, {{}, {0}}, Substitute::NextReadable);
    ASSERT_TRUE(batch.error);
    EXPECT_THAT(batch.error->message, HasSubstr("repair the folder"));
}

}  // namespace
}  // namespace wattline::trainer

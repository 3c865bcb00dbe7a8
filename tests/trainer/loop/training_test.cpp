// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/training.h"

#include <cmath>
#include <gmock/gmock.h>
#include <numeric>
#include <sstream>

#include "tests/support/temporary_folder.h"
#include "tests/trainer/support/mpi_main.h"
#include "tests/trainer/support/recording_link.h"
#include "tests/trainer/support/test_images.h"
#include "trainer/data/open_datasets.h"
#include "trainer/loop/compute_threads.h"

namespace wattline::trainer {
namespace {

using test::ranks;
using testing::HasSubstr;

RunSpec digitsSpec(std::int64_t steps) {
    RunSpec spec;
    spec.ranks = ranks().size();
    spec.gbs = 8;
    spec.steps = steps;
    spec.seed = 4;
    return completed(spec).value();
}

struct Trained {
    test::RecordingLink link;
    Result<Outcome> outcome;
    std::string progress, warnings;
};

Trained trainOn(const Datasets& data, const RunSpec& spec, test::RecordingLink link = {}) {
    [[maybe_unused]] static const bool threads_set = (useComputeThreads(1), true);
    Trained result{std::move(link), Outcome::Finished, {}, {}};
    std::ostringstream progress, warnings;
    result.outcome = train({spec, data, ranks(), result.link, systemClock(), [] { return false; },
                            progress, warnings});
    result.progress = progress.str();
    result.warnings = warnings.str();
    return result;
}

Trained trainWith(const RunSpec& spec, test::RecordingLink link = {}) {
    return trainOn(openDatasets(spec).value(), spec, std::move(link));
}

/// Small images of which one is not a number.
class PoisonedDataset final : public Dataset {
public:
    std::int64_t size() const override { return 16; }
    std::int64_t classes() const override { return 2; }
    int side() const override { return 16; }
    Result<std::int64_t> read(std::int64_t index, AugmentationKey,
                              std::span<float> pixels) const override {
        std::ranges::fill(pixels, index == 5 ? std::nanf("") : 1.0F);
        return index % 2;
    }
};

std::vector<double> losses(const Trained& trained) {
    std::vector<double> result;
    for (const auto& record : trained.link.records)
        result.push_back(record.loss);
    return result;
}

TEST(Training, TheSameSeedGivesTheSameLossesToTheLastBit) {
    const auto first = trainWith(digitsSpec(6)), second = trainWith(digitsSpec(6));
    ASSERT_EQ(first.link.records.size(), 6U);
    EXPECT_EQ(losses(first), losses(second));
    auto other = digitsSpec(6);
    other.seed = 5;
    EXPECT_NE(losses(first), losses(trainWith(other)));
}

TEST(Training, EachStepSaysWhatItDidAndHowLongEachPhaseTook) {
    const auto trained = trainWith(digitsSpec(3));
    ASSERT_EQ(trained.link.records.size(), 3U);
    std::uint64_t step = 0;
    for (const auto& record : trained.link.records) {
        EXPECT_EQ(record.step, ++step);
        EXPECT_EQ(record.epoch, 1U);
        EXPECT_EQ(record.samples, 8U / static_cast<unsigned>(ranks().size()));
        EXPECT_TRUE(std::isfinite(record.loss));
        EXPECT_GT(record.learning_rate, 0.0);
        for (const auto phase : record.phase_ns)
            EXPECT_GE(phase, 0);
        EXPECT_EQ(std::accumulate(record.phase_ns.begin(), record.phase_ns.end(), std::int64_t{0}),
                  record.duration_ns);
        EXPECT_GT(record.phase(Phase::Backward).value(), 0);
    }
    EXPECT_LT(trained.link.records[0].end_ns, trained.link.records[1].end_ns);
}

TEST(Training, RankZeroReportsTheEvaluationAtTheEnd) {
    const auto trained = trainWith(digitsSpec(3));
    EXPECT_EQ(trained.outcome.value(), Outcome::Finished);
    if (ranks().rank() != 0) {
        EXPECT_TRUE(trained.link.events.empty());
        EXPECT_TRUE(trained.progress.empty());
        return;
    }
    ASSERT_THAT(trained.link.eventKinds(), testing::ElementsAre("evaluated"));
    const auto& event = trained.link.events[0];
    EXPECT_EQ(event.samples, 355);
    EXPECT_EQ(event.epoch, 1);
    EXPECT_TRUE(event.top1_error && *event.top1_error >= 0.0 && *event.top1_error <= 1.0);
    EXPECT_TRUE(event.top5_error && *event.top5_error <= *event.top1_error);
    EXPECT_THAT(trained.progress, HasSubstr("epoch   1"));
}

TEST(Training, AccumulationSeesTheSameSamplesAndCountsThemAll) {
    auto spec = digitsSpec(2);
    spec.gbs = 8;
    spec.lbs = 2;
    spec = completed(spec).value();
    EXPECT_EQ(spec.accumulation, 4 / ranks().size());
    const auto trained = trainWith(spec);
    EXPECT_EQ(trained.link.records.at(0).samples, 8U / static_cast<unsigned>(ranks().size()));
}

TEST(Training, HoldsResumesAndStopsByCommand) {
    test::RecordingLink link;
    if (ranks().rank() == 0)
        link.commands = {{{"h", CommandKind::Hold}, 2},
                         {{"r", CommandKind::Resume}, 6},
                         {{"s", CommandKind::Stop}, 8}};
    const auto trained = trainWith(digitsSpec(1000), std::move(link));
    EXPECT_EQ(trained.outcome.value(), Outcome::Stopped);
    EXPECT_LT(trained.link.records.size(), 10U);
    if (ranks().rank() == 0) {
        EXPECT_THAT(
            trained.link.eventKinds(),
            testing::ElementsAre("command", "held", "command", "resumed", "command", "stopping"));
    }
}

TEST(Training, ALossThatIsNotFiniteOnOneRankEndsTheRunOnEveryRankWithASentence) {
    const Datasets data{std::make_unique<PoisonedDataset>(), std::make_unique<PoisonedDataset>()};
    const auto trained = trainOn(data, digitsSpec(50));
    ASSERT_FALSE(trained.outcome);
    EXPECT_THAT(trained.outcome.error().message, HasSubstr("not finite at step"));
    EXPECT_THAT(trained.outcome.error().message, HasSubstr("rank "));
    EXPECT_EQ(ranks().broadcast(trained.outcome.error().message), trained.outcome.error().message);
    EXPECT_LE(trained.link.records.size(), 1U);
}

class ImageTraining : public testing::Test {
protected:
    ImageTraining() {
        m_path = ranks().broadcast(m_folder.path().string());
        if (ranks().rank() == 0) test::writeImageFolder(m_path, 2, 30);
    }
    void breakImages(int count) {
        if (ranks().rank() != 0) return;
        for (int i = 0; i < count; ++i)
            test::writeBytes(m_path / "c0" / (std::to_string(i) + ".jpg"), "broken");
    }
    Trained trainFolder() {
        (void)ranks().agree({});  // the files are there now
        auto spec = digitsSpec(0);
        spec.dataset = "imagefolder:" + m_path.string();
        spec.recipe = "study";
        spec.image_size = 32;
        spec.steps = 0;
        spec.epochs = 1;
        auto result = trainWith(spec);
        (void)ranks().agree({});  // nobody removes the folder before all are done
        return result;
    }
    wattline::test::TemporaryFolder m_folder;
    std::filesystem::path m_path;
};

TEST_F(ImageTraining, TrainsOnAFolderOfJpegs) {
    const auto trained = trainFolder();
    ASSERT_TRUE(trained.outcome) << trained.outcome.error().message;
    EXPECT_EQ(trained.link.records.size(), 54U / 8U);
    EXPECT_THAT(trained.warnings, testing::IsEmpty());
}

TEST_F(ImageTraining, NamesAnUnreadableImageAndGoesOn) {
    breakImages(1);
    const auto trained = trainFolder();
    ASSERT_TRUE(trained.outcome) << trained.outcome.error().message;
    const double here = trained.warnings.find("c0/0.jpg") == std::string::npos ? 0.0 : 1.0;
    std::array<double, 1> named{here};
    ranks().sum(named);
    EXPECT_EQ(named[0], 1.0);  // by the rank that met it
}

TEST_F(ImageTraining, FailsWhenTooManyImagesCannotBeRead) {
    breakImages(20);
    const auto trained = trainFolder();
    ASSERT_FALSE(trained.outcome);
    EXPECT_THAT(trained.outcome.error().message, HasSubstr("cannot be read, more than 1 %"));
}

}  // namespace
}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "trainer/distributed/reducer.h"

#include <gtest/gtest.h>
#include <numeric>

#include "tests/trainer/support/mpi_main.h"
#include "trainer/models/resnet.h"

namespace wattline::trainer {
namespace {

using test::ranks;

constexpr std::size_t kTail = 4;

/// Largest difference of two gradients in units of the larger one's largest entry.
double relativeDifference(const torch::Tensor& a, const torch::Tensor& b) {
    const double scale = b.abs().max().item<double>();
    return (a - b).abs().max().item<double>() / std::max(scale, 1e-12);
}

/// Normalisation frozen: in training mode it would see each rank's batch apart.
ResNet frozenModel() {
    auto model = makeResNet({ResNetKind::ResNet18, 10}, 3);
    model->eval();
    return model;
}

torch::Tensor lossOf(ResNet& model, const torch::Tensor& images, const torch::Tensor& labels) {
    return torch::cross_entropy_loss(model->forward(images), labels);
}

class GlobalBatch {
public:
    GlobalBatch() {
        torch::manual_seed(11);
        m_images = torch::randn({kSamples, 3, 32, 32});
        m_labels = torch::randint(10, {kSamples});
    }
    /// Part `part` of `parts`, which the samples are dealt to in turns.
    torch::Tensor loss(ResNet& model, std::int64_t part, std::int64_t parts) const {
        const auto mine = torch::arange(part, kSamples, parts);
        return lossOf(model, m_images.index_select(0, mine), m_labels.index_select(0, mine));
    }

private:
    static constexpr std::int64_t kSamples = 8;
    torch::Tensor m_images, m_labels;
};

/// Gradients of one process that has the whole global batch.
std::vector<torch::Tensor> wholeBatchGradients(const GlobalBatch& batch) {
    auto model = frozenModel();
    batch.loss(model, 0, 1).backward();
    std::vector<torch::Tensor> gradients;
    for (const auto& parameter : model->parameters())
        gradients.push_back(parameter.grad().clone());
    return gradients;
}

void expectGradientsOfTheWholeBatch(int micro_steps, const BucketLimits& limits) {
    const GlobalBatch batch;
    auto model = frozenModel();
    FlatParameters parameters(model->parameters(), limits, kTail);
    Reducer reducer(ranks(), parameters);
    const std::int64_t parts = ranks().size() * micro_steps;
    for (int repeat = 0; repeat < 2; ++repeat) {  // the second step must find everything reset
        parameters.zeroGradients();
        for (int micro = 0; micro < micro_steps; ++micro) {
            if (micro + 1 == micro_steps) reducer.prepare();
            batch.loss(model, ranks().rank() * micro_steps + micro, parts).backward();
        }
        reducer.finish(micro_steps);
    }
    const auto expected = wholeBatchGradients(batch);
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_LT(relativeDifference(parameters.parameters()[i].grad(), expected[i]), 2e-4)
            << "parameter " << i;
}

TEST(Reducer, RanksAverageToTheGradientsOfTheWholeBatch) {
    expectGradientsOfTheWholeBatch(1, {});
}

TEST(Reducer, AccumulatedMicroStepsAverageToTheSame) {
    expectGradientsOfTheWholeBatch(2, {});
}

TEST(Reducer, SmallBucketsGiveTheSame) {
    expectGradientsOfTheWholeBatch(1, {.first_floats = 1000, .floats = 50'000});
}

TEST(Reducer, InnerMicroStepsSendNothing) {
    auto weight = torch::ones({4}, torch::requires_grad());
    FlatParameters parameters({weight}, {}, kTail);
    Reducer reducer(ranks(), parameters);
    (weight * 1.0).sum().backward();
    EXPECT_TRUE(weight.grad().equal(torch::ones({4})));  // still this rank's own
    reducer.prepare();
    (weight * 3.0).sum().backward();
    reducer.finish(2);
    EXPECT_TRUE(weight.grad().equal(torch::full({4}, 2.0)));
}

TEST(Reducer, AParameterWithoutGradientLeavesZerosAndBlocksNobody) {
    const auto options = torch::requires_grad();
    auto first = torch::ones({40}, options), unused = torch::ones({40}, options),
         last = torch::ones({40}, options);
    FlatParameters parameters({first, unused, last}, {.first_floats = 40, .floats = 40}, kTail);
    ASSERT_EQ(parameters.buckets().size(), 3U);
    Reducer reducer(ranks(), parameters);
    reducer.prepare();
    (first * (ranks().rank() + 1.0) + last).sum().backward();
    reducer.finish(1);
    EXPECT_TRUE(unused.grad().equal(torch::zeros({40})));
    EXPECT_TRUE(last.grad().equal(torch::ones({40})));
    EXPECT_TRUE(first.grad().allclose(torch::full({40}, (ranks().size() + 1) / 2.0)));
}

TEST(Reducer, RanksThatUseDifferentParametersStillMatch) {
    const auto options = torch::requires_grad();
    auto a = torch::ones({40}, options), b = torch::ones({40}, options);
    FlatParameters parameters({a, b}, {.first_floats = 40, .floats = 40}, kTail);
    Reducer reducer(ranks(), parameters);
    reducer.prepare();
    (ranks().rank() % 2 == 0 ? a : b).sum().backward();
    reducer.finish(1);
    const int even = (ranks().size() + 1) / 2;
    EXPECT_TRUE(a.grad().allclose(torch::full({40}, double(even) / ranks().size())));
    EXPECT_TRUE(b.grad().allclose(torch::full({40}, 1.0 - double(even) / ranks().size())));
}

TEST(Reducer, TheTailIsSummedAndNotDivided) {
    auto weight = torch::ones({5}, torch::requires_grad());
    FlatParameters parameters({weight}, {}, kTail);
    Reducer reducer(ranks(), parameters);
    parameters.tail()[0] = 1.0F;
    parameters.tail()[3] = static_cast<float>(ranks().rank());
    reducer.prepare();
    weight.sum().backward();
    reducer.finish(1);
    const int n = ranks().size();
    EXPECT_EQ(parameters.tail()[0], static_cast<float>(n));
    EXPECT_EQ(parameters.tail()[3], static_cast<float>(n * (n - 1) / 2));
    EXPECT_TRUE(weight.grad().allclose(torch::ones({5})));
}

TEST(Reducer, AModelKeepsItsValuesWhenItMovesIntoFlatMemory) {
    const auto original = makeResNet({ResNetKind::ResNet18, 10}, 3)->parameters();
    auto model = makeResNet({ResNetKind::ResNet18, 10}, 3);
    const FlatParameters parameters(model->parameters(), {}, kTail);
    const auto moved = model->parameters();
    for (std::size_t i = 0; i < original.size(); ++i)
        EXPECT_TRUE(moved[i].equal(original[i]));
    const torch::NoGradGuard no_gradients;
    parameters.buckets().front().values.zero_();
    EXPECT_EQ(model->parameters().back().abs().sum().item<double>(), 0.0);
}

TEST(Reducer, AllRanksEndWithTheSameBits) {
    const GlobalBatch batch;
    auto model = frozenModel();
    FlatParameters parameters(model->parameters(), {}, kTail);
    Reducer reducer(ranks(), parameters);
    reducer.prepare();
    batch.loss(model, ranks().rank(), ranks().size()).backward();
    reducer.finish(1);
    for (const auto& bucket : parameters.buckets()) {
        auto first = bucket.gradients.clone();
        ranks().broadcast({static_cast<std::byte*>(first.data_ptr()), first.nbytes()});
        EXPECT_TRUE(bucket.gradients.equal(first));
    }
}

}  // namespace
}  // namespace wattline::trainer

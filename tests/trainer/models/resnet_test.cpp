// SPDX-License-Identifier: Apache-2.0
#include "trainer/models/resnet.h"

#include <cmath>
#include <gtest/gtest.h>

namespace wattline::trainer {
namespace {

TEST(ResNet, HasTorchvisionsParameterCountsAt1000Classes) {
    EXPECT_EQ(parameterCount(*makeResNet({ResNetKind::ResNet18, 1000}, 0)), 11'689'512);
    EXPECT_EQ(parameterCount(*makeResNet({ResNetKind::ResNet50, 1000}, 0)), 25'557'032);
}

TEST(ResNet, GivesOneLogitPerClass) {
    const torch::NoGradGuard no_gradients;
    for (const auto kind : {ResNetKind::ResNet18, ResNetKind::ResNet50}) {
        auto model = makeResNet({kind, 7}, 0);
        EXPECT_EQ(model->forward(torch::zeros({2, 3, 64, 48})).sizes(),
                  (std::vector<std::int64_t>{2, 7}));
    }
}

TEST(ResNet, Resnet50StridesInThe3x3ConvolutionOfABottleneck) {
    const auto model = makeResNet({ResNetKind::ResNet50, 10}, 0);
    int strided = 0;
    for (const auto& module : model->modules(false))
        if (auto* layer = module->as<torch::nn::Conv2d>()) {
            const auto kernel = layer->options.kernel_size()->at(0);
            const bool in_path = layer->options.in_channels() != 3 && kernel == 3;
            if (in_path && layer->options.stride()->at(0) == 2) ++strided;
        }
    EXPECT_EQ(strided, 3);
}

TEST(ResNet, SameSeedGivesTheSameParameters) {
    const auto first = makeResNet({ResNetKind::ResNet18, 10}, 5)->parameters();
    const auto same = makeResNet({ResNetKind::ResNet18, 10}, 5)->parameters();
    const auto other = makeResNet({ResNetKind::ResNet18, 10}, 6)->parameters();
    ASSERT_EQ(first.size(), same.size());
    for (std::size_t i = 0; i < first.size(); ++i)
        EXPECT_TRUE(first[i].equal(same[i])) << i;
    EXPECT_FALSE(first[0].equal(other[0]));
}

TEST(ResNet, ConvolutionsStartWithTheSpreadOfHeInitialisationByFanOut) {
    const auto model = makeResNet({ResNetKind::ResNet18, 10}, 0);
    for (const auto& module : model->modules(false))
        if (auto* layer = module->as<torch::nn::Conv2d>()) {
            const auto& weight = layer->weight;
            const double fan_out = static_cast<double>(weight.size(0) * weight[0][0].numel());
            EXPECT_NEAR(weight.std().item<double>() / std::sqrt(2.0 / fan_out), 1.0, 0.05);
        }
}

TEST(ResNet, KnowsItsNames) {
    EXPECT_EQ(parseResNetKind("resnet18"), ResNetKind::ResNet18);
    EXPECT_EQ(parseResNetKind("resnet50"), ResNetKind::ResNet50);
    EXPECT_EQ(parseResNetKind("resnet34"), std::nullopt);
}

}  // namespace
}  // namespace wattline::trainer

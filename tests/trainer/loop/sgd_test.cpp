// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/sgd.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace wattline::trainer {
namespace {

std::span<float> spanOf(const torch::Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

TEST(Sgd, TakesTheStepsOfTorch) {
    torch::manual_seed(1);
    auto theirs = torch::randn({1000}).requires_grad_();
    auto mine = theirs.detach().clone();
    auto gradient = torch::zeros({1000});
    torch::optim::SGD torch_sgd({theirs},
                                torch::optim::SGDOptions(0.1).momentum(0.9).weight_decay(1e-2));
    Sgd sgd({{spanOf(mine), spanOf(gradient)}}, {.momentum = 0.9, .weight_decay = 1e-2});
    for (int step = 1; step <= 20; ++step) {
        gradient.copy_(torch::randn({1000}));
        theirs.mutable_grad() = gradient.clone();
        const double rate = 0.1 / step;
        static_cast<torch::optim::SGDOptions&>(torch_sgd.param_groups()[0].options()).lr(rate);
        torch_sgd.step();
        sgd.step(rate);
        ASSERT_TRUE(mine.allclose(theirs.detach(), 1e-5, 1e-6)) << "step " << step;
    }
}

TEST(Sgd, KeepsPartsApart) {
    std::vector<float> a{1.0F, 1.0F}, b{1.0F}, gradient_a{1.0F, 0.0F}, gradient_b{2.0F};
    Sgd sgd({{a, gradient_a}, {b, gradient_b}}, {.momentum = 0.5, .weight_decay = 0.0});
    sgd.step(0.1);
    sgd.step(0.1);
    EXPECT_FLOAT_EQ(a[0], 1.0F - 0.1F - 0.15F);
    EXPECT_FLOAT_EQ(a[1], 1.0F);
    EXPECT_FLOAT_EQ(b[0], 1.0F - 0.2F - 0.3F);
}

}  // namespace
}  // namespace wattline::trainer

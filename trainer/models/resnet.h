// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <torch/torch.h>
#include <vector>

namespace wattline::trainer {

enum class ResNetKind { ResNet18, ResNet50 };  ///< 50 is v1.5: the stride is in the 3x3 convolution
[[nodiscard]] std::optional<ResNetKind> parseResNetKind(std::string_view text) noexcept;

struct ResNetOptions {
    ResNetKind kind = ResNetKind::ResNet18;
    std::int64_t classes = 1000;
};

/// ResNet18 or ResNet50 as torchvision builds and initialises them: images [n, 3, h, w] to logits
/// [n, classes]. The stem is ImageNet's at any image size (it takes digits of 32 pixels to 98 %; a
/// 3x3 stem costs three times as much there). Threads: one owner.
class ResNetImpl final : public torch::nn::Module {
public:
    explicit ResNetImpl(const ResNetOptions& options);
    torch::Tensor forward(torch::Tensor images);

private:
    torch::nn::Sequential makeStage(const ResNetOptions& options, std::int64_t width,
                                    std::int64_t blocks, std::int64_t stride);
    void initialise();

    std::int64_t m_channels = 64;
    torch::nn::Sequential m_stem;
    std::vector<torch::nn::Sequential> m_stages;
    torch::nn::Linear m_head{nullptr};
};
TORCH_MODULE(ResNet);

/// Seeds torch's generator and builds the model, so that every rank starts with the same numbers.
[[nodiscard]] ResNet makeResNet(const ResNetOptions& options, std::uint64_t seed);

[[nodiscard]] std::int64_t parameterCount(const torch::nn::Module& model);

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "trainer/models/resnet.h"

#include <array>

namespace wattline::trainer {
namespace {

namespace nn = torch::nn;

struct ConvolutionShape {
    std::int64_t in, out, kernel, stride;
};

nn::Conv2d convolution(const ConvolutionShape& s) {
    return nn::Conv2d(nn::Conv2dOptions(s.in, s.out, s.kernel)
                          .stride(s.stride)
                          .padding(s.kernel / 2)
                          .bias(false));
}

void appendConvolution(nn::Sequential& path, const ConvolutionShape& shape) {
    path->push_back(convolution(shape));
    path->push_back(nn::BatchNorm2d(shape.out));
}

nn::ReLU relu() {
    return nn::ReLU(nn::ReLUOptions(true));
}

/// What both kinds of block share: relu(path(x) + shortcut(x)).
class ResidualBlockImpl final : public nn::Module {
public:
    ResidualBlockImpl(nn::Sequential path, nn::Sequential shortcut)
        : m_path(register_module("path", std::move(path))),
          m_shortcut(register_module("shortcut", std::move(shortcut))) {}

    torch::Tensor forward(const torch::Tensor& x) {
        auto y = m_path->forward(x);
        y += m_shortcut->is_empty() ? x : m_shortcut->forward(x);
        return y.relu_();
    }

private:
    nn::Sequential m_path, m_shortcut;
};
TORCH_MODULE(ResidualBlock);

struct BlockShape {
    std::int64_t in, width, stride;
    bool bottleneck;
    [[nodiscard]] std::int64_t out() const { return bottleneck ? 4 * width : width; }
};

ResidualBlock makeBlock(const BlockShape& s) {
    nn::Sequential path;
    if (s.bottleneck) {
        appendConvolution(path, {s.in, s.width, 1, 1});
        path->push_back(relu());
        appendConvolution(path, {s.width, s.width, 3, s.stride});  // v1.5: the stride is here
        path->push_back(relu());
        appendConvolution(path, {s.width, s.out(), 1, 1});
    } else {
        appendConvolution(path, {s.in, s.width, 3, s.stride});
        path->push_back(relu());
        appendConvolution(path, {s.width, s.width, 3, 1});
    }
    nn::Sequential shortcut;
    if (s.stride != 1 || s.in != s.out()) appendConvolution(shortcut, {s.in, s.out(), 1, s.stride});
    return ResidualBlock(path, shortcut);
}

}  // namespace

std::optional<ResNetKind> parseResNetKind(std::string_view text) noexcept {
    if (text == "resnet18") return ResNetKind::ResNet18;
    if (text == "resnet50") return ResNetKind::ResNet50;
    return std::nullopt;
}

ResNetImpl::ResNetImpl(const ResNetOptions& options) {
    appendConvolution(m_stem, {3, m_channels, 7, 2});
    m_stem->push_back(relu());
    m_stem->push_back(nn::MaxPool2d(nn::MaxPool2dOptions(3).stride(2).padding(1)));
    register_module("stem", m_stem);

    const bool deep = options.kind == ResNetKind::ResNet50;
    const auto blocks =
        deep ? std::array<std::int64_t, 4>{3, 4, 6, 3} : std::array<std::int64_t, 4>{2, 2, 2, 2};
    for (std::size_t i = 0; i < blocks.size(); ++i)
        m_stages.push_back(
            register_module("stage" + std::to_string(i + 1),
                            makeStage(options, std::int64_t{64} << i, blocks[i], i == 0 ? 1 : 2)));
    m_head = register_module("head", nn::Linear(m_channels, options.classes));
    initialise();
}

nn::Sequential ResNetImpl::makeStage(const ResNetOptions& options, std::int64_t width,
                                     std::int64_t blocks, std::int64_t stride) {
    nn::Sequential stage;
    for (std::int64_t i = 0; i < blocks; ++i) {
        const BlockShape shape{m_channels, width, i == 0 ? stride : 1,
                               options.kind == ResNetKind::ResNet50};
        stage->push_back(makeBlock(shape));
        m_channels = shape.out();
    }
    return stage;
}

// torchvision's: He et al. for convolutions, ones and zeros for normalisation (the default), and
// the default of Linear for the head.
void ResNetImpl::initialise() {
    for (const auto& module : modules(false))
        if (auto* layer = module->as<nn::Conv2d>())
            nn::init::kaiming_normal_(layer->weight, 0.0, torch::kFanOut, torch::kReLU);
}

torch::Tensor ResNetImpl::forward(torch::Tensor images) {
    auto x = m_stem->forward(images);
    for (auto& stage : m_stages)
        x = stage->forward(x);
    return m_head->forward(x.mean({2, 3}));
}

ResNet makeResNet(const ResNetOptions& options, std::uint64_t seed) {
    torch::manual_seed(seed);
    return ResNet(options);
}

std::int64_t parameterCount(const torch::nn::Module& model) {
    std::int64_t count = 0;
    for (const auto& parameter : model.parameters())
        count += parameter.numel();
    return count;
}

}  // namespace wattline::trainer

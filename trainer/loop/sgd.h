// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace wattline::trainer {

struct SgdOptions {
    double momentum = 0.9;
    double weight_decay = 1e-4;  ///< on every parameter, as torchvision's reference does
};

/// torch.optim.SGD without dampening or Nesterov, in one pass over flat buffers:
///   d = g + weight_decay x p;  v = momentum x v + d;  p -= rate x v
/// Threads: one owner.
class Sgd {
public:
    struct Part {
        std::span<float> values, gradients;  ///< of equal size; outlive this object
    };
    Sgd(std::vector<Part> parts, SgdOptions options);
    void step(double learning_rate);

private:
    std::vector<Part> m_parts;
    std::vector<std::vector<float>> m_velocities;
    SgdOptions m_options;
};

}  // namespace wattline::trainer

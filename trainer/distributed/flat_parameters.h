// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <torch/torch.h>
#include <vector>

#include "trainer/distributed/bucket_plan.h"

namespace wattline::trainer {

/// One bucket's memory: values, then as many gradients and, in the last bucket only, the tail.
struct FlatBucket {
    Bucket plan;
    torch::Tensor values, gradients;

    [[nodiscard]] std::span<float> valueSpan() const;
    [[nodiscard]] std::span<float> gradientSpan() const;  ///< without the tail
};

/// Moves a model's parameters and gradients into a few flat buffers; each parameter and its .grad
/// become views into them. Serves the all-reduce, the optimizer and, later, checkpoints.
/// Threads: one owner. The model must not replace its parameters or set a .grad afterwards.
class FlatParameters {
public:
    FlatParameters(std::vector<torch::Tensor> parameters, const BucketLimits& limits,
                   std::size_t tail_floats);

    [[nodiscard]] const std::vector<torch::Tensor>& parameters() const { return m_parameters; }
    [[nodiscard]] const std::vector<FlatBucket>& buckets() const { return m_buckets; }
    /// Floats after the gradients of the last bucket, reduced with them.
    [[nodiscard]] std::span<float> tail() const;
    void zeroGradients();  ///< and the tail

private:
    std::vector<torch::Tensor> m_parameters;
    std::vector<FlatBucket> m_buckets;
    std::size_t m_tail_floats;
};

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "trainer/distributed/flat_parameters.h"

namespace wattline::trainer {
namespace {

torch::Tensor slotView(const torch::Tensor& flat, const BucketSlot& slot,
                       const torch::Tensor& like) {
    return flat
        .narrow(0, static_cast<std::int64_t>(slot.offset), static_cast<std::int64_t>(slot.size))
        .view(like.sizes());
}

}  // namespace

std::span<float> FlatBucket::valueSpan() const {
    return {values.data_ptr<float>(), plan.floats};
}

std::span<float> FlatBucket::gradientSpan() const {
    return {gradients.data_ptr<float>(), plan.floats};
}

FlatParameters::FlatParameters(std::vector<torch::Tensor> parameters, const BucketLimits& limits,
                               std::size_t tail_floats)
    : m_parameters(std::move(parameters)), m_tail_floats(tail_floats) {
    const torch::NoGradGuard no_gradients;
    std::vector<std::size_t> sizes;
    sizes.reserve(m_parameters.size());
    for (const auto& parameter : m_parameters)
        sizes.push_back(static_cast<std::size_t>(parameter.numel()));
    auto plan = planBuckets(sizes, limits);
    for (std::size_t b = 0; b < plan.size(); ++b) {
        const auto floats = static_cast<std::int64_t>(plan[b].floats);
        const auto tail = b + 1 == plan.size() ? static_cast<std::int64_t>(tail_floats) : 0;
        FlatBucket bucket{std::move(plan[b]), torch::zeros({floats}),
                          torch::zeros({floats + tail})};
        for (const auto& slot : bucket.plan.slots) {
            auto& parameter = m_parameters[slot.parameter];
            auto home = slotView(bucket.values, slot, parameter);
            home.copy_(parameter);
            parameter.set_data(home);
            parameter.mutable_grad() = slotView(bucket.gradients, slot, parameter);
        }
        m_buckets.push_back(std::move(bucket));
    }
}

std::span<float> FlatParameters::tail() const {
    const auto& last = m_buckets.back();
    return {last.gradients.data_ptr<float>() + last.plan.floats, m_tail_floats};
}

void FlatParameters::zeroGradients() {
    for (auto& bucket : m_buckets)
        bucket.gradients.zero_();
}

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "trainer/distributed/reducer.h"

#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

namespace wattline::trainer {

/// Runs after a parameter's gradient was added to its place in the bucket.
class Reducer::Hook final : public torch::autograd::FunctionPostHook {
public:
    Hook(Reducer& reducer, std::size_t bucket) : m_reducer(reducer), m_bucket(bucket) {}

    torch::autograd::variable_list
    operator()(const torch::autograd::variable_list& outputs,
               const torch::autograd::variable_list& /*inputs*/) override {
        m_reducer.gradientReady(m_bucket);
        return outputs;
    }

private:
    Reducer& m_reducer;
    std::size_t m_bucket;
};

Reducer::Reducer(const Communicator& communicator, FlatParameters& parameters)
    : m_communicator(communicator), m_parameters(parameters),
      m_missing(parameters.buckets().size()), m_sums(parameters.buckets().size()) {
    if (communicator.size() == 1) return;
    for (std::size_t b = 0; b < parameters.buckets().size(); ++b)
        for (const auto& slot : parameters.buckets()[b].plan.slots) {
            auto accumulator =
                torch::autograd::impl::grad_accumulator(parameters.parameters()[slot.parameter]);
            const auto key = accumulator->add_post_hook(std::make_unique<Hook>(*this, b));
            m_hooks.push_back({std::move(accumulator), key});
        }
}

Reducer::~Reducer() {
    for (const auto& hook : m_hooks)
        hook.accumulator->del_post_hook(hook.key);
}

void Reducer::prepare() {
    m_armed = true;
    m_started = 0;
    for (std::size_t b = 0; b < m_missing.size(); ++b)
        m_missing[b] = m_parameters.buckets()[b].plan.slots.size();
}

void Reducer::gradientReady(std::size_t bucket) {
    if (!m_armed) return;
    if (m_missing[bucket] > 0) --m_missing[bucket];
    makeProgress();
    startFullBuckets();
}

void Reducer::startFullBuckets() {
    for (; m_started < m_missing.size() && m_missing[m_started] == 0; ++m_started) {
        const auto& gradients = m_parameters.buckets()[m_started].gradients;
        m_sums[m_started] = m_communicator.startSum(
            {gradients.data_ptr<float>(), static_cast<std::size_t>(gradients.numel())});
    }
}

// Non-blocking collectives advance only inside MPI calls. Testing the oldest advances them all.
void Reducer::makeProgress() {
    for (std::size_t b = 0; b < m_started; ++b)
        if (!m_sums[b].test()) return;
}

void Reducer::finish(int micro_steps) {
    m_armed = false;
    std::ranges::fill(m_missing, std::size_t{0});
    startFullBuckets();
    for (auto& sum : m_sums)
        sum.wait();
    const int parts = m_communicator.size() * micro_steps;
    if (parts == 1) return;
    const torch::NoGradGuard no_gradients;
    for (const auto& bucket : m_parameters.buckets())
        bucket.gradients.narrow(0, 0, static_cast<std::int64_t>(bucket.plan.floats)).div_(parts);
}

}  // namespace wattline::trainer

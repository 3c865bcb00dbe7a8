// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/training_step.h"

#include <cmath>

#include "telemetry/core/host.h"
#include "trainer/loop/batch_tensors.h"
#include "trainer/loop/recipe.h"

namespace wattline::trainer {
namespace {

std::vector<Sgd::Part> optimizerParts(const FlatParameters& parameters) {
    std::vector<Sgd::Part> parts;
    for (const auto& bucket : parameters.buckets())
        parts.push_back({bucket.valueSpan(), bucket.gradientSpan()});
    return parts;
}

}  // namespace

/// Adds the time since the last lap to a phase of the record.
class StepRunner::Stopwatch {
public:
    Stopwatch(const Clock& clock, StepRecord& record)
        : m_clock(clock), m_record(record), m_start(clock.monotonicNs()), m_last(m_start) {
        record.phase_ns.fill(0);
    }
    void lap(Phase phase) {
        const auto now = m_clock.monotonicNs();
        m_record.phase_ns[static_cast<std::size_t>(phase)] += now - m_last;
        m_last = now;
    }
    void stop() {
        m_record.end_ns = m_last;
        m_record.duration_ns = m_last - m_start;
    }

private:
    const Clock& m_clock;
    StepRecord& m_record;
    std::int64_t m_start, m_last;
};

StepRunner::StepRunner(ResNet model, const Communicator& communicator, const Clock& clock,
                       int accumulation)
    : m_model(std::move(model)), m_communicator(communicator), m_clock(clock),
      m_accumulation(accumulation), m_parameters(m_model->parameters(), {}, kVoteFloats),
      m_reducer(communicator, m_parameters),
      m_optimizer(optimizerParts(m_parameters), {kMomentum, kWeightDecay}) {
    // The same seed gives the same model everywhere; this holds even across different libraries.
    for (const auto& bucket : m_parameters.buckets())
        communicator.broadcast(std::as_writable_bytes(bucket.valueSpan()));
}

StepReport StepRunner::run(Prefetcher& batches, int side, const StepPlan& plan) {
    StepReport report;
    auto& record = report.record;
    record.step = static_cast<std::uint64_t>(plan.step);
    record.epoch = static_cast<std::uint32_t>(plan.epoch);
    record.learning_rate = plan.learning_rate;
    record.loss = 0.0;
    Result<void> mine;
    Stopwatch watch(m_clock, record);
    for (int micro = 0; micro < m_accumulation; ++micro) {
        auto batch = batches.next().value();
        watch.lap(Phase::DataWait);
        record.samples += static_cast<std::uint32_t>(batch.labels.size());
        std::ranges::move(batch.unreadable, std::back_inserter(report.unreadable));
        Result<torch::Tensor> loss = torch::Tensor();
        if (mine) loss = forward(batch, side, plan.step);
        if (!loss) mine = tl::unexpected(loss.error());
        if (mine) record.loss += loss->item<double>() / m_accumulation;
        watch.lap(Phase::Forward);
        // A rank that fails still takes part in the sum, where the others learn of it.
        if (micro + 1 == m_accumulation) sendVote(plan, report, !mine);
        if (mine) loss->backward();
        watch.lap(Phase::Backward);
    }
    m_reducer.finish(m_accumulation);
    watch.lap(Phase::Communication);
    report.sum = readVote(m_parameters.tail());
    if (report.sum.failures == 0) update(plan.learning_rate);
    watch.lap(Phase::Optimizer);
    watch.stop();
    if (report.sum.failures > 0) report.outcome = m_communicator.agree(mine);
    return report;
}

Result<torch::Tensor> StepRunner::forward(Batch& batch, int side, std::int64_t step) {
    const auto who = "rank " + std::to_string(m_communicator.rank()) + " on " + hostName();
    if (batch.error) return fail(batch.error->code, who + " has no data: " + batch.error->message);
    const auto tensors = viewBatch(batch, side);
    auto loss = torch::cross_entropy_loss(m_model->forward(tensors.images), tensors.labels);
    const auto value = loss.item<double>();
    if (!std::isfinite(value))
        return fail(ExitCode::Failed, who + ": the loss is not finite at step " +
                                          std::to_string(step) +
                                          "; use a smaller global batch or another recipe");
    return loss;
}

void StepRunner::sendVote(const StepPlan& plan, const StepReport& mine, bool failed) {
    auto vote = plan.vote;
    vote.failures = failed ? 1 : 0;
    vote.unreadable = static_cast<int>(mine.unreadable.size());
    vote.loss = failed ? 0.0F : static_cast<float>(mine.record.loss);
    writeVote(vote, m_parameters.tail());
    m_reducer.prepare();
}

void StepRunner::update(double learning_rate) {
    m_optimizer.step(learning_rate);
    m_parameters.zeroGradients();
}

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/training.h"

#include <algorithm>
#include <ostream>

#include "trainer/data/prefetcher.h"
#include "trainer/loop/evaluation.h"
#include "trainer/loop/progress.h"
#include "trainer/loop/recipe.h"
#include "trainer/loop/training_step.h"
#include "trainer/loop/unreadable_images.h"

namespace wattline::trainer {
namespace {

constexpr std::size_t kReadAhead = 3;
constexpr std::int64_t kSmallestEvaluationBatch = 32;

/// Every micro-batch of this rank, epoch after epoch, without end.
class TrainingBatches {
public:
    TrainingBatches(const BatchShape& shape, std::int64_t rank, std::uint64_t seed)
        : m_shape(shape), m_rank(rank), m_seed(seed) {}

    std::optional<BatchRequest> operator()() {
        if (m_order.empty() || m_step == m_shape.stepsPerEpoch()) {
            m_order = epochOrder(m_seed, ++m_epoch, m_shape.samples);
            m_step = 0;
        }
        BatchRequest request{{m_seed, m_epoch},
                             microBatch(m_order, m_shape, m_step, m_micro, m_rank)};
        m_micro = (m_micro + 1) % m_shape.accumulation;
        if (m_micro == 0) ++m_step;
        return request;
    }

private:
    BatchShape m_shape;
    std::int64_t m_rank;
    std::uint64_t m_seed, m_epoch = 0;
    std::int64_t m_step = 0, m_micro = 0;
    std::vector<std::int64_t> m_order;
};

ResNet initialModel(const RunSpec& spec, const Dataset& training) {
    return makeResNet({parseResNetKind(spec.model).value(), training.classes()}, spec.seed);
}

class Training {
public:
    explicit Training(const TrainingContext& context);
    Result<Outcome> run();

private:
    Result<bool> step();
    Result<void> evaluateEpoch();

    const TrainingContext& m_context;
    BatchShape m_shape;
    std::int64_t m_planned, m_step = 0;
    ResNet m_model;
    StepRunner m_runner;
    LearningRateSchedule m_schedule;
    Steering m_steering;
    Progress m_progress;
    UnreadableImages m_unreadable;
    Prefetcher m_batches;
};

Training::Training(const TrainingContext& context)
    : m_context(context), m_shape(batchShape(context.spec, *context.data.training)),
      m_planned(plannedSteps(context.spec, m_shape.stepsPerEpoch())),
      m_model(initialModel(context.spec, *context.data.training)),
      m_runner(m_model, context.communicator, context.clock, context.spec.accumulation),
      m_schedule(context.spec, m_shape.stepsPerEpoch()),
      m_steering(context.link, context.communicator, context.stop_requested),
      m_progress(context.progress, context.communicator.rank() == 0),
      m_unreadable(context.link, context.communicator, context.warnings),
      m_batches(*context.data.training,
                TrainingBatches(m_shape, context.communicator.rank(), context.spec.seed),
                Substitute::NextReadable, kReadAhead) {
    m_model->train();
}

Result<Outcome> Training::run() {
    const auto steps_per_epoch = m_shape.stepsPerEpoch();
    while (m_step < m_planned) {
        const auto goes_on = step();
        if (!goes_on) return tl::unexpected(goes_on.error());
        if (!*goes_on) return Outcome::Stopped;
        if (m_step % steps_per_epoch != 0 && m_step != m_planned) continue;
        if (auto ok = evaluateEpoch(); !ok) return tl::unexpected(ok.error());
    }
    return Outcome::Finished;
}

/// One step and what the ranks agreed on in it; false when the run stops.
Result<bool> Training::step() {
    StepPlan plan;
    plan.step = m_step + 1;
    plan.epoch = m_step / m_shape.stepsPerEpoch() + 1;
    plan.learning_rate = m_schedule.at(plan.step);
    m_steering.propose(plan.vote, plan.step);
    const auto report = m_runner.run(m_batches, m_context.data.training->side(), plan);
    if (!report.outcome) return tl::unexpected(report.outcome.error());
    m_step = plan.step;
    m_context.link.record(report.record);
    m_progress.step(report, m_shape.gbs(), m_context.communicator.size());
    if (auto ok = m_unreadable.observe(report.unreadable, report.sum.unreadable, m_shape.samples,
                                       plan.step);
        !ok)
        return tl::unexpected(ok.error());
    return m_steering.act(report.sum, m_step);
}

Result<void> Training::evaluateEpoch() {
    const auto epoch = static_cast<int>((m_step - 1) / m_shape.stepsPerEpoch() + 1);
    m_unreadable.startEpoch();
    if (m_context.data.validation->size() == 0) {
        m_progress.epoch(epoch, nullptr);
        return {};
    }
    const auto result =
        evaluate(m_model, *m_context.data.validation,
                 std::max(kSmallestEvaluationBatch, m_shape.lbs), m_context.communicator);
    if (auto ok = m_unreadable.observe(result.unreadable, result.left_out,
                                       m_context.data.validation->size(), m_step);
        !ok)
        return ok;
    m_unreadable.startEpoch();
    m_schedule.epochEnded(result.loss);
    m_progress.epoch(epoch, &result);
    if (m_context.communicator.rank() != 0) return {};
    wire::Event event;
    event.step = m_step;
    event.kind = "evaluated";
    event.epoch = epoch;
    event.loss = result.loss;
    event.top1_error = result.top1_error;
    event.top5_error = result.top5_error;
    event.samples = result.samples;
    m_context.link.event(std::move(event));
    return {};
}

}  // namespace

BatchShape batchShape(const RunSpec& spec, const Dataset& training) {
    return {training.size(), spec.lbs, spec.ranks, spec.accumulation};
}

Result<Outcome> train(const TrainingContext& context) {
    return Training(context).run();
}

}  // namespace wattline::trainer

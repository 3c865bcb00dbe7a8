// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/records.h"
#include "telemetry/core/result.h"
#include "trainer/control/step_vote.h"
#include "trainer/data/prefetcher.h"
#include "trainer/distributed/communicator.h"
#include "trainer/distributed/flat_parameters.h"
#include "trainer/distributed/reducer.h"
#include "trainer/loop/sgd.h"
#include "trainer/models/resnet.h"

namespace wattline::trainer {

/// What the next optimizer step is to do.
struct StepPlan {
    std::int64_t step = 0;   ///< from 1
    std::int64_t epoch = 0;  ///< from 1
    double learning_rate = 0.0;
    StepVote vote;  ///< this rank's decision and stop request
};

struct StepReport {
    StepRecord record;
    StepVote sum;                         ///< the same on every rank
    std::vector<std::string> unreadable;  ///< images of this rank, one sentence each
    Result<void> outcome;                 ///< the same on every rank
};

/// One optimizer step: micro-steps of forward and backward, the all-reduce that overlaps the last
/// backward and carries the vote, the update. Times each phase.
/// All ranks start with rank 0's parameters. Threads: one owner. run() is collective.
class StepRunner {
public:
    StepRunner(ResNet model, const Communicator& communicator, const Clock& clock,
               int accumulation);

    [[nodiscard]] StepReport run(Prefetcher& batches, int side, const StepPlan& plan);
    [[nodiscard]] const FlatParameters& parameters() const { return m_parameters; }

private:
    class Stopwatch;
    /// The mean loss of one micro-batch, attached to its graph; a sentence when it cannot go on.
    [[nodiscard]] Result<torch::Tensor> forward(Batch& batch, int side, std::int64_t step);
    void sendVote(const StepPlan& plan, const StepReport& mine, bool failed);
    void update(double learning_rate);

    ResNet m_model;
    const Communicator& m_communicator;
    const Clock& m_clock;
    int m_accumulation;
    FlatParameters m_parameters;
    Reducer m_reducer;
    Sgd m_optimizer;
};

}  // namespace wattline::trainer

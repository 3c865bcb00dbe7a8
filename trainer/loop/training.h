// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "trainer/control/run_link.h"
#include "trainer/control/steering.h"
#include "trainer/data/dataset.h"
#include "trainer/data/epoch_sampler.h"
#include "trainer/distributed/communicator.h"

namespace wattline::trainer {

enum class Outcome { Finished, Stopped };

/// What a training needs; all of it outlives the training.
struct TrainingContext {
    const RunSpec& spec;  ///< completed; its ranks are the communicator's
    const Datasets& data;
    const Communicator& communicator;
    RunLink& link;
    const Clock& clock;
    Steering::StopRequested stop_requested;
    std::ostream& progress;  ///< rank 0: one line an epoch
    std::ostream& warnings;  ///< every rank: what it skips
};

/// How the training set is cut for this configuration.
[[nodiscard]] BatchShape batchShape(const RunSpec& spec, const Dataset& training);

/// Trains to the end, to a stop or to an error that all ranks agree on.
/// Collective; MPI calls come in the same order on every rank. Threads: the caller's.
[[nodiscard]] Result<Outcome> train(const TrainingContext& context);

}  // namespace wattline::trainer

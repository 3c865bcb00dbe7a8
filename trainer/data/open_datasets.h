// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/core/run_spec.h"
#include "trainer/data/dataset.h"

namespace wattline::trainer {

/// The training and validation set that a completed specification names. Refuses what cannot train
/// (missing folder, fewer images than one global batch) with a sentence.
[[nodiscard]] Result<Datasets> openDatasets(const RunSpec& spec);

}  // namespace wattline::trainer

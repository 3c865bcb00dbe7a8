// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/cli/checkup.h"
#include "trainer/launch/job_script.h"

namespace wattline::cli {

/// Whether the libraries and programs that a training needs are there and start: MPI, the trainer
/// (with it libtorch), BLAS, ZeroMQ, the GPUs' driver. Starts `mpirun --version` and
/// `wattline-train --help`, each for at most 20 s.
[[nodiscard]] std::vector<Check> checkHealth(const launch::Tools& tools);

}  // namespace wattline::cli

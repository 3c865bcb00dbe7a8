// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "telemetry/core/result.h"

namespace wattline {

/// Which process of a parallel program this one is, as its launcher says in the environment; MPI
/// itself is not asked, so the measured program may use any, or none.
struct ProcessPlace {
    std::uint32_t rank = 0, size = 1;
    std::string launcher;  ///< "Open MPI", "Slurm", ...; empty: started alone
    /// The same in all processes of one launch and in no other's; empty when started alone.
    std::string launch;
};

/// The value of a variable; null when it is not set.
using Environment = std::function<const char*(const char*)>;

/// Understands mpirun of Open MPI, srun, Hydra's mpiexec (MPICH, Intel), torchrun, and
/// WATTLINE_RANK, WATTLINE_SIZE and WATTLINE_LAUNCH for any other. A batch script itself, which
/// Slurm also calls task 0 of many, is alone. Refuses a rank that its size has no room for.
[[nodiscard]] Result<ProcessPlace> processPlace(const Environment& environment);

}  // namespace wattline

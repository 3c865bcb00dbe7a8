// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wattline::trainer {

/// From now on SIGTERM, SIGUSR1 (what mpirun forwards at once) and SIGINT ask this rank to stop at
/// the end of its step instead of killing it.
void catchStopSignals();
[[nodiscard]] bool stopSignalled() noexcept;

}  // namespace wattline::trainer

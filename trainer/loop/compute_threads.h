// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wattline::trainer {

/// Limits torch, OpenMP and OpenBLAS to `threads` in this process and makes torch choose
/// deterministic algorithms. Call once, before any tensor exists.
void useComputeThreads(int threads);

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <torch/torch.h>
#include <vector>

#include "trainer/distributed/communicator.h"
#include "trainer/distributed/flat_parameters.h"

namespace wattline::trainer {

/// Averages gradients over ranks while backward still runs.
///
/// A step:  zeroGradients, then K micro-steps of forward and backward; prepare() before the last
/// backward; finish() after it. In between, a hook on each parameter's gradient counts its bucket
/// down, and a full bucket is summed in the background. Buckets start in one order on every rank,
/// whatever order their gradients come in: MPI matches collectives by order.
///
///   bucket 0 |==grad==|--sum--------|
///   bucket 1          |==grad==| (waits for its turn) |--sum---|
///                                         backward ends ^      ^ finish() waits, then divides
///
/// A parameter that gets no gradient leaves zeros: finish() starts the buckets that never filled.
/// The optimizer still decays such a parameter. One rank alone uses no hooks and no MPI.
/// Threads: one owner, which also runs backward. Lives no longer than its two arguments.
class Reducer {
public:
    Reducer(const Communicator& communicator, FlatParameters& parameters);
    ~Reducer();
    Reducer(const Reducer&) = delete;
    Reducer& operator=(const Reducer&) = delete;

    /// The next backward completes the gradients. The tail must hold what it shall carry.
    void prepare();
    /// Waits for all sums, then divides the gradients (not the tail) by ranks x micro-steps.
    void finish(int micro_steps);

private:
    class Hook;
    void gradientReady(std::size_t bucket);
    void startFullBuckets();
    void makeProgress();

    const Communicator& m_communicator;
    FlatParameters& m_parameters;
    bool m_armed = false;
    std::size_t m_started = 0;           ///< buckets whose sum was started: always the first ones
    std::vector<std::size_t> m_missing;  ///< gradients each bucket waits for
    std::vector<PendingSum> m_sums;
    struct Hooked {
        std::shared_ptr<torch::autograd::Node> accumulator;  ///< autograd holds it only weakly
        std::uintptr_t key;
    };
    std::vector<Hooked> m_hooks;
};

}  // namespace wattline::trainer

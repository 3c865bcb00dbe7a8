// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "trainer/data/dataset.h"
#include "trainer/distributed/communicator.h"
#include "trainer/models/resnet.h"

namespace wattline::trainer {

/// Over all ranks' shares of the validation set.
struct Evaluation {
    double loss = 0.0;        ///< mean
    double top1_error = 0.0;  ///< 0..1
    double top5_error = 0.0;  ///< 0..1; over all classes where there are fewer than five
    std::int64_t samples = 0;
    std::int64_t left_out = 0;            ///< images that could not be read
    std::vector<std::string> unreadable;  ///< this rank's, one sentence each
};

/// Evaluates the model with rank 0's running statistics; each rank takes every ranks-th image.
/// Collective. The model is in training mode before and after.
[[nodiscard]] Evaluation evaluate(ResNet& model, const Dataset& dataset, std::int64_t batch_size,
                                  const Communicator& communicator);

/// Gives every rank rank 0's buffers (BatchNorm's running statistics). Collective.
void broadcastBuffers(const torch::nn::Module& model, const Communicator& communicator);

}  // namespace wattline::trainer

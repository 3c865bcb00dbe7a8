// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include "trainer/data/prefetcher.h"

namespace wattline::trainer {

struct BatchTensors {
    torch::Tensor images, labels;
};

/// Tensors over the batch's own memory: the batch must outlive them.
[[nodiscard]] inline BatchTensors viewBatch(Batch& batch, int side) {
    const auto n = static_cast<std::int64_t>(batch.labels.size());
    return {torch::from_blob(batch.pixels.data(), {n, 3, side, side}),
            torch::from_blob(batch.labels.data(), {n}, torch::kLong)};
}

}  // namespace wattline::trainer

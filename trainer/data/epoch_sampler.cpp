// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/epoch_sampler.h"

#include <numeric>
#include <utility>

#include "trainer/data/counter_rng.h"

namespace wattline::trainer {

std::vector<std::int64_t> epochOrder(std::uint64_t seed, std::uint64_t epoch,
                                     std::int64_t samples) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(samples));
    std::iota(order.begin(), order.end(), 0);
    // Fisher-Yates by hand: std::shuffle may differ between standard libraries.
    CounterRng rng(seed, stream::kOrder, epoch);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[rng.below(i)]);
    return order;
}

std::vector<std::int64_t> microBatch(const std::vector<std::int64_t>& order,
                                     const BatchShape& shape, std::int64_t step, std::int64_t micro,
                                     std::int64_t rank) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(shape.lbs));
    const std::int64_t first = step * shape.gbs() + micro * shape.lbs * shape.ranks + rank;
    for (std::int64_t i = 0; i < shape.lbs; ++i)
        indices[static_cast<std::size_t>(i)] =
            order[static_cast<std::size_t>(first + i * shape.ranks)];
    return indices;
}

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "trainer/distributed/bucket_plan.h"

namespace wattline::trainer {

std::vector<Bucket> planBuckets(std::span<const std::size_t> sizes, const BucketLimits& limits) {
    std::vector<Bucket> buckets;
    std::size_t limit = limits.first_floats;
    for (std::size_t i = sizes.size(); i-- > 0;) {
        if (buckets.empty() || buckets.back().floats >= limit) {
            if (!buckets.empty()) limit = limits.floats;
            buckets.emplace_back();
        }
        auto& bucket = buckets.back();
        bucket.slots.push_back({i, bucket.floats, sizes[i]});
        bucket.floats += (sizes[i] + kSlotAlignment - 1) / kSlotAlignment * kSlotAlignment;
    }
    return buckets;
}

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/housekeeping/prune_plan.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace wattline {

PrunePlan planPrune(std::vector<StoredRun> runs, const PrunePolicy& policy,
                    std::int64_t now_unix_ns) {
    std::ranges::sort(runs, [](const StoredRun& a, const StoredRun& b) {
        return std::tie(a.changed_unix_ns, a.id) < std::tie(b.changed_unix_ns, b.id);
    });
    PrunePlan plan;
    for (const auto& run : runs)
        plan.bytes_stay += run.bytes;
    for (auto& run : runs) {
        if (!isFinal(run.state)) {
            ++plan.live;
            continue;
        }
        const bool old =
            policy.older_than_ns && now_unix_ns - run.changed_unix_ns > *policy.older_than_ns;
        const bool too_large = policy.max_bytes && plan.bytes_stay > *policy.max_bytes;
        if (!old && !too_large) continue;
        plan.bytes_go += run.bytes;
        plan.bytes_stay -= run.bytes;
        plan.go.push_back(std::move(run));
    }
    plan.small_enough = !policy.max_bytes || plan.bytes_stay <= *policy.max_bytes;
    return plan;
}

}  // namespace wattline

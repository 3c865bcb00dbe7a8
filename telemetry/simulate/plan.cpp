// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/plan.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "telemetry/simulate/cost_model.h"

namespace wattline::simulate {
namespace {

constexpr std::uint32_t kMaxRanks = 65536;
constexpr std::uint32_t kRanksPerNode = 8;
constexpr std::uint32_t kManyRanks = 64;

tl::unexpected<Error> refuse(std::string sentence) {
    return fail(ExitCode::Usage, std::move(sentence));
}

std::string text(double value) {
    auto out = std::to_string(value);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
}

bool within(double value, double low, double high) {
    return value >= low && value <= high;  // false for a NaN
}

Result<void> checkSizes(const Plan& p) {
    if (p.ranks < 1 || p.ranks > kMaxRanks)
        return refuse("--ranks is " + std::to_string(p.ranks) + "; give 1 to 65536");
    if (p.nodes > p.ranks)
        return refuse("--nodes is " + std::to_string(p.nodes) + " for " + std::to_string(p.ranks) +
                      " ranks; every node needs a rank");
    if (p.lbs < 1 || p.lbs > 65536)
        return refuse("--lbs is " + std::to_string(p.lbs) + "; give 1 to 65536");
    if (p.steps_per_message < 1 || p.steps_per_message > 4096)
        return refuse("--steps-per-message is " + std::to_string(p.steps_per_message) +
                      "; give 1 to 4096");
    return {};
}

Result<void> checkTimes(const Plan& p) {
    if (!within(p.rate_hz, 0.01, 1000.0))
        return refuse("--rate is " + text(p.rate_hz) + " steps/s; give 0.01 to 1000");
    if (!within(p.duration_s, 0.1, 30.0 * 86400.0))
        return refuse("--duration is " + text(p.duration_s) + " s; give 0.1 s to 30 days");
    if (p.sample_period_s != 0.0 && !within(p.sample_period_s, 0.01, 60.0))
        return refuse("--sample-period-ms is " + text(p.sample_period_s * 1000) +
                      "; give 10 to 60000");
    if (!within(p.clock_skew_s, 0.0, 3600.0))
        return refuse("--clock-skew-ms is " + text(p.clock_skew_s * 1000) + "; give 0 to 3600000");
    return {};
}

Result<void> checkRank(const char* option, std::uint32_t rank, const Plan& p) {
    if (rank < p.ranks) return {};
    return refuse(std::string(option) + " names rank " + std::to_string(rank) +
                  "; ranks are 0 to " + std::to_string(p.ranks - 1));
}

Result<void> checkIncidents(const Plan& p) {
    for (const auto& each : p.stragglers) {
        if (auto ok = checkRank("--straggler", each.rank, p); !ok) return ok;
        if (!within(each.factor, 1.0, 1000.0))
            return refuse("--straggler slows rank " + std::to_string(each.rank) + " by " +
                          text(each.factor) + "; give a factor of 1 to 1000");
    }
    for (const auto& each : p.deaths) {
        if (!each.whole_node) {
            if (auto ok = checkRank("--kill-rank", each.index, p); !ok) return ok;
        } else if (each.index >= p.nodes) {
            return refuse("--kill-node names node " + std::to_string(each.index) +
                          "; nodes are 0 to " + std::to_string(p.nodes - 1));
        }
    }
    for (const auto& each : p.sensor_faults)
        if (auto ok = checkRank("--sensor-fault", each.rank, p); !ok) return ok;
    return {};
}

}  // namespace

std::uint64_t Plan::steps() const noexcept {
    return static_cast<std::uint64_t>(std::max(1.0, std::round(duration_s * rate_hz)));
}

Result<Plan> completed(Plan plan) {
    if (auto ok = checkSizes(plan); !ok) return tl::unexpected(ok.error());
    if (plan.nodes == 0) plan.nodes = (plan.ranks + kRanksPerNode - 1) / kRanksPerNode;
    // As few nodes as hold that many ranks a node: none stays empty.
    plan.nodes = (plan.ranks + plan.ranksPerNode() - 1) / plan.ranksPerNode();
    if (auto ok = checkTimes(plan); !ok) return tl::unexpected(ok.error());
    if (plan.sample_period_s == 0.0) plan.sample_period_s = plan.ranks > kManyRanks ? 1.0 : 0.1;
    if (auto ok = checkIncidents(plan); !ok) return tl::unexpected(ok.error());
    std::ranges::stable_sort(plan.deaths, {}, &Death::at_s);
    return plan;
}

RunSpec specOf(const Plan& plan) {
    RunSpec spec;
    spec.model = "resnet50";
    spec.dataset = "synthetic";
    spec.recipe = "study";
    spec.ranks = static_cast<int>(plan.ranks);
    spec.lbs = plan.lbs;
    spec.gbs = plan.lbs * spec.ranks;
    spec.epochs = CostModel::kEpochs;
    spec.steps = static_cast<std::int64_t>(plan.steps());
    spec.seed = plan.seed;
    spec.image_size = 224;
    spec.sample_period_ms = static_cast<int>(std::lround(plan.sample_period_s * 1000.0));
    spec.device_kind = "gpu";
    spec.simulated = true;
    return spec;
}

}  // namespace wattline::simulate

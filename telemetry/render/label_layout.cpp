// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/label_layout.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace wattline {
namespace {

/// Labels that touch each other and move as one; `sum` is of their wanted places, each shifted by
/// its place in the cluster, so that the best first centre is sum / count.
struct Cluster {
    double sum = 0.0;
    double count = 0.0;
    [[nodiscard]] double first() const { return sum / count; }
};

}  // namespace

std::vector<double> spreadLabels(const std::vector<double>& wanted, double height, double top,
                                 double bottom) {
    const std::size_t n = wanted.size();
    if (n == 0) return {};
    const double room = std::max(0.0, bottom - top);
    const double step = std::min(height, room / static_cast<double>(n));
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wanted[i]; });

    // Pool adjacent violators: the least squares answer to "keep the order and the distance".
    std::vector<Cluster> clusters;
    for (const auto i : order) {
        clusters.push_back({wanted[i], 1.0});
        while (clusters.size() > 1) {
            Cluster& a = clusters[clusters.size() - 2];
            const Cluster& b = clusters.back();
            if (a.first() + a.count * step <= b.first()) break;
            a.sum += b.sum - b.count * a.count * step;
            a.count += b.count;
            clusters.pop_back();
        }
    }
    std::vector<double> centres(n);
    std::size_t k = 0;
    for (const auto& cluster : clusters)
        for (double i = 0.0; i < cluster.count; i += 1.0)
            centres[order[k++]] = cluster.first() + i * step;
    // Push what sticks out back inside, from either end.
    double limit = top + 0.5 * step;
    for (const auto i : order)
        limit = (centres[i] = std::max(centres[i], limit)) + step;
    limit = bottom - 0.5 * step;
    for (auto it = order.rbegin(); it != order.rend(); ++it)
        limit = (centres[*it] = std::min(centres[*it], limit)) - step;
    return centres;
}

}  // namespace wattline

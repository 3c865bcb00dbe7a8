// SPDX-License-Identifier: Apache-2.0
#include "app/cli/energy_plot.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "app/cli/text_plot.h"
#include "app/cli/wording.h"
#include "telemetry/analysis/plot.h"

namespace wattline::cli {

/// Shared with the callbacks, which the feed may call when the plot no longer exists.
struct EnergyPlot::Answers {
    std::mutex mutex;
    std::map<RunId, SeriesColumns> by_run;
};

EnergyPlot::EnergyPlot(Feed& feed) : m_feed(feed), m_answers(std::make_shared<Answers>()) {}
EnergyPlot::~EnergyPlot() = default;

void EnergyPlot::ask(const std::vector<RunSummary>& runs, int columns) {
    const auto now = std::chrono::steady_clock::now();
    if (m_asked != std::chrono::steady_clock::time_point{} &&
        now - m_asked < std::chrono::seconds(1))
        return;
    m_asked = now;
    for (const auto& run : runs) {
        SeriesQuery query;
        query.run = run.spec.id;
        query.series = "energy";
        query.axis = Axis::GpuHours;
        query.columns = columns;
        m_feed.requestSeries(query,
                             [answers = m_answers, id = run.spec.id](Result<SeriesColumns> result) {
                                 if (!result) return;  // no energy yet; asked again in a second
                                 const std::lock_guard lock(answers->mutex);
                                 answers->by_run[id] = std::move(*result);
                             });
    }
}

std::vector<std::string> EnergyPlot::draw(const std::vector<RunSummary>& runs, int columns) {
    constexpr int kMargin = 20, kMaxWidth = 100;
    if (runs.empty()) return {};
    TextPlot plot;
    plot.columns = std::clamp(columns - kMargin, 10, kMaxWidth);
    ask(runs, 2 * plot.columns);
    {
        const std::lock_guard lock(m_answers->mutex);
        for (const auto& run : runs) {
            const auto it = m_answers->by_run.find(run.spec.id);
            if (it == m_answers->by_run.end()) continue;
            plot.x.insert(plot.x.end(), it->second.x.begin(), it->second.x.end());
            plot.y.insert(plot.y.end(), it->second.mean.begin(), it->second.mean.end());
        }
    }
    double largest_j = 0.0;
    for (const double y : plot.y)
        if (y > largest_j) largest_j = y;  // false for a NaN
    const auto [unit, factor] = energyUnit(largest_j);
    for (double& y : plot.y)
        y *= factor;
    std::string modelled;
    for (const auto& run : runs)
        if (isModelled(run.energy_method)) modelled = ", " + std::string(name(run.energy_method));
    plot.x_unit = hoursUnit(runs.front());
    plot.title = "Energy (" + unit + modelled + ") over " + plot.x_unit;
    return drawTextPlot(plot);
}

}  // namespace wattline::cli

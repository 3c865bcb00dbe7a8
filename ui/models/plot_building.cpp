// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/plot_building.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace wattline::ui {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Phases by the words of the field, where a series' name is not one.
std::string layerLabel(const std::string& series) {
    static const std::map<std::string, std::string> kLabels{{"data_wait", "data wait"},
                                                            {"communication", "comm."}};
    const auto it = kLabels.find(series);
    return it == kLabels.end() ? series : it->second;
}

/// The series of one kind, each in its run's colour. The analysis gives one series a run, in order.
PlotDescription describeOne(const std::string& series, Axis axis,
                            const std::vector<ColouredColumns>& columns) {
    const auto* kind = findPlotKind(series);
    if (!kind) return {};
    std::vector<RunColumns> runs, empty;
    std::vector<int> colours;
    for (const auto& c : columns) {
        if (c.series != series) continue;
        (c.run.columns.x.empty() ? empty : runs).push_back(c.run);
        if (!c.run.columns.x.empty()) colours.push_back(c.colour);
    }
    // Without points the runs still say whether the axis counts GPU hours or rank hours.
    auto plot = describePlot(*kind, axis, runs.empty() ? empty : runs);
    if (runs.empty()) plot.series.clear();
    for (std::size_t i = 0; i < plot.series.size() && i < colours.size(); ++i)
        plot.series[i].colour = colours[i];
    return plot;
}

void addAsPoints(PlotDescription& plot, PlotDescription other) {
    for (auto& series : other.series) {
        series.points = true;
        series.note.clear();
        series.label += " validation";
        series.y_min.clear();
        series.y_max.clear();
        plot.series.push_back(std::move(series));
    }
}

PlotDescription buildStacked(const PlotContent& content, Axis axis,
                             const std::vector<ColouredColumns>& columns) {
    PlotDescription plot;
    std::vector<PlotSeries> layers;
    for (std::size_t i = 0; i < content.series.size(); ++i) {
        auto one = describeOne(content.series[i], axis, columns);
        if (plot.x_label.empty()) {
            plot.x_label = one.x_label;
            plot.y_label = one.y_label;
            plot.footnote = one.footnote;
        }
        if (one.series.empty()) continue;
        if (plot.subtitle.empty()) plot.subtitle = one.series.front().label + " · " + one.y_label;
        one.series.front().label = layerLabel(content.series[i]);
        one.series.front().colour = static_cast<int>(i);
        layers.push_back(std::move(one.series.front()));
    }
    plot.series = stackLayers(layers);
    return plot;
}

}  // namespace

std::vector<PlotSeries> stackLayers(const std::vector<PlotSeries>& layers) {
    std::vector<PlotSeries> stacked;
    if (layers.empty()) return stacked;
    const auto& x = layers.front().x;
    std::vector<double> base(x.size(), 0.0);
    for (const auto& layer : layers) {
        PlotSeries sum;
        sum.label = layer.label;
        sum.colour = layer.colour;
        sum.x = x;
        std::size_t at = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            while (at < layer.x.size() && layer.x[at] < x[i])
                ++at;
            const bool known = at < layer.x.size() && layer.x[at] == x[i] && at < layer.y.size();
            const double top = known ? base[i] + layer.y[at] : kNaN;
            sum.y_min.push_back(std::isfinite(top) ? base[i] : kNaN);
            sum.y.push_back(top);
            base[i] = top;
        }
        sum.y_max = sum.y;
        stacked.push_back(std::move(sum));
    }
    return stacked;
}

PlotDescription buildPlot(const PlotContent& content, Axis axis,
                          const std::vector<ColouredColumns>& columns) {
    PlotDescription plot;
    if (content.series.empty()) return plot;
    if (content.stacked) {
        plot = buildStacked(content, axis, columns);
    } else {
        plot = describeOne(content.series.front(), axis, columns);
        for (std::size_t i = 1; i < content.series.size(); ++i)
            addAsPoints(plot, describeOne(content.series[i], axis, columns));
    }
    plot.y_log = content.y_log;
    if (!content.title.empty()) plot.title = content.title;
    if (!content.subtitle.empty()) plot.subtitle = content.subtitle;
    return plot;
}

}  // namespace wattline::ui

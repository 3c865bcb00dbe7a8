// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/live_model.h"

#include <algorithm>
#include <cmath>

namespace wattline::ui {
namespace {

std::array<PlotContent, LiveModel::kPlotCount> contents() {
    return {PlotContent{"", "", {"energy"}, false, false},
            PlotContent{"Loss", "log · train, validation ○", {"loss", "val_loss"}, false, true},
            PlotContent{"Throughput", "", {"throughput"}, false, false},
            PlotContent{"Power", "", {"power"}, false, false},
            PlotContent{"Step time",
                        "",
                        {"data_wait", "forward", "backward", "communication", "optimizer"},
                        true,
                        false}};
}

}  // namespace

LiveModel::LiveModel(Feed& feed, QObject* parent) : QObject(parent) {
    auto all = contents();
    for (std::size_t i = 0; i < m_plots.size(); ++i) {
        m_plots[i] = new PlotModel(feed, std::move(all[i]), this);
        connect(m_plots[i], &PlotModel::changed, this, &LiveModel::plotsChanged);
    }
}

void LiveModel::update(const SnapshotPtr& snapshot) {
    m_snapshot = snapshot;
    refresh();
}

void LiveModel::refresh() {
    if (!m_snapshot) return;
    const bool screen_changed = m_screen.update(m_snapshot->runs);
    assignRuns();
    if (screen_changed) Q_EMIT screenChanged();
    Q_EMIT changed();
}

void LiveModel::assignRuns() {
    std::vector<PlotRun> visible, chosen;
    for (const auto& shown : m_screen.runs()) {
        const auto* summary = run(shown.id);
        if (!summary) continue;
        if (shown.visible) visible.push_back({*summary, shown.colour});
        if (m_screen.selected() == shown.id) chosen.push_back({*summary, shown.colour});
    }
    // Phases of several runs on top of each other could not be told apart.
    for (int i = 0; i < kPlotCount; ++i)
        plot(static_cast<Plot>(i)).setRuns(i == StepTime ? chosen : visible);
}

void LiveModel::setActive(bool active) {
    for (auto* plot : m_plots)
        plot->setActive(active);
}

void LiveModel::setAxis(Axis axis) {
    m_axis = axis;
    for (auto* plot : m_plots)
        plot->setAxis(axis);
    Q_EMIT changed();
}

void LiveModel::choose(std::vector<RunId> ids) {
    m_screen.choose(std::move(ids));
    refresh();
}

void LiveModel::show(const RunId& id) {
    m_screen.add(id);
    refresh();
}

void LiveModel::select(const RunId& id) {
    m_screen.select(id);
    assignRuns();
    Q_EMIT screenChanged();
    Q_EMIT changed();
}

void LiveModel::setVisible(const RunId& id, bool visible) {
    m_screen.setVisible(id, visible);
    assignRuns();
    Q_EMIT screenChanged();
}

const RunSummary* LiveModel::run(const RunId& id) const {
    if (!m_snapshot) return nullptr;
    const auto it =
        std::ranges::find(m_snapshot->runs, id, [](const auto& r) { return r.spec.id; });
    return it == m_snapshot->runs.end() ? nullptr : &*it;
}

const RunSummary* LiveModel::selected() const {
    return m_screen.selected() ? run(*m_screen.selected()) : nullptr;
}

std::optional<LiveModel::Range> LiveModel::xRange() const {
    std::optional<Range> range;
    for (const auto* plot : m_plots) {
        if (plot->axis() != m_axis) continue;
        for (const auto& series : plot->description().series)
            for (const double x : series.x) {
                if (!std::isfinite(x)) continue;
                if (!range) range = Range{x, x};
                range->low = std::min(range->low, x);
                range->high = std::max(range->high, x);
            }
    }
    return range;
}

PointCounts LiveModel::points() const {
    PointCounts all;
    for (const auto* plot : m_plots) {
        all.shown += plot->points().shown;
        all.total += plot->points().total;
    }
    return all;
}

bool LiveModel::isSettled() const {
    return std::ranges::all_of(m_plots, [](const auto* plot) { return plot->isSettled(); });
}

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/plot_model.h"

#include <algorithm>

#include "ui/models/callback.h"

namespace wattline::ui {
namespace {

/// An answer that takes longer was lost with its hub; the next round goes out without it.
constexpr qint64 kStuckMs = 5000;

}  // namespace

PlotModel::PlotModel(Feed& feed, PlotContent content, QObject* parent)
    : QObject(parent), m_feed(feed), m_content(std::move(content)) {}

void PlotModel::setContent(PlotContent content) {
    m_content = std::move(content);
    refresh();
}

void PlotModel::setRuns(std::vector<PlotRun> runs) {
    m_runs = std::move(runs);
    refresh();
}

void PlotModel::setAxis(Axis axis) {
    if (axis == m_axis) return;
    m_axis = axis;
    refresh();
}

void PlotModel::setColumns(int columns) {
    if (columns == m_columns || columns < 1) return;
    m_columns = columns;
    refresh();
}

void PlotModel::setActive(bool active) {
    if (active == m_active) return;
    m_active = active;
    if (m_active) refresh();
}

void PlotModel::refresh() {
    m_stale = true;
    if (!m_active || (m_pending > 0 && !roundIsStuck())) return;
    startRound();
}

bool PlotModel::roundIsStuck() const {
    return m_since.isValid() && m_since.elapsed() > kStuckMs;
}

void PlotModel::startRound() {
    m_stale = false;
    m_pending = 0;
    ++m_round;
    m_since.start();
    m_error.clear();
    forgetOthers();
    // Counted first: a feed may answer while it is being asked.
    std::vector<std::pair<const PlotRun*, const std::string*>> to_ask;
    for (const auto& run : m_runs)
        for (const auto& series : m_content.series)
            if (m_entries[{run.summary.spec.id, series}].stamp != stampOf(run.summary))
                to_ask.emplace_back(&run, &series);
    m_pending = static_cast<int>(to_ask.size());
    for (const auto& [run, series] : to_ask)
        request(*run, *series);
    if (to_ask.empty()) rebuild();
}

void PlotModel::request(const PlotRun& run, const std::string& series) {
    const Key key{run.summary.spec.id, series};
    const auto stamp = stampOf(run.summary);
    SeriesQuery query;
    query.run = key.run;
    query.series = series;
    query.axis = m_axis;
    query.columns = m_columns;
    m_feed.requestSeries(
        query, onOwnThread<Result<SeriesColumns>>(
                   this, [this, round = m_round, key, stamp](Result<SeriesColumns> answer) {
                       receive(round, key, stamp, std::move(answer));
                   }));
}

void PlotModel::receive(std::uint64_t round, const Key& key, const Stamp& stamp,
                        Result<SeriesColumns> answer) {
    if (round != m_round) return;
    --m_pending;
    auto& entry = m_entries[key];
    if (answer) {
        entry = {std::move(*answer), stamp};
    } else if (answer.error().code == ExitCode::NotFound) {
        entry = {{}, stamp};  // a run without this series, say without an evaluation so far
    } else {
        entry.stamp.reset();
        m_error = answer.error().message;
    }
    if (m_pending > 0) return;
    if (stamp.axis == m_axis) rebuild();
    if (m_stale && m_active) startRound();
}

void PlotModel::rebuild() {
    std::vector<ColouredColumns> columns;
    m_points = {};
    for (const auto& run : m_runs)
        for (const auto& series : m_content.series) {
            const auto it = m_entries.find({run.summary.spec.id, series});
            if (it == m_entries.end() || !it->second.stamp || it->second.stamp->axis != m_axis)
                continue;
            const auto& c = it->second.columns;
            m_points.shown += static_cast<std::int64_t>(c.x.size());
            m_points.total += c.points_total;
            columns.push_back({{run.summary, c}, series, run.colour});
        }
    m_description = buildPlot(m_content, m_axis, columns);
    Q_EMIT changed();
}

void PlotModel::forgetOthers() {
    std::erase_if(m_entries, [this](const auto& entry) {
        const auto& [run, series] = entry.first;
        return std::ranges::find(m_content.series, series) == m_content.series.end() ||
               std::ranges::none_of(m_runs,
                                    [&](const auto& r) { return r.summary.spec.id == run; });
    });
}

PlotModel::Stamp PlotModel::stampOf(const RunSummary& run) const {
    return {m_axis, m_columns, run.records_stored, run.step, run.state};
}

}  // namespace wattline::ui

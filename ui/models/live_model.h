// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <array>
#include <optional>

#include "ui/models/feed_poller.h"
#include "ui/models/plot_model.h"
#include "ui/models/screen_runs.h"

namespace wattline::ui {

/// The live page's state: the runs on screen, the one that is looked at, the five plots that share
/// an x axis.
/// Threads: the window's.
class LiveModel : public QObject {
    Q_OBJECT
public:
    enum Plot { Energy, Loss, Throughput, Power, StepTime, kPlotCount };

    explicit LiveModel(Feed& feed, QObject* parent = nullptr);

    void update(const SnapshotPtr& snapshot);
    void setActive(bool active);

    void setAxis(Axis axis);
    [[nodiscard]] Axis axis() const noexcept { return m_axis; }
    void choose(std::vector<RunId> ids);
    void show(const RunId& id);
    void select(const RunId& id);
    void setVisible(const RunId& id, bool visible);

    [[nodiscard]] const std::vector<ScreenRun>& screenRuns() const { return m_screen.runs(); }
    [[nodiscard]] const RunSummary* run(const RunId& id) const;
    [[nodiscard]] const RunSummary* selected() const;
    [[nodiscard]] PlotModel& plot(Plot plot) { return *m_plots.at(plot); }
    [[nodiscard]] const Snapshot* snapshot() const { return m_snapshot.get(); }

    struct Range {
        double low = 0.0, high = 1.0;
    };
    /// The x range of all plots together; empty while there is no point.
    [[nodiscard]] std::optional<Range> xRange() const;
    [[nodiscard]] PointCounts points() const;
    /// Every plot has what it asked for.
    [[nodiscard]] bool isSettled() const;

Q_SIGNALS:
    void changed();        ///< figures or states of the runs
    void screenChanged();  ///< which runs are on screen, or which is selected
    void plotsChanged();   ///< any plot has new columns

private:
    void refresh();
    void assignRuns();

    ScreenRuns m_screen;
    SnapshotPtr m_snapshot;
    Axis m_axis = Axis::GpuHours;
    std::array<PlotModel*, kPlotCount> m_plots{};
};

}  // namespace wattline::ui

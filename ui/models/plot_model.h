// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <map>
#include <optional>

#include "telemetry/core/feed.h"
#include "ui/models/plot_building.h"

namespace wattline::ui {

struct PlotRun {
    RunSummary summary;
    int colour = 0;
};

/// Points behind a plot: what its pixels show, of how many.
struct PointCounts {
    std::int64_t shown = 0;
    std::int64_t total = 0;
};

/// One plot's data: asks the feed for the columns its pixels can show and builds the description.
/// One round of requests is in flight at a time; what changes meanwhile leads to one more round, so
/// the newest wins. A run that did not change since its last columns is not asked for again.
/// Threads: the window's.
class PlotModel : public QObject {
    Q_OBJECT
public:
    PlotModel(Feed& feed, PlotContent content, QObject* parent = nullptr);

    void setContent(PlotContent content);
    void setRuns(std::vector<PlotRun> runs);
    void setAxis(Axis axis);
    void setColumns(int columns);
    /// A hidden plot asks for nothing; it catches up when it is shown.
    void setActive(bool active);

    [[nodiscard]] const PlotContent& content() const noexcept { return m_content; }
    [[nodiscard]] Axis axis() const noexcept { return m_axis; }
    [[nodiscard]] const PlotDescription& description() const noexcept { return m_description; }
    [[nodiscard]] PointCounts points() const noexcept { return m_points; }
    /// Why nothing could be read, as one sentence; empty when all is well.
    [[nodiscard]] const std::string& error() const noexcept { return m_error; }
    /// Nothing is in flight and nothing is left to ask for.
    [[nodiscard]] bool isSettled() const noexcept { return m_pending == 0 && !m_stale; }

Q_SIGNALS:
    void changed();

private:
    struct Key {
        RunId run;
        std::string series;
        auto operator<=>(const Key&) const = default;
    };
    /// What the columns depend on; equal means they are still true.
    struct Stamp {
        Axis axis = Axis::Step;
        int columns = 0;
        std::int64_t records = 0, step = 0;
        RunState state = RunState::Queued;
        bool operator==(const Stamp&) const = default;
    };
    struct Entry {
        SeriesColumns columns;
        std::optional<Stamp> stamp;  ///< empty: to be asked for
    };

    void refresh();
    void startRound();
    void request(const PlotRun& run, const std::string& series);
    void receive(std::uint64_t round, const Key& key, const Stamp& stamp,
                 Result<SeriesColumns> answer);
    void rebuild();
    void forgetOthers();
    [[nodiscard]] bool roundIsStuck() const;
    [[nodiscard]] Stamp stampOf(const RunSummary& run) const;

    Feed& m_feed;
    PlotContent m_content;
    std::vector<PlotRun> m_runs;
    Axis m_axis = Axis::GpuHours;
    int m_columns = 800;
    bool m_active = false;

    std::map<Key, Entry> m_entries;
    std::uint64_t m_round = 0;
    int m_pending = 0;
    bool m_stale = false;
    QElapsedTimer m_since;

    PlotDescription m_description;
    PointCounts m_points;
    std::string m_error;
};

}  // namespace wattline::ui

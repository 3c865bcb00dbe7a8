// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>

#include "ui/models/live_model.h"
#include "ui/models/run_control.h"
#include "ui/models/tiles.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedLayout;

namespace wattline::ui {

class ChipRow;
class Pill;
class PlotCard;
class StatTile;

/// What does this run cost and how sure is that, is it healthy, how far is it: the run that is
/// selected, with the runs on screen beside it.
/// Threads: the window's.
class LivePage : public QWidget {
    Q_OBJECT
public:
    LivePage(LiveModel& model, RunControl& control, QWidget* parent = nullptr);

    /// The plots as they are drawn now, for an export.
    [[nodiscard]] std::vector<PlotDescription> plots() const;

Q_SIGNALS:
    void launchWanted();
    void exportWanted();

private:
    QWidget* buildContent();
    QHBoxLayout* buildHeader();
    QHBoxLayout* buildAxisRow();
    QWidget* buildTiles();
    QWidget* buildFoot();
    void connectPlots();
    void refresh();
    void refreshButtons(const RunSummary& run);
    void refreshPlots();
    void refreshStatus();
    void moveCursor(const std::optional<double>& x);
    void toggleHold();
    void stop();

    LiveModel& m_model;
    RunControl& m_control;
    QStackedLayout* m_stack = nullptr;
    Pill* m_pill = nullptr;
    QLabel *m_title = nullptr, *m_message = nullptr;
    QPushButton *m_hold = nullptr, *m_stop = nullptr, *m_export = nullptr;
    ChipRow* m_axes = nullptr;
    QLabel* m_following = nullptr;
    std::array<PlotCard*, LiveModel::kPlotCount> m_cards{};
    StatTile *m_energy = nullptr, *m_hours = nullptr, *m_loss = nullptr, *m_health = nullptr;
    QLabel *m_received = nullptr, *m_monitor = nullptr, *m_shown = nullptr, *m_method = nullptr;
};

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/models/compare_model.h"
#include "ui/models/feed_poller.h"
#include "ui/models/plot_model.h"

class QLabel;
class QPushButton;
class QStackedLayout;
class QTableView;

namespace wattline::ui {

class ChipRow;
class PlotCard;

/// Chosen runs side by side: an overlay of any series on any axis, and a table that says which
/// differences can be told apart. Threads: the window's.
class ComparePage : public QWidget {
    Q_OBJECT
public:
    explicit ComparePage(Feed& feed, QWidget* parent = nullptr);

    void choose(std::vector<RunId> runs);
    [[nodiscard]] const std::vector<RunId>& chosen() const noexcept { return m_chosen; }
    void update(const SnapshotPtr& snapshot);

    [[nodiscard]] const Comparison& comparison() const { return m_model->comparison(); }
    [[nodiscard]] const PlotDescription& plot() const { return m_plot->description(); }
    [[nodiscard]] bool isSettled() const { return m_plot->isSettled(); }

Q_SIGNALS:
    void runsWanted();
    void exportWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* buildContent();
    QWidget* buildTable();
    void take();
    void chooseSeries(int chip);
    void fitTable();

    CompareModel* m_model;
    PlotModel* m_plot;
    SnapshotPtr m_snapshot;
    std::vector<RunId> m_chosen;
    QStackedLayout* m_stack;
    ChipRow* m_axes = nullptr;
    QTableView* m_table = nullptr;
    QLabel *m_about = nullptr, *m_notes = nullptr;
    QPushButton* m_export = nullptr;
};

}  // namespace wattline::ui

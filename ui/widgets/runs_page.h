// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/models/feed_poller.h"
#include "ui/models/run_control.h"
#include "ui/models/run_table_model.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace wattline::ui {

/// All runs: find one, pick some, compare them, steer them. Threads: the window's.
class RunsPage : public QWidget {
    Q_OBJECT
public:
    explicit RunsPage(RunControl& control, QWidget* parent = nullptr);

    void update(const SnapshotPtr& snapshot);
    [[nodiscard]] std::vector<RunId> chosen() const;

Q_SIGNALS:
    void compareWanted(const std::vector<wattline::RunId>& runs);
    void liveWanted(const std::vector<wattline::RunId>& runs);
    void exportWanted(const std::vector<wattline::RunSummary>& runs);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildTable();
    void take(const SnapshotPtr& snapshot);
    void refreshButtons();
    void command(CommandKind kind, const std::vector<RunSummary>& runs);
    void showMenu(const QPoint& where);
    [[nodiscard]] std::vector<RunSummary> chosenSummaries() const;

    RunControl& m_control;
    RunTableModel* m_model;
    RunFilterModel* m_filter;
    SnapshotPtr m_snapshot;
    bool m_widths_set = false;
    QLineEdit* m_words;
    QTableView* m_table;
    QPushButton *m_compare, *m_live, *m_export;
    QLabel *m_count, *m_message;
};

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QWidget>
#include <vector>

#include "ui/models/live_model.h"

class QVBoxLayout;

namespace wattline::ui {

/// One run on screen: its line as in the plots (a click hides and shows it), its name and state (a
/// click selects it).
class RunListItem : public QAbstractButton {
    Q_OBJECT
public:
    explicit RunListItem(const ScreenRun& run, QWidget* parent = nullptr);
    void setRun(const RunSummary& summary, bool selected, bool visible);
    [[nodiscard]] const RunId& id() const noexcept { return m_run.id; }
    [[nodiscard]] QSize sizeHint() const override { return {160, 44}; }

Q_SIGNALS:
    void visibilityToggled(bool visible);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    class Swatch;

    ScreenRun m_run;
    QString m_name, m_detail;
    Swatch* m_swatch;
};

/// The left side's "Runs on screen". Threads: the window's.
class RunList : public QWidget {
    Q_OBJECT
public:
    explicit RunList(LiveModel& model, QWidget* parent = nullptr);

private:
    void rebuild();
    void refresh();
    [[nodiscard]] bool showsSameRuns() const;

    LiveModel& m_model;
    QVBoxLayout* m_column;
    std::vector<RunListItem*> m_items;
};

}  // namespace wattline::ui

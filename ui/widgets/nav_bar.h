// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <vector>

#include "ui/models/live_model.h"

class QLabel;
class QPushButton;

namespace wattline::ui {

/// The left side: the pages, the runs on screen, and whose hub this is.
/// Threads: the window's.
class NavBar : public QFrame {
    Q_OBJECT
public:
    NavBar(const QStringList& pages, LiveModel& live, QWidget* parent = nullptr);

    void setCurrent(int page);
    void setHub(const Snapshot& snapshot);

Q_SIGNALS:
    void chosen(int page);

private:
    std::vector<QPushButton*> m_buttons;
    QLabel* m_hub;
};

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace wattline::ui {

/// What a page shows while it has nothing to show: what it is for, the next step, and the command
/// line that does the same.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString& object_name, const QString& title, const QString& text,
               const QString& button, const QString& command, QWidget* parent = nullptr);

    [[nodiscard]] QPushButton& button() { return *m_button; }

private:
    QPushButton* m_button;
};

}  // namespace wattline::ui

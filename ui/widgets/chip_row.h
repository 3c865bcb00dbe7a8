// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "telemetry/core/series.h"

class QPushButton;

namespace wattline::ui {

struct Chip {
    QString key;  ///< part of the button's objectName
    QString text;
};

/// A row of which one is chosen; arrow keys move within it. Threads: the window's.
class ChipRow : public QWidget {
    Q_OBJECT
public:
    ChipRow(const QString& object_name, const QString& label, const std::vector<Chip>& chips,
            QWidget* parent = nullptr);

    void setCurrent(int chip);
    void setText(int chip, const QString& text);

Q_SIGNALS:
    void chosen(int chip);

private:
    std::vector<QPushButton*> m_buttons;
};

/// The six x axes, in the order of `Axis`' use: device hours first.
[[nodiscard]] const std::vector<Chip>& axisChips();
/// The Axis that the chip at this place stands for, and the other way round.
[[nodiscard]] Axis axisOfChip(int chip);
[[nodiscard]] int chipOfAxis(Axis axis);

}  // namespace wattline::ui

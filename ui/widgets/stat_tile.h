// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/models/tiles.h"

class QLabel;

namespace wattline::ui {

/// One figure in large: value, unit, uncertainty, sensor. Threads: the window's.
class StatTile : public QFrame {
    Q_OBJECT
public:
    explicit StatTile(const QString& object_name, QWidget* parent = nullptr);

    void setText(const TileText& text);
    [[nodiscard]] const TileText& text() const noexcept { return m_text; }

private:
    class ValueLine;

    TileText m_text;
    QLabel* m_caption;
    ValueLine* m_value;
    QLabel* m_detail;
    QLabel* m_more;
};

}  // namespace wattline::ui

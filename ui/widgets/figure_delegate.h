// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace wattline::ui {

/// Cells of the window's tables: right-aligned ones are figures, with tabular digits; a second,
/// quieter line where the model has one under `second_line_role`; estimated figures in italics.
class FigureDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    FigureDelegate(int second_line_role, int estimated_role, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    int m_second_line_role, m_estimated_role;
};

}  // namespace wattline::ui

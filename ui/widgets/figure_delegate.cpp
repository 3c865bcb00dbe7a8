// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure_delegate.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>

#include "ui/widgets/figures.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
namespace {

constexpr int kPadding = 10;
constexpr int kSecondLine = 16;

}  // namespace

FigureDelegate::FigureDelegate(int second_line_role, int estimated_role, int first_figure_column,
                               QObject* parent)
    : QStyledItemDelegate(parent), m_second_line_role(second_line_role),
      m_estimated_role(estimated_role), m_first_figure_column(first_figure_column) {}

void FigureDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    if (index.column() < m_first_figure_column || !option.widget) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    auto empty = option;
    initStyleOption(&empty, index);
    empty.text.clear();
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &empty, painter, option.widget);

    const auto& tokens = tokensOf(*option.widget);
    const auto second = index.data(m_second_line_role).toString();
    QRectF line = QRectF(option.rect).adjusted(kPadding, 0, -kPadding, 0);
    if (!second.isEmpty()) line.setHeight(line.height() - kSecondLine);
    painter->save();
    auto font = appFont(type::kBody);
    font.setItalic(index.data(m_estimated_role).toBool());
    painter->setFont(font);
    painter->setPen(tokens.text);
    drawTabular(*painter, line, Qt::AlignRight, index.data().toString());
    if (!second.isEmpty()) {
        painter->setFont(appFont(type::kCaption));
        painter->setPen(tokens.secondary);
        const QRectF below(line.left(), line.bottom() - 4, line.width(), kSecondLine);
        drawTabular(*painter, below, Qt::AlignRight, second);
    }
    painter->restore();
}

QSize FigureDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    auto hint = QStyledItemDelegate::sizeHint(option, index);
    if (index.column() < m_first_figure_column) return hint + QSize(kPadding, 0);
    const QFontMetricsF body(appFont(type::kBody)), caption(appFont(type::kCaption));
    const double width = std::max(tabularWidth(body, index.data().toString()),
                                  tabularWidth(caption, index.data(m_second_line_role).toString()));
    return {static_cast<int>(width) + 2 * kPadding + 2, hint.height()};
}

}  // namespace wattline::ui

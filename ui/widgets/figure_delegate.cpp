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

bool isFigure(const QModelIndex& index) {
    return (index.data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight) != 0;
}

}  // namespace

FigureDelegate::FigureDelegate(int second_line_role, int estimated_role, QObject* parent)
    : QStyledItemDelegate(parent), m_second_line_role(second_line_role),
      m_estimated_role(estimated_role) {}

void FigureDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    auto empty = option;
    initStyleOption(&empty, index);
    empty.text.clear();
    const auto* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &empty, painter, option.widget);

    const auto& tokens = currentTokens();
    const auto second = index.data(m_second_line_role).toString();
    QRectF line = QRectF(option.rect).adjusted(kPadding, 0, -kPadding, 0);
    if (!second.isEmpty()) line.setHeight(line.height() - kSecondLine);
    painter->save();
    auto font = appFont(type::kBody);
    font.setItalic(index.data(m_estimated_role).toBool());
    painter->setFont(font);
    painter->setPen(tokens.text);
    const auto text = index.data().toString();
    if (isFigure(index))
        drawTabular(*painter, line, Qt::AlignRight, text);
    else
        painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(text, Qt::ElideRight,
                                                            static_cast<int>(line.width())));
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
    if (!isFigure(index)) return hint + QSize(kPadding, 0);
    const QFontMetricsF body(appFont(type::kBody)), caption(appFont(type::kCaption));
    const double width = std::max(tabularWidth(body, index.data().toString()),
                                  tabularWidth(caption, index.data(m_second_line_role).toString()));
    return {static_cast<int>(width) + 2 * kPadding + 2, hint.height()};
}

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/stat_tile.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/widgets/figures.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;

/// Value and unit on one base line, the unit smaller where the tile is narrow.
class StatTile::ValueLine : public QWidget {
public:
    using QWidget::QWidget;

    void setText(const QString& value, const QString& unit) {
        m_value = value;
        m_unit = unit;
        update();
    }
    [[nodiscard]] QSize sizeHint() const override { return {160, 32}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {80, 32}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setFont(appFont(type::kValue, QFont::DemiBold));
        painter.setPen(currentTokens().text);
        drawTabular(painter, rect(), Qt::AlignLeft, m_value);
        const double left = tabularWidth(QFontMetricsF(painter.font()), m_value) + 8.0;
        for (const int size : {type::kTitle, type::kBody, type::kCaption}) {
            painter.setFont(appFont(size, QFont::Medium));
            if (tabularWidth(QFontMetricsF(painter.font()), m_unit) < width() - left) break;
        }
        painter.setPen(currentTokens().secondary);
        drawTabular(painter, QRectF(left, 4, width() - left, height() - 4), Qt::AlignLeft, m_unit);
    }

private:
    QString m_value, m_unit;
};

StatTile::StatTile(const QString& object_name, QWidget* parent)
    : QFrame(parent), m_caption(new QLabel(this)), m_value(new ValueLine(this)),
      m_detail(new QLabel(this)), m_more(new QLabel(this)) {
    setObjectName(object_name);
    setRole(*this, u"card"_s);
    setRole(*m_caption, u"secondary"_s);
    setRole(*m_detail, u"secondary"_s);
    setRole(*m_more, u"secondary"_s);
    for (auto* label : {m_detail, m_more}) {
        label->setWordWrap(true);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kInside, 12, space::kInside, 12);
    column->setSpacing(2);
    column->addWidget(m_caption);
    column->addWidget(m_value);
    column->addWidget(m_detail);
    column->addWidget(m_more);
    column->addStretch(1);
}

void StatTile::setText(const TileText& text) {
    m_text = text;
    setRole(*this, text.warning ? u"card-warning"_s : u"card"_s);
    m_caption->setText(text.estimated ? text.caption + u" · "_s + text.method : text.caption);
    m_value->setText(text.value, text.unit);
    m_detail->setText(text.detail);
    m_detail->setToolTip(text.detail);
    m_more->setText(text.more);
    m_more->setToolTip(text.more);
    m_more->setVisible(!text.more.isEmpty());
    setAccessibleName(m_caption->text());
    setAccessibleDescription(QStringList{text.value, text.unit, text.detail, text.more}.join(u' '));
}

}  // namespace wattline::ui

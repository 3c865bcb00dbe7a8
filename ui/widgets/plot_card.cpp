// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/models/text.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;

PlotCard::PlotCard(PlotModel& model, const PlotStyle& style, const QString& object_name,
                   QWidget* parent)
    : QFrame(parent), m_model(model), m_widget(new PlotWidget(style, this)),
      m_title(new QLabel(this)), m_subtitle(new ElidedLabel(this)) {
    setObjectName(object_name);
    m_widget->setObjectName(object_name + u"Plot"_s);
    m_widget->setAccessibleName(u"Plot"_s);
    setRole(*this, u"card"_s);
    setRole(*m_title, u"title"_s);
    setRole(*m_subtitle, u"caption"_s);
    m_title->setText(fromUtf8(model.content().title));

    auto* head = new QHBoxLayout;
    head->setSpacing(space::kUnit);
    head->addWidget(m_title);
    head->addStretch(1);
    head->addWidget(m_subtitle);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kInside, 12, space::kInside, 10);
    column->setSpacing(6);
    column->addLayout(head);
    column->addWidget(m_widget, 1);

    connect(&model, &PlotModel::changed, this, &PlotCard::present);
    connect(m_widget, &PlotWidget::columnsChanged, &model, &PlotModel::setColumns);
    present();
}

void PlotCard::present() {
    const auto& plot = m_model.description();
    if (!plot.title.empty()) m_title->setText(fromUtf8(plot.title));
    const auto about = plot.subtitle.empty() ? plot.y_label : plot.subtitle;
    m_subtitle->setText(fromUtf8(about));
    if (!m_model.error().empty()) m_widget->setPlaceholder(fromUtf8(m_model.error()));
    m_widget->setPlot(plot);
}

}  // namespace wattline::ui

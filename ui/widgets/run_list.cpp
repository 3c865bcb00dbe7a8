// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/run_list.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/text.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr int kTextLeft = 42;

void paintFocus(QPainter& painter, const QWidget& widget) {
    if (!widget.hasFocus()) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(currentTokens().accent, 1.5));
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), 6, 6);
}

}  // namespace

/// The run's line as it is drawn in the plots; faint when the run is hidden.
class RunListItem::Swatch : public QAbstractButton {
public:
    Swatch(int colour, QWidget* parent) : QAbstractButton(parent), m_colour(colour) {
        setCheckable(true);
        setChecked(true);
        setGeometry(4, 6, 34, 32);
        setCursor(Qt::PointingHandCursor);
    }
    void setEstimated(bool estimated) {
        m_estimated = estimated;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto& tokens = currentTokens();
        auto colour = isChecked() ? tokens.seriesColour(m_colour) : tokens.border;
        QPen pen(colour, 3.0);
        pen.setCapStyle(Qt::FlatCap);
        if (m_estimated) pen.setDashPattern({1.8, 1.2});
        painter.setPen(pen);
        painter.drawLine(QPointF(8, 9.5), QPointF(26, 9.5));
        paintFocus(painter, *this);
    }

private:
    int m_colour;
    bool m_estimated = false;
};

RunListItem::RunListItem(const ScreenRun& run, QWidget* parent)
    : QAbstractButton(parent), m_run(run), m_swatch(new Swatch(run.colour, this)) {
    const auto id = fromUtf8(run.id);
    setObjectName(u"screenRun-"_s + id);
    m_swatch->setObjectName(u"screenRunToggle-"_s + id);
    setCheckable(true);
    setFixedHeight(44);
    setCursor(Qt::PointingHandCursor);
    connect(m_swatch, &QAbstractButton::toggled, this, &RunListItem::visibilityToggled);
}

void RunListItem::setRun(const RunSummary& summary, bool selected, bool visible) {
    m_name = shortName(summary);
    const bool estimated = isModelled(summary.energy_method);
    m_detail = fromUtf8(summary.spec.model) + u" · "_s + fromUtf8(name(summary.state));
    if (summary.spec.simulated) m_detail += u" · simulated"_s;
    m_swatch->setEstimated(estimated);
    m_swatch->setChecked(visible);
    m_swatch->setAccessibleName((visible ? u"Hide "_s : u"Show "_s) + m_name);
    m_swatch->setToolTip(m_swatch->accessibleName());
    setChecked(selected);
    setAccessibleName(u"Select "_s + m_name + u", "_s + m_detail +
                      (estimated ? u", "_s + fromUtf8(name(summary.energy_method)) : QString()));
    setToolTip(fromUtf8(displayName(summary.spec)) + u'\n' + fromUtf8(summary.spec.id));
    update();
}

void RunListItem::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& tokens = currentTokens();
    if (isChecked()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.background);
        painter.drawRoundedRect(rect(), 6, 6);
    }
    const int width = this->width() - kTextLeft - 8;
    const auto line = [&](const QString& text, const QFont& font, const QColor& colour, int y) {
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(kTextLeft, y, QFontMetrics(font).elidedText(text, Qt::ElideRight, width));
    };
    line(m_name, appFont(type::kBody, isChecked() ? QFont::DemiBold : QFont::Medium), tokens.text,
         20);
    line(m_detail, appFont(type::kCaption), tokens.secondary, 36);
    paintFocus(painter, *this);
}

RunList::RunList(LiveModel& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_column(new QVBoxLayout(this)) {
    setObjectName(u"runList"_s);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(2);
    auto* heading = new QLabel(u"RUNS ON SCREEN"_s, this);
    setRole(*heading, u"heading"_s);
    heading->setContentsMargins(12, 0, 0, 6);
    m_column->addWidget(heading);
    connect(&model, &LiveModel::changed, this, &RunList::refresh);
    connect(&model, &LiveModel::screenChanged, this, &RunList::refresh);
    refresh();
}

bool RunList::showsSameRuns() const {
    return std::ranges::equal(
        m_items, m_model.screenRuns(), {},
        [](const auto* item) -> const RunId& { return item->id(); }, &ScreenRun::id);
}

void RunList::rebuild() {
    for (auto* item : m_items)
        item->deleteLater();
    m_items.clear();
    for (const auto& run : m_model.screenRuns()) {
        auto* item = new RunListItem(run, this);
        connect(item, &QAbstractButton::clicked, this, [this, id = run.id] { m_model.select(id); });
        connect(item, &RunListItem::visibilityToggled, this,
                [this, id = run.id](bool visible) { m_model.setVisible(id, visible); });
        m_column->addWidget(item);
        m_items.push_back(item);
    }
}

void RunList::refresh() {
    if (!showsSameRuns()) rebuild();
    const auto& runs = m_model.screenRuns();
    setVisible(!runs.empty());
    const auto* selected = m_model.selected();
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto* summary = m_model.run(runs[i].id);
        if (!summary) continue;
        m_items[i]->setRun(*summary, selected && selected->spec.id == runs[i].id, runs[i].visible);
    }
}

}  // namespace wattline::ui

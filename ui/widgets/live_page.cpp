// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/live_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>

#include "ui/models/launch_model.h"
#include "ui/models/text.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/plot_card.h"
#include "ui/widgets/stat_tile.h"
#include "ui/widgets/stop_question.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

QPushButton* button(const QString& object_name, const QString& text, QWidget* parent) {
    auto* b = new QPushButton(text, parent);
    b->setObjectName(object_name);
    b->setAccessibleName(text);
    return b;
}

Pill::Kind pillKind(RunState state) {
    if (state == RunState::Failed || state == RunState::Lost || state == RunState::Held)
        return Pill::Kind::Warning;
    return isFinal(state) ? Pill::Kind::Quiet : Pill::Kind::Active;
}

}  // namespace

LivePage::LivePage(LiveModel& model, RunControl& control, QWidget* parent)
    : QWidget(parent), m_model(model), m_control(control), m_stack(new QStackedLayout(this)) {
    setObjectName(u"livePage"_s);
    auto* empty = new EmptyState(
        u"noRuns"_s, u"No runs yet"_s,
        u"Start the demo to see this page live: ResNet18 on 1,797 handwritten digits, two MPI "
        u"ranks, a few minutes on a laptop. Every step reports its loss, its phases and its power; "
        u"this page draws energy over device hours, and the slope of that line is watts."_s,
        u"Set up the demo run"_s, commandLine(LaunchModel::demoSpec()), this);
    connect(&empty->button(), &QPushButton::clicked, this, &LivePage::launchWanted);
    m_stack->addWidget(empty);
    m_stack->addWidget(buildContent());

    connectPlots();
    connect(&m_model, &LiveModel::changed, this, &LivePage::refresh);
    connect(&m_model, &LiveModel::screenChanged, this, &LivePage::refresh);
    connect(&m_model, &LiveModel::plotsChanged, this, &LivePage::refreshPlots);
    connect(&m_control, &RunControl::changed, this, &LivePage::refresh);
    connect(&m_control, &RunControl::refused, this, [this](const QString& sentence) {
        m_message->setText(sentence);
        m_message->show();
    });
    refresh();
}

QWidget* LivePage::buildContent() {
    auto* content = new QWidget(this);
    auto* inner = new QVBoxLayout;
    inner->setContentsMargins(24, 20, 24, 16);
    inner->setSpacing(12);
    inner->addLayout(buildHeader());
    m_message = new QLabel(content);
    m_message->setObjectName(u"controlMessage"_s);
    m_message->setWordWrap(true);
    setRole(*m_message, u"error"_s);
    m_message->hide();
    inner->addWidget(m_message);
    inner->addLayout(buildAxisRow());

    auto* top = new QHBoxLayout;
    top->setSpacing(space::kGap);
    const std::array names{u"energyCard"_s, u"lossCard"_s, u"throughputCard"_s, u"powerCard"_s,
                           u"stepTimeCard"_s};
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(space::kGap);
    for (int i = 0; i < LiveModel::kPlotCount; ++i) {
        const bool hero = i == LiveModel::Energy;
        const PlotStyle style{!hero, i == LiveModel::StepTime, hero};
        auto* card = new PlotCard(m_model.plot(static_cast<LiveModel::Plot>(i)), style,
                                  names.at(static_cast<std::size_t>(i)), content);
        m_cards.at(static_cast<std::size_t>(i)) = card;
        (hero ? top : bottom)->addWidget(card, 1);
    }
    top->addWidget(buildTiles());
    inner->addLayout(top, 10);
    inner->addLayout(bottom, 7);

    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(inner, 1);
    column->addWidget(buildFoot());
    return content;
}

QHBoxLayout* LivePage::buildHeader() {
    m_title = new QLabel(this);
    m_title->setObjectName(u"runTitle"_s);
    m_title->setMinimumWidth(80);
    setRole(*m_title, u"page-title"_s);
    m_pill = new Pill(this);
    m_pill->setObjectName(u"runState"_s);
    m_hold = button(u"holdButton"_s, u"Hold"_s, this);
    setRole(*m_hold, u"primary"_s);
    m_stop = button(u"stopButton"_s, u"Stop"_s, this);
    m_export = button(u"exportButton"_s, u"Export…"_s, this);
    connect(m_hold, &QPushButton::clicked, this, &LivePage::toggleHold);
    connect(m_stop, &QPushButton::clicked, this, &LivePage::stop);
    connect(m_export, &QPushButton::clicked, this, &LivePage::exportWanted);

    auto* row = new QHBoxLayout;
    row->setSpacing(space::kUnit);
    row->addWidget(m_title);
    row->addSpacing(space::kUnit);
    row->addWidget(m_pill);
    row->addStretch(1);
    for (auto* b : {m_hold, m_stop, m_export})
        row->addWidget(b);
    return row;
}

QHBoxLayout* LivePage::buildAxisRow() {
    m_axes = new ChipRow(u"axis"_s, u"x axis"_s, axisChips(), this);
    connect(m_axes, &ChipRow::chosen, this,
            [this](int chip) { m_model.setAxis(axisOfChip(chip)); });
    m_following = new QLabel(this);
    setRole(*m_following, u"caption"_s);
    auto* row = new QHBoxLayout;
    row->addWidget(m_axes);
    row->addStretch(1);
    row->addWidget(m_following);
    return row;
}

QWidget* LivePage::buildTiles() {
    auto* holder = new QWidget(this);
    holder->setMinimumWidth(248);
    holder->setMaximumWidth(340);
    holder->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    auto* column = new QVBoxLayout(holder);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    m_energy = new StatTile(u"energyTile"_s, holder);
    m_hours = new StatTile(u"hoursTile"_s, holder);
    m_loss = new StatTile(u"lossTile"_s, holder);
    m_health = new StatTile(u"healthTile"_s, holder);
    for (auto* tile : {m_energy, m_hours, m_loss, m_health})
        column->addWidget(tile, 1);
    return holder;
}

QWidget* LivePage::buildFoot() {
    auto* foot = new QFrame(this);
    setRole(*foot, u"foot"_s);
    foot->setFixedHeight(36);
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(24, 0, 24, 0);
    row->setSpacing(32);
    for (auto** label : {&m_received, &m_monitor, &m_shown, &m_method}) {
        *label = new ElidedLabel(foot);
        setRole(**label, u"secondary"_s);
    }
    m_received->setObjectName(u"statusReceived"_s);
    m_monitor->setObjectName(u"statusMonitor"_s);
    m_shown->setObjectName(u"statusShown"_s);
    m_method->setObjectName(u"statusMethod"_s);
    row->addWidget(m_received);
    row->addWidget(m_monitor);
    row->addWidget(m_shown);
    row->addStretch(1);
    row->addWidget(m_method);
    return foot;
}

void LivePage::connectPlots() {
    for (auto* card : m_cards)
        connect(&card->widget(), &PlotWidget::cursorMoved, this, &LivePage::moveCursor);
}

void LivePage::refresh() {
    const auto* run = m_model.selected();
    const auto* snapshot = m_model.snapshot();
    const bool empty = !run && snapshot && snapshot->connected;
    m_stack->setCurrentIndex(empty ? 0 : 1);
    if (!run) {
        m_title->setText(snapshot && !empty ? u"Waiting for the hub"_s : QString());
        for (auto* b : {m_hold, m_stop, m_export})
            b->setEnabled(false);
        m_pill->hide();
        return;
    }
    m_title->setText(fromUtf8(displayName(run->spec)));
    m_pill->setState(pillKind(run->state), stateText(*run));
    m_pill->setToolTip(fromUtf8(run->state_reason));
    m_pill->show();
    m_axes->setText(0, hoursName(*run));
    m_axes->setCurrent(chipOfAxis(m_model.axis()));
    m_energy->setText(energyTile(*run));
    m_hours->setText(hoursTile(*run));
    m_loss->setText(lossTile(*run));
    m_health->setText(healthTile(*run));
    m_following->setText(isFinal(run->state) ? QString() : u"following live"_s);
    refreshButtons(*run);
    refreshStatus();
}

void LivePage::refreshButtons(const RunSummary& run) {
    const auto pending = m_control.pending(run.spec.id);
    const bool resume = pending ? pending == CommandKind::Resume : run.state == RunState::Held;
    const auto kind = resume ? CommandKind::Resume : CommandKind::Hold;
    m_hold->setText(commandText(kind, pending == kind));
    m_hold->setAccessibleName(m_hold->text());
    m_hold->setEnabled(m_control.canSend(kind, run));
    const bool stopping = pending == CommandKind::Stop || run.state == RunState::Stopping;
    m_stop->setText(commandText(CommandKind::Stop, stopping));
    m_stop->setAccessibleName(m_stop->text());
    m_stop->setEnabled(m_control.canSend(CommandKind::Stop, run));
    m_export->setEnabled(true);
}

void LivePage::refreshPlots() {
    const auto range = m_model.xRange();
    for (auto* card : m_cards)
        card->widget().setXRange(range ? std::optional(ValueRange{range->low, range->high})
                                       : std::nullopt);
    refreshStatus();
}

void LivePage::refreshStatus() {
    const auto* run = m_model.selected();
    if (!run) return;
    const auto points = m_model.points();
    const auto status = statusText(*run, points.shown, points.total);
    m_received->setText(status.received);
    setRole(*m_received, status.lost ? u"warning"_s : u"secondary"_s);
    m_monitor->setText(status.monitor);
    m_shown->setText(status.shown);
    m_method->setText(status.method);
}

void LivePage::moveCursor(const std::optional<double>& x) {
    for (auto* card : m_cards)
        card->widget().setCursorX(x);
}

void LivePage::toggleHold() {
    const auto* run = m_model.selected();
    if (!run) return;
    m_message->hide();
    m_control.send(run->state == RunState::Held ? CommandKind::Resume : CommandKind::Hold, *run);
}

void LivePage::stop() {
    const auto* run = m_model.selected();
    if (!run) return;
    m_message->hide();
    askToStop(*this, fromUtf8(displayName(run->spec)), [this, id = run->spec.id] {
        // The run may have ended while the question stood.
        const auto* now = m_model.run(id);
        if (now && m_control.canSend(CommandKind::Stop, *now))
            m_control.send(CommandKind::Stop, *now);
    });
}

std::vector<PlotDescription> LivePage::plots() const {
    std::vector<PlotDescription> all;
    for (auto* card : m_cards)
        if (!card->widget().plot().series.empty()) all.push_back(card->widget().plot());
    return all;
}

}  // namespace wattline::ui

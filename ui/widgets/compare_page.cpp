// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/compare_page.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QTableView>
#include <algorithm>

#include "ui/models/text.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/figure_delegate.h"
#include "ui/widgets/plot_card.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr int kRowHeight = 44;

struct Choice {
    Chip chip;
    std::vector<std::string> series;
    bool y_log = false;

    [[nodiscard]] PlotContent content() const { return {"", "", series, false, y_log}; }
};

const std::vector<Choice>& choices() {
    static const std::vector<Choice> kChoices{
        {{u"energy"_s, u"energy"_s}, {"energy"}, false},
        {{u"loss"_s, u"loss"_s}, {"loss", "val_loss"}, true},
        {{u"top1_error"_s, u"top-1 error"_s}, {"val_top1_error"}, false},
        {{u"throughput"_s, u"throughput"_s}, {"throughput"}, false},
        {{u"power"_s, u"power"_s}, {"power"}, false},
        {{u"step_time"_s, u"step time"_s}, {"step_time"}, false},
    };
    return kChoices;
}

std::vector<Chip> seriesChips() {
    std::vector<Chip> chips;
    for (const auto& choice : choices())
        chips.push_back(choice.chip);
    return chips;
}

}  // namespace

ComparePage::ComparePage(Feed& feed, QWidget* parent)
    : QWidget(parent), m_model(new CompareModel(this)),
      m_plot(new PlotModel(feed, choices().front().content(), this)),
      m_stack(new QStackedLayout(this)) {
    setObjectName(u"comparePage"_s);
    auto* empty = new EmptyState(
        u"noComparison"_s, u"Choose runs to compare"_s,
        u"Select two or more rows on the Runs page. The first one is what the others are measured "
        u"against; differences smaller than their uncertainty are called not distinguishable."_s,
        u"Choose runs"_s, u"wattline compare RUN RUN"_s, this);
    connect(&empty->button(), &QPushButton::clicked, this, &ComparePage::runsWanted);
    m_stack->addWidget(empty);
    m_stack->addWidget(buildContent());
}

QWidget* ComparePage::buildContent() {
    auto* content = new QWidget(this);
    auto* title = new QLabel(u"Compare"_s, content);
    setRole(*title, u"page-title"_s);
    m_about = new QLabel(content);
    setRole(*m_about, u"secondary"_s);
    m_export = new QPushButton(u"Export…"_s, content);
    m_export->setObjectName(u"exportComparisonButton"_s);
    m_export->setAccessibleName(u"Export the comparison"_s);
    setRole(*m_export, u"primary"_s);
    connect(m_export, &QPushButton::clicked, this, &ComparePage::exportWanted);
    auto* head = new QHBoxLayout;
    head->addWidget(title);
    head->addSpacing(12);
    head->addWidget(m_about);
    head->addStretch(1);
    head->addWidget(m_export);

    auto* series = new ChipRow(u"series"_s, u"series"_s, seriesChips(), content);
    m_axes = new ChipRow(u"compareAxis"_s, u"x axis"_s, axisChips(), content);
    connect(series, &ChipRow::chosen, this, &ComparePage::chooseSeries);
    connect(m_axes, &ChipRow::chosen, this,
            [this](int chip) { m_plot->setAxis(axisOfChip(chip)); });
    auto* chips = new QHBoxLayout;
    chips->setSpacing(24);
    chips->addWidget(series);
    chips->addWidget(m_axes);
    chips->addStretch(1);

    auto* card = new PlotCard(*m_plot, {false, false, true}, u"compareCard"_s, content);
    auto* widget = &card->widget();
    connect(widget, &PlotWidget::cursorMoved, widget, &PlotWidget::setCursorX);

    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    column->addLayout(head);
    column->addLayout(chips);
    column->addWidget(card, 5);
    column->addWidget(buildTable(), 5);
    m_notes = new QLabel(content);
    m_notes->setObjectName(u"compareNotes"_s);
    m_notes->setWordWrap(true);
    setRole(*m_notes, u"secondary"_s);
    column->addWidget(m_notes);
    return content;
}

QWidget* ComparePage::buildTable() {
    m_table = new QTableView(this);
    m_table->setObjectName(u"compareTable"_s);
    m_table->setAccessibleName(u"Comparison, differences against the first run"_s);
    m_table->setModel(m_model);
    m_table->setItemDelegate(
        new FigureDelegate(CompareModel::DifferenceRole, CompareModel::EstimatedRole, m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setHighlightSections(false);
    m_table->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    return m_table;
}

void ComparePage::choose(std::vector<RunId> runs) {
    m_chosen = std::move(runs);
    take();
}

void ComparePage::update(const SnapshotPtr& snapshot) {
    m_snapshot = snapshot;
    if (isVisible()) take();
}

void ComparePage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_plot->setActive(true);
    take();
}

void ComparePage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_plot->setActive(false);
}

void ComparePage::take() {
    if (!m_snapshot) return;
    std::vector<RunSummary> runs;
    std::vector<PlotRun> drawn;
    for (const auto& id : m_chosen) {
        const auto it =
            std::ranges::find(m_snapshot->runs, id, [](const auto& r) { return r.spec.id; });
        if (it == m_snapshot->runs.end()) continue;
        drawn.push_back({*it, static_cast<int>(runs.size())});
        runs.push_back(*it);
    }
    m_stack->setCurrentIndex(runs.size() < 2 ? 0 : 1);
    if (runs.size() < 2) return;
    const auto columns = m_model->columnCount();
    const bool cpu =
        std::ranges::all_of(runs, [](const auto& r) { return r.device_kind == "cpu"; });
    m_axes->setText(0, cpu ? u"rank hours"_s : u"GPU hours"_s);
    m_model->setRuns(std::move(runs));
    m_plot->setRuns(std::move(drawn));
    m_about->setText(u"%1 runs · differences against %2"_s.arg(
        QString::number(m_model->columnCount()),
        m_model->headerData(0, Qt::Horizontal, Qt::DisplayRole).toString()));
    QStringList notes;
    for (const auto& note : m_model->comparison().notes)
        notes << fromUtf8(note);
    m_notes->setText(notes.join(u"\n"_s));
    m_notes->setVisible(!notes.isEmpty());
    if (columns != m_model->columnCount()) fitTable();
}

void ComparePage::fitTable() {
    const auto mode =
        m_model->columnCount() <= 5 ? QHeaderView::Stretch : QHeaderView::ResizeToContents;
    m_table->horizontalHeader()->setSectionResizeMode(mode);
}

void ComparePage::chooseSeries(int chip) {
    m_plot->setContent(choices().at(static_cast<std::size_t>(chip)).content());
}

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/runs_page.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/text.h"
#include "ui/widgets/figure_delegate.h"
#include "ui/widgets/stop_question.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr int kRowHeight = 36;

QPushButton* button(const QString& object_name, const QString& text, QWidget* parent) {
    auto* b = new QPushButton(text, parent);
    b->setObjectName(object_name);
    b->setAccessibleName(text);
    return b;
}

}  // namespace

RunsPage::RunsPage(RunControl& control, QWidget* parent)
    : QWidget(parent), m_control(control), m_model(new RunTableModel(this)),
      m_filter(new RunFilterModel(this)), m_words(new QLineEdit(this)),
      m_table(new QTableView(this)), m_compare(button(u"compareButton"_s, u"Compare"_s, this)),
      m_live(button(u"showLiveButton"_s, u"Show live"_s, this)),
      m_export(button(u"exportRunsButton"_s, u"Export…"_s, this)), m_count(new QLabel(this)),
      m_message(new QLabel(this)) {
    setObjectName(u"runsPage"_s);
    buildTable();
    m_words->setObjectName(u"runFilter"_s);
    m_words->setAccessibleName(u"Filter runs"_s);
    m_words->setPlaceholderText(u"Filter: any words, as in \"resnet18 running\""_s);
    m_words->setClearButtonEnabled(true);
    m_words->setMaximumWidth(420);
    setRole(*m_compare, u"primary"_s);
    setRole(*m_count, u"secondary"_s);
    setRole(*m_message, u"error"_s);
    m_message->setObjectName(u"runsMessage"_s);
    m_message->hide();

    auto* title = new QLabel(u"Runs"_s, this);
    setRole(*title, u"page-title"_s);
    auto* head = new QHBoxLayout;
    head->addWidget(title);
    head->addSpacing(12);
    head->addWidget(m_count);
    head->addStretch(1);
    for (auto* b : {m_compare, m_live, m_export})
        head->addWidget(b);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    column->addLayout(head);
    column->addWidget(m_words);
    column->addWidget(m_message);
    column->addWidget(m_table, 1);

    connect(m_words, &QLineEdit::textChanged, m_filter, &RunFilterModel::setFilterText);
    connect(m_compare, &QPushButton::clicked, this, [this] { Q_EMIT compareWanted(chosen()); });
    connect(m_live, &QPushButton::clicked, this, [this] { Q_EMIT liveWanted(chosen()); });
    connect(m_export, &QPushButton::clicked, this,
            [this] { Q_EMIT exportWanted(chosenSummaries()); });
    connect(&m_control, &RunControl::refused, this, [this](const QString& sentence) {
        m_message->setText(sentence);
        m_message->show();
    });
    refreshButtons();
}

void RunsPage::buildTable() {
    m_filter->setSourceModel(m_model);
    m_table->setObjectName(u"runTable"_s);
    m_table->setAccessibleName(u"Runs"_s);
    m_table->setModel(m_filter);
    m_table->setItemDelegate(
        new FigureDelegate(Qt::UserRole + 100, RunTableModel::EstimatedRole, m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);  // as the hub gives them: newest first
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_table, &QTableView::customContextMenuRequested, this, &RunsPage::showMenu);
    connect(m_table, &QTableView::activated, this, [this] { Q_EMIT liveWanted(chosen()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &RunsPage::refreshButtons);
}

void RunsPage::update(const SnapshotPtr& snapshot) {
    m_snapshot = snapshot;
    if (isVisible()) take(snapshot);
}

void RunsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_snapshot) take(m_snapshot);
}

void RunsPage::take(const SnapshotPtr& snapshot) {
    m_model->setRuns(snapshot->runs);
    const auto count = static_cast<std::int64_t>(snapshot->runs.size());
    m_count->setText(countText(count) + (count == 1 ? u" run"_s : u" runs"_s));
    if (!m_widths_set && count > 0) {
        m_table->resizeColumnsToContents();
        m_widths_set = true;
    }
    refreshButtons();
}

void RunsPage::refreshButtons() {
    const auto count = m_table->selectionModel()->selectedRows().size();
    m_compare->setEnabled(count >= 2);
    m_compare->setToolTip(count >= 2 ? QString() : u"Select two or more runs to compare them"_s);
    m_live->setEnabled(count >= 1);
    m_export->setEnabled(count >= 1);
}

std::vector<RunSummary> RunsPage::chosenSummaries() const {
    std::vector<RunSummary> runs;
    for (const auto& index : m_table->selectionModel()->selectedRows())
        runs.push_back(m_model->run(m_filter->mapToSource(index).row()));
    return runs;
}

std::vector<RunId> RunsPage::chosen() const {
    std::vector<RunId> ids;
    for (const auto& run : chosenSummaries())
        ids.push_back(run.spec.id);
    return ids;
}

void RunsPage::command(CommandKind kind, const std::vector<RunSummary>& runs) {
    const auto send = [this, kind, runs] {
        for (const auto& run : runs)
            if (m_control.canSend(kind, run)) m_control.send(kind, run);
    };
    if (kind != CommandKind::Stop) return send();
    askToStop(*this,
              runs.size() == 1 ? fromUtf8(displayName(runs.front().spec))
                               : countText(static_cast<std::int64_t>(runs.size())) + u" runs"_s,
              send);
}

void RunsPage::showMenu(const QPoint& where) {
    const auto runs = chosenSummaries();
    if (runs.empty()) return;
    m_message->hide();
    auto* menu = new QMenu(this);
    menu->setObjectName(u"runMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const auto kind : {CommandKind::Hold, CommandKind::Resume, CommandKind::Stop}) {
        auto* action = menu->addAction(commandText(kind, false), this,
                                       [this, kind, runs] { command(kind, runs); });
        action->setEnabled(std::ranges::any_of(
            runs, [&](const auto& run) { return m_control.canSend(kind, run); }));
    }
    menu->addSeparator();
    menu->addAction(u"Show live"_s, this, [this] { Q_EMIT liveWanted(chosen()); });
    auto* compare = menu->addAction(u"Compare"_s, this, [this] { Q_EMIT compareWanted(chosen()); });
    compare->setEnabled(runs.size() >= 2);
    menu->addAction(u"Export…"_s, this, [this, runs] { Q_EMIT exportWanted(runs); });
    menu->popup(m_table->viewport()->mapToGlobal(where));
}

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/main_window.h"

#include <QGuiApplication>
#include <QHBoxLayout>
#include <QIcon>
#include <QLabel>
#include <QScreen>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>

#include "ui/models/text.h"
#include "ui/widgets/compare_page.h"
#include "ui/widgets/export_dialog.h"
#include "ui/widgets/key_help.h"
#include "ui/widgets/launch_page.h"
#include "ui/widgets/live_page.h"
#include "ui/widgets/nav_bar.h"
#include "ui/widgets/runs_page.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

/// The smallest size at which nothing on any page lies on anything else.
constexpr QSize kSmallest(1120, 720);

/// On a smaller screen the window fits the screen and its content scrolls.
QSize smallest() {
    const auto* screen = QGuiApplication::primaryScreen();
    return screen ? kSmallest.boundedTo(screen->availableSize()) : kSmallest;
}

/// How an export of these runs is called, also as a file: one run by its name and id.
QString nameOf(const std::vector<RunSummary>& runs) {
    if (runs.size() != 1) return u"%1 runs"_s.arg(runs.size());
    const auto& spec = runs.front().spec;
    return spec.name.empty() ? fromUtf8(spec.id) : fromUtf8(spec.name + " " + spec.id);
}

}  // namespace

MainWindow::MainWindow(Feed& feed, Control& control, const Exporter& exporter, QWidget* parent)
    : QWidget(parent), m_exporter(exporter), m_poller(feed), m_live(feed), m_control(control),
      m_launch(control) {
    setObjectName(u"mainWindow"_s);
    setWindowTitle(u"Wattline"_s);
    setRole(*this, u"page"_s);
    setAttribute(Qt::WA_StyledBackground);
    setWindowIcon(QIcon(u":/icons/wattline.svg"_s));
    setFocusPolicy(Qt::ClickFocus);
    setMinimumSize(smallest());
    resize(1440, 900);
    m_live_page = new LivePage(m_live, m_control, this);
    m_runs_page = new RunsPage(m_control, this);
    m_compare_page = new ComparePage(feed, this);
    m_launch_page = new LaunchPage(m_launch, this);
    build();
    connectPages();
    addKeys();
    connect(&m_poller, &FeedPoller::changed, this, &MainWindow::update);
}

void MainWindow::build() {
    m_nav = new NavBar({u"Live"_s, u"Runs"_s, u"Compare"_s, u"Launch"_s}, m_live, this);
    m_banner = new QLabel(this);
    m_banner->setObjectName(u"banner"_s);
    m_banner->setWordWrap(true);
    m_banner->setContentsMargins(24, 10, 24, 10);
    setRole(*m_banner, u"banner"_s);
    m_banner->hide();
    m_pages = new QStackedWidget(this);
    m_pages->setObjectName(u"pages"_s);
    for (auto* page :
         std::initializer_list<QWidget*>{m_live_page, m_runs_page, m_compare_page, m_launch_page})
        m_pages->addWidget(page);

    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_banner);
    right->addWidget(m_pages, 1);
    auto* content = new QWidget(this);
    content->setMinimumSize(kSmallest);
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_nav);
    row->addLayout(right, 1);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);
    m_nav->setCurrent(Live);
    setFocus();
}

void MainWindow::connectPages() {
    connect(m_nav, &NavBar::chosen, this, [this](int page) { setPage(static_cast<Page>(page)); });
    connect(m_live_page, &LivePage::launchWanted, this, [this] {
        m_launch_page->setUpDemo();
        setPage(Launch);
    });
    connect(m_live_page, &LivePage::exportWanted, this, &MainWindow::exportLive);
    connect(m_runs_page, &RunsPage::compareWanted, this, [this](const std::vector<RunId>& runs) {
        m_compare_page->choose(runs);
        setPage(Compare);
    });
    connect(m_runs_page, &RunsPage::liveWanted, this, [this](const std::vector<RunId>& runs) {
        if (runs.empty()) return;
        m_live.choose(runs);
        setPage(Live);
    });
    connect(m_runs_page, &RunsPage::exportWanted, this,
            [this](const std::vector<RunSummary>& runs) {
                openExport({{u"Figures"_s, compare(runs)}}, nameOf(runs));
            });
    connect(m_compare_page, &ComparePage::runsWanted, this, [this] { setPage(Runs); });
    connect(m_compare_page, &ComparePage::exportWanted, this, &MainWindow::exportComparison);
    connect(&m_launch, &LaunchModel::launched, this, [this](const QString& id) {
        m_live.show(toUtf8(id));
        setPage(Live);
    });
}

void MainWindow::addKeys() {
    for (int page = 0; page < kPageCount; ++page) {
        auto* key = new QShortcut(QKeySequence(Qt::Key_1 + page), this);
        connect(key, &QShortcut::activated, this,
                [this, page] { setPage(static_cast<Page>(page)); });
    }
    for (const int help : {static_cast<int>(Qt::Key_F1), static_cast<int>(Qt::Key_Question)})
        connect(new QShortcut(QKeySequence(help), this), &QShortcut::activated, this,
                [this] { showKeyHelp(*this); });
}

void MainWindow::start() {
    m_poller.start();
}

void MainWindow::setPage(Page page) {
    if (page == Compare && m_compare_page->chosen().empty()) {
        std::vector<RunId> on_screen;
        for (const auto& run : m_live.screenRuns())
            on_screen.push_back(run.id);
        m_compare_page->choose(std::move(on_screen));
    }
    m_nav->setCurrent(page);
    m_pages->setCurrentIndex(page);
    m_live.setActive(page == Live && isVisible());
    setFocus();  // so that the number keys go on working, and Tab starts at the page's top
}

MainWindow::Page MainWindow::page() const {
    return static_cast<Page>(m_pages->currentIndex());
}

void MainWindow::chooseRuns(const std::vector<RunId>& runs) {
    m_live.choose(runs);
    m_compare_page->choose(runs);
}

void MainWindow::update(const SnapshotPtr& snapshot) {
    showBanner(*snapshot);
    m_nav->setHub(*snapshot);
    m_control.update(snapshot->runs);
    m_live.update(snapshot);
    m_runs_page->update(snapshot);
    m_compare_page->update(snapshot);
}

void MainWindow::showBanner(const Snapshot& snapshot) {
    m_banner->setVisible(!snapshot.connected);
    m_banner->setText(snapshot.status.empty() ? u"Connecting to the hub of this workspace."_s
                                              : fromUtf8(snapshot.status));
}

bool MainWindow::isConnected() const {
    return m_poller.current() && m_poller.current()->connected;
}

bool MainWindow::isSettled() const {
    if (!isConnected()) return false;
    switch (page()) {
    case Live:
        return m_live.isSettled();
    case Compare:
        return m_compare_page->isSettled();
    case Launch:
        return m_launch.preview() || !m_launch.error().empty();
    default:
        return true;
    }
}

void MainWindow::openExport(std::vector<ExportSubject> subjects, const QString& runs) {
    if (subjects.empty()) return;
    auto* dialog =
        new ExportDialog(m_exporter, std::move(subjects), runs, currentTokens().dark, this);
    dialog->open();
}

void MainWindow::exportLive() {
    std::vector<ExportSubject> subjects;
    for (auto& plot : m_live_page->plots())
        subjects.push_back({fromUtf8(plot.title), plot});
    const auto* run = m_live.selected();
    if (run)
        subjects.push_back({u"Figures of "_s + fromUtf8(displayName(run->spec)), compare({*run})});
    openExport(std::move(subjects), run ? nameOf({*run}) : QString());
}

void MainWindow::exportComparison() {
    openExport({{u"Comparison"_s, m_compare_page->comparison()},
                {fromUtf8(m_compare_page->plot().title), m_compare_page->plot()}},
               u"comparison of %1 runs"_s.arg(m_compare_page->chosen().size()));
}

void MainWindow::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_live.setActive(page() == Live);
}

void MainWindow::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_live.setActive(false);
}

}  // namespace wattline::ui

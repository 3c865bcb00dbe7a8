// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QtTest>
#include <mutex>

#include "tests/ui/support/example_runs.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/plot_widget.h"
#include "ui/widgets/theme.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

/// Remembers what was to be written.
class FakeExporter : public Exporter {
public:
    Result<void> savePlot(const PlotDescription&, bool,
                          const std::filesystem::path& file) const override {
        const std::lock_guard lock(m_mutex);
        m_files.push_back(file);
        return {};
    }
    Result<void> saveComparison(const Comparison&,
                                const std::filesystem::path& file) const override {
        return savePlot({}, false, file);
    }
    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        const std::lock_guard lock(m_mutex);
        return m_files;
    }

private:
    mutable std::mutex m_mutex;
    mutable std::vector<std::filesystem::path> m_files;
};

/// The pages as a person uses them: by keys, clicks and words, over a hub in memory.
class WindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Light); }
    void init();
    void cleanup();

    void withoutRunsThePageTeachesHowToStartOne();
    void numberKeysOpenThePagesButNotWhileTyping();
    void pointsAppearAndTheCursorIsShared();
    void holdIsSentOnceAndSaysThatItIsOnItsWay();
    void stoppingIsAskedOnceAndKeepRunningIsTheDefault();
    void nothingOverlapsAtTheSmallestSize();
    void theKeysAreListedOnF1();
    void aRefusalIsReadWhereTheButtonIs();
    void hiddenPagesAskForNothing();
    void filteredAndSelectedRunsAreCompared();
    void launchingShowsTheNewRunLive();
    void anImpossibleBatchDisablesTheButtonAndSaysWhy();
    void aPlotIsExported();
    void aLostHubIsABanner();
    void everythingInteractiveHasANameForScreenReaders();

private:
    template <typename T> T* find(const char16_t* name) {
        return m_window->findChild<T*>(QString::fromUtf16(name));
    }
    void click(const char16_t* name) {
        auto* button = find<QAbstractButton>(name);
        QVERIFY2(button && button->isEnabled(), "no such button, or disabled");
        QTest::mouseClick(button, Qt::LeftButton);
    }
    void publishExamples();

    std::unique_ptr<test::FakeFeed> m_feed;
    std::unique_ptr<test::FakeControl> m_control;
    FakeExporter m_exporter;
    std::unique_ptr<MainWindow> m_window;
};

void WindowTest::init() {
    m_feed = std::make_unique<test::FakeFeed>();
    m_control = std::make_unique<test::FakeControl>();
    m_feed->publish({});
    m_window = std::make_unique<MainWindow>(*m_feed, *m_control, m_exporter);
    m_window->start();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void WindowTest::cleanup() {
    m_window.reset();
}

void WindowTest::publishExamples() {
    const auto runs = test::exampleRuns();
    test::addExampleSeries(*m_feed, runs);
    m_feed->publish(runs);
    std::vector<RunId> all;
    for (const auto& run : runs)
        all.push_back(run.spec.id);
    m_window->chooseRuns(all);
    QTRY_COMPARE(find<PlotWidget>(u"energyCardPlot")->plot().series.size(), 4U);
}

void WindowTest::withoutRunsThePageTeachesHowToStartOne() {
    QTRY_VERIFY(find<QWidget>(u"noRuns")->isVisible());
    click(u"noRunsButton");
    QCOMPARE(m_window->page(), MainWindow::Launch);
    QCOMPARE(find<QSpinBox>(u"ranksField")->value(), 2);
}

void WindowTest::numberKeysOpenThePagesButNotWhileTyping() {
    m_window->activateWindow();
    QTest::keyClick(m_window.get(), Qt::Key_2);
    QTRY_COMPARE(m_window->page(), MainWindow::Runs);
    auto* filter = find<QLineEdit>(u"runFilter");
    filter->setFocus();
    QTest::keyClick(filter, Qt::Key_3);
    QCOMPARE(filter->text(), u"3"_s);
    QCOMPARE(m_window->page(), MainWindow::Runs);
}

void WindowTest::pointsAppearAndTheCursorIsShared() {
    publishExamples();
    QTRY_VERIFY(m_window->isSettled());
    QVERIFY(find<QLabel>(u"statusShown")->text().contains(u"points"_s));
    QVERIFY(find<QLabel>(u"runTitle")->text().contains(u"4 × LBS 64"_s));
    auto* energy = find<PlotWidget>(u"energyCardPlot");
    Q_EMIT energy->cursorMoved(0.2);
    QCOMPARE(find<PlotWidget>(u"stepTimeCardPlot")->cursorX(), 0.2);
    const auto& hero = energy->plotLayout().geometry;
    const auto& loss = find<PlotWidget>(u"lossCardPlot")->plotLayout().geometry;
    QVERIFY(hero.x_high >= 0.46 && loss.x_high >= 0.46);
}

void WindowTest::holdIsSentOnceAndSaysThatItIsOnItsWay() {
    publishExamples();
    auto* hold = find<QAbstractButton>(u"holdButton");
    click(u"holdButton");
    QCOMPARE(m_control->commands.size(), 1U);
    QCOMPARE(m_control->commands[0].second, CommandKind::Hold);
    QCOMPARE(hold->text(), u"Holding…"_s);
    QVERIFY(!hold->isEnabled());
    auto runs = test::exampleRuns();
    runs[0].state = RunState::Held;
    m_feed->publish(runs);
    QTRY_COMPARE(hold->text(), u"Resume"_s);
    QVERIFY(hold->isEnabled());
}

void WindowTest::stoppingIsAskedOnceAndKeepRunningIsTheDefault() {
    publishExamples();
    click(u"stopButton");
    auto* question = find<QMessageBox>(u"stopQuestion");
    QVERIFY(question && question->windowTitle().startsWith(u"Stop "_s));
    QTest::keyClick(question, Qt::Key_Return);
    QTRY_VERIFY(!find<QMessageBox>(u"stopQuestion"));
    QVERIFY(m_control->commands.empty());
    click(u"stopButton");
    click(u"stopRunButton");
    QCOMPARE(m_control->commands.size(), 1U);
    QCOMPARE(m_control->commands[0].second, CommandKind::Stop);
}

void WindowTest::nothingOverlapsAtTheSmallestSize() {
    publishExamples();
    m_window->resize(1, 1);
    QTRY_COMPARE(m_window->size(), m_window->minimumSize());
    for (const auto* label : find<QWidget>(u"livePage")->findChildren<QLabel*>()) {
        if (!label->isVisible()) continue;
        const auto needed = label->hasHeightForWidth() ? label->heightForWidth(label->width())
                                                       : label->sizeHint().height();
        QVERIFY2(label->height() >= needed, qPrintable(label->text()));
    }
}

void WindowTest::theKeysAreListedOnF1() {
    QTest::keyClick(m_window.get(), Qt::Key_F1);
    QTRY_VERIFY(find<QDialog>(u"keyHelp"));
    click(u"keyHelpClose");
}

void WindowTest::aRefusalIsReadWhereTheButtonIs() {
    publishExamples();
    m_control->command_answer = fail(ExitCode::Failed, "rank 0 does not answer");
    click(u"stopButton");
    click(u"stopRunButton");
    auto* message = find<QLabel>(u"controlMessage");
    QTRY_VERIFY(message->isVisible());
    QCOMPARE(message->text(), u"rank 0 does not answer"_s);
}

void WindowTest::hiddenPagesAskForNothing() {
    publishExamples();
    QTRY_VERIFY(m_window->isSettled());
    m_window->setPage(MainWindow::Launch);
    const auto asked = m_feed->asked.size();
    auto runs = test::exampleRuns();
    runs[0].step += 1;
    const QSignalSpy changed(find<PlotWidget>(u"energyCardPlot"), &PlotWidget::columnsChanged);
    m_feed->publish(runs);
    QTRY_COMPARE(find<QLabel>(u"runState")->text(), u"running · step 4,813 of 6,400"_s);
    QCOMPARE(m_feed->asked.size(), asked);
}

void WindowTest::filteredAndSelectedRunsAreCompared() {
    publishExamples();
    m_window->setPage(MainWindow::Runs);
    auto* table = find<QTableView>(u"runTable");
    QTRY_COMPARE(table->model()->rowCount(), 4);
    QTest::keyClicks(find<QLineEdit>(u"runFilter"), u"held"_s);
    QCOMPARE(table->model()->rowCount(), 1);
    find<QLineEdit>(u"runFilter")->clear();
    QCOMPARE(table->model()->rowCount(), 4);
    QVERIFY(!find<QAbstractButton>(u"compareButton")->isEnabled());
    table->selectRow(0);
    table->selectionModel()->select(table->model()->index(1, 0),
                                    QItemSelectionModel::Select | QItemSelectionModel::Rows);
    click(u"compareButton");
    QCOMPARE(m_window->page(), MainWindow::Compare);
    QCOMPARE(find<QTableView>(u"compareTable")->model()->columnCount(), 2);
    QTRY_COMPARE(find<PlotWidget>(u"compareCardPlot")->plot().series.size(), 2U);
    click(u"series-power");
    QTRY_COMPARE(find<PlotWidget>(u"compareCardPlot")->plot().y_label, std::string("W"));
}

void WindowTest::launchingShowsTheNewRunLive() {
    m_window->setPage(MainWindow::Launch);
    QTRY_VERIFY(find<QAbstractButton>(u"launchButton")->isEnabled());
    find<QSpinBox>(u"lbsField")->setValue(16);
    QTRY_COMPARE(find<QLabel>(u"followsGbs")->text(), u"32 = 16 × 2 ranks × 1"_s);
    click(u"launchButton");
    QTRY_COMPARE(m_window->page(), MainWindow::Live);
    QCOMPARE(m_control->launched.size(), 1U);
    QCOMPARE(m_control->launched[0].lbs, 16);
    auto run = test::exampleRun("20260101-000000-beef", RunState::Starting);
    run.spec.name = "mine";
    m_feed->publish({run});
    QTRY_COMPARE(find<QLabel>(u"runTitle")->text(), u"mine"_s);
}

void WindowTest::anImpossibleBatchDisablesTheButtonAndSaysWhy() {
    m_window->setPage(MainWindow::Launch);
    find<QSpinBox>(u"gbsField")->setValue(65);
    auto* error = find<QLabel>(u"launchError");
    QTRY_VERIFY(error->isVisible());
    QVERIFY(error->text().contains(u"65"_s));
    QVERIFY(!find<QAbstractButton>(u"launchButton")->isEnabled());
}

void WindowTest::aPlotIsExported() {
    publishExamples();
    click(u"exportButton");
    auto* dialog = find<QDialog>(u"exportDialog");
    QVERIFY(dialog);
    auto* file = find<QLineEdit>(u"exportFile");
    QVERIFY(file->text().endsWith(u".svg"_s));
    QVERIFY2(file->text().contains(u"20260105-101500-a001"_s), qPrintable(file->text()));
    QVERIFY(dialog->windowTitle().contains(u"20260105-101500-a001"_s));
    find<QComboBox>(u"exportFormat")->setCurrentIndex(1);
    QVERIFY(file->text().endsWith(u".pdf"_s));
    file->setText(u"/nowhere/energy.pdf"_s);
    click(u"exportSaveButton");
    QTRY_COMPARE(find<QLabel>(u"exportMessage")->text(), u"Written to /nowhere/energy.pdf"_s);
    QCOMPARE(m_exporter.files().back(), std::filesystem::path("/nowhere/energy.pdf"));
    click(u"exportCloseButton");
}

void WindowTest::aLostHubIsABanner() {
    publishExamples();
    auto* banner = find<QLabel>(u"banner");
    QVERIFY(!banner->isVisible());
    m_feed->disconnect("The hub does not answer; trying again.");
    QTRY_VERIFY(banner->isVisible());
    QCOMPARE(banner->text(), u"The hub does not answer; trying again."_s);
}

void WindowTest::everythingInteractiveHasANameForScreenReaders() {
    publishExamples();
    for (const int page : {0, 1, 2, 3}) {
        m_window->setPage(static_cast<MainWindow::Page>(page));
        for (const auto* widget : m_window->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible()) continue;
            if (widget->objectName().startsWith(u"qt_"_s) || widget->inherits("QScrollArea"))
                continue;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
    }
}

QTEST_MAIN(WindowTest)
#include "window_test.moc"

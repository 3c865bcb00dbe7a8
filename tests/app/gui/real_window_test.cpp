// SPDX-License-Identifier: GPL-3.0-or-later
// The window over a real hub, with real trainings, as a person uses it: keys and clicks only.
#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QThreadPool>
#include <QtTest>

#include "app/client/hub_connection.h"
#include "app/gui/file_exporter.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/plot_widget.h"
#include "ui/widgets/theme.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

namespace {

/// A training starts and stops within this time even on a busy machine of two cores.
constexpr int kPatienceMs = 120'000;

}  // namespace

class RealWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void launchesATrainingAndSeesItsPoints();
    void holdsAndResumesIt();
    void stopsIt();
    void comparesTwoRuns();
    void exportsThePlotAndTheComparison();

private:
    template <typename T> T* find(const char16_t* name) {
        return m_window->findChild<T*>(QString::fromUtf16(name));
    }
    void click(const char16_t* name);
    void type(const char16_t* field, const QString& text);
    void launch(const QString& ranks, const QString& lbs, const QString& steps,
                const QString& name);
    void exportTo(const char16_t* button, const QString& what, const QString& file);
    [[nodiscard]] QString state() { return find<QLabel>(u"runState")->text(); }

    QTemporaryDir m_home;
    std::unique_ptr<HubConnection> m_hub;
    gui::FileExporter m_exporter;
    std::unique_ptr<MainWindow> m_window;
};

void RealWindowTest::initTestCase() {
    QVERIFY(m_home.isValid());
    qputenv("WATTLINE_HOME", m_home.path().toLocal8Bit());
    qputenv("OMPI_ALLOW_RUN_AS_ROOT", "1");
    qputenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    applyTheme(*qApp, ThemeMode::Light);
    auto workspace = Workspace::open();
    QVERIFY2(workspace, workspace ? "" : workspace.error().message.c_str());
    m_hub = std::make_unique<HubConnection>(*workspace, HubConnection::Start::IfMissing);
    m_window = std::make_unique<MainWindow>(*m_hub, *m_hub, m_exporter);
    m_window->resize(1500, 900);
    m_window->start();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->isConnected(), kPatienceMs);
}

void RealWindowTest::cleanupTestCase() {
    QThreadPool::globalInstance()->waitForDone();
    m_window.reset();
    m_hub.reset();
    const auto program = qEnvironmentVariable("WATTLINE_PROGRAM");
    QProcess::execute(program, {u"stop"_s, u"--all"_s});
    QProcess::execute(program, {u"hub"_s, u"stop"_s});
}

void RealWindowTest::click(const char16_t* name) {
    auto* button = find<QAbstractButton>(name);
    QVERIFY2(button, "there is no such button");
    QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), kPatienceMs);
    QTest::mouseClick(button, Qt::LeftButton);
}

void RealWindowTest::type(const char16_t* field, const QString& text) {
    auto* widget = find<QWidget>(field);
    QVERIFY(widget);
    auto* edit = qobject_cast<QLineEdit*>(widget);
    if (!edit) edit = widget->findChild<QLineEdit*>();
    QVERIFY(edit);
    edit->selectAll();
    QTest::keyClicks(edit, text);
    QTest::keyClick(edit, Qt::Key_Tab);
}

void RealWindowTest::launch(const QString& ranks, const QString& lbs, const QString& steps,
                            const QString& name) {
    click(u"navLaunch");
    QTRY_COMPARE(m_window->page(), MainWindow::Launch);
    type(u"ranksField", ranks);
    type(u"lbsField", lbs);
    type(u"stepsField", steps);
    type(u"nameField", name);
    click(u"launchButton");
    QTRY_COMPARE_WITH_TIMEOUT(m_window->page(), MainWindow::Live, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>(u"runTitle")->text(), name, kPatienceMs);
}

void RealWindowTest::launchesATrainingAndSeesItsPoints() {
    QTRY_VERIFY(find<QWidget>(u"noRuns")->isVisible());
    click(u"noRunsButton");
    launch(u"2"_s, u"32"_s, u"2000"_s, u"first"_s);
    const auto* loss = find<PlotWidget>(u"lossCardPlot");
    const auto points = [&] {
        return loss->plot().series.empty() ? std::size_t{0} : loss->plot().series[0].x.size();
    };
    QTRY_VERIFY_WITH_TIMEOUT(points() >= 3, kPatienceMs);
    const auto before = points();
    QTRY_VERIFY_WITH_TIMEOUT(points() > before, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!find<PlotWidget>(u"energyCardPlot")->plot().series.empty(),
                             kPatienceMs);
    QVERIFY2(state().startsWith(u"running"_s), qPrintable(state()));
    QVERIFY(find<QLabel>(u"statusReceived")->text().endsWith(u"lost 0"_s));
}

void RealWindowTest::holdsAndResumesIt() {
    auto* hold = find<QAbstractButton>(u"holdButton");
    click(u"holdButton");
    QTRY_VERIFY_WITH_TIMEOUT(state().startsWith(u"held"_s), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(hold->text(), u"Resume"_s, kPatienceMs);
    const auto held_at = state();
    click(u"holdButton");
    QTRY_VERIFY_WITH_TIMEOUT(state().startsWith(u"running"_s), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(state().mid(7) != held_at.mid(4), kPatienceMs);  // it goes on
    QTRY_VERIFY_WITH_TIMEOUT(!find<PlotWidget>(u"energyCardPlot")->plot().marks.empty(),
                             kPatienceMs);
}

void RealWindowTest::stopsIt() {
    click(u"stopButton");
    click(u"stopRunButton");
    QTRY_VERIFY_WITH_TIMEOUT(state().startsWith(u"stopped at step"_s), kPatienceMs);
    QVERIFY(!find<QAbstractButton>(u"stopButton")->isEnabled());
}

void RealWindowTest::comparesTwoRuns() {
    launch(u"1"_s, u"64"_s, u"12"_s, u"second"_s);
    QTRY_VERIFY_WITH_TIMEOUT(state().startsWith(u"finished"_s), kPatienceMs);
    click(u"navRuns");
    auto* table = find<QTableView>(u"runTable");
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, kPatienceMs);
    for (const int row : {0, 1}) {
        const auto at = table->visualRect(table->model()->index(row, 1)).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton,
                          row == 0 ? Qt::NoModifier : Qt::ControlModifier, at);
    }
    click(u"compareButton");
    QCOMPARE(m_window->page(), MainWindow::Compare);
    QCOMPARE(find<QTableView>(u"compareTable")->model()->columnCount(), 2);
    const auto* plot = find<PlotWidget>(u"compareCardPlot");
    QTRY_COMPARE_WITH_TIMEOUT(plot->plot().series.size(), 2U, kPatienceMs);
}

void RealWindowTest::exportTo(const char16_t* button, const QString& what, const QString& file) {
    click(button);
    auto* dialog = find<QWidget>(u"exportDialog");
    QVERIFY(dialog);
    auto* subject = dialog->findChild<QComboBox*>(u"exportWhat"_s);
    const int row = subject->findText(what, Qt::MatchStartsWith);
    QVERIFY2(row >= 0, qPrintable(what));
    subject->setCurrentIndex(row);
    type(u"exportFile", file);
    click(u"exportSaveButton");
    QTRY_COMPARE_WITH_TIMEOUT(dialog->findChild<QLabel*>(u"exportMessage"_s)->text(),
                              u"Written to "_s + file, kPatienceMs);
    click(u"exportCloseButton");
    QTRY_VERIFY(!find<QWidget>(u"exportDialog"));
}

void RealWindowTest::exportsThePlotAndTheComparison() {
    const QDir folder(m_home.path());
    const auto read = [&](const QString& name) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    exportTo(u"exportComparisonButton", u"Comparison"_s, folder.filePath(u"c.csv"_s));
    QVERIFY(read(u"c.csv"_s).contains("energy_j"));
    exportTo(u"exportComparisonButton", u"Energy"_s, folder.filePath(u"p.svg"_s));
    QVERIFY(read(u"p.svg"_s).contains("<svg"));
    exportTo(u"exportComparisonButton", u"Energy"_s, folder.filePath(u"p.pdf"_s));
    QVERIFY(read(u"p.pdf"_s).startsWith("%PDF"));
}

QTEST_MAIN(RealWindowTest)
#include "real_window_test.moc"

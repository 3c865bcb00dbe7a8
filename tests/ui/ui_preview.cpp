// SPDX-License-Identifier: GPL-3.0-or-later
// ui_preview FOLDER: pictures of every page with example runs, light and dark, in three sizes.
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QTableView>

#include "tests/ui/support/example_runs.h"
#include "ui/widgets/export_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/plot_widget.h"
#include "ui/widgets/theme.h"

namespace {

using namespace wattline;
using namespace Qt::StringLiterals;

class NoExporter : public ui::Exporter {
public:
    Result<void> savePlot(const PlotDescription&, bool,
                          const std::filesystem::path&) const override {
        return {};
    }
    Result<void> saveComparison(const Comparison&, const std::filesystem::path&) const override {
        return {};
    }
};

void settle(const ui::MainWindow& window) {
    QElapsedTimer since;
    since.start();
    while (since.elapsed() < 300 || (!window.isSettled() && since.elapsed() < 3000))
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
}

void take(ui::MainWindow& window, const QDir& folder, const QString& name) {
    settle(window);
    window.grab().save(folder.filePath(name + u".png"_s));
}

void takePages(const QDir& folder, const QString& theme, QSize size) {
    test::FakeFeed feed;
    test::FakeControl control;
    const NoExporter exporter;
    ui::MainWindow window(feed, control, exporter);
    const auto name = [&](const QString& page) {
        return u"%1-%2-%3"_s.arg(page, theme).arg(size.width());
    };
    window.resize(size);
    window.show();
    feed.publish({});
    window.start();
    take(window, folder, name(u"empty"_s));
    const auto runs = test::exampleRuns();
    test::addExampleSeries(feed, runs);
    feed.publish(runs);
    std::vector<RunId> all;
    for (const auto& run : runs)
        all.push_back(run.spec.id);
    window.chooseRuns(all);
    take(window, folder, name(u"live"_s));
    auto* plot = window.findChild<ui::PlotWidget*>(u"energyCardPlot"_s);
    Q_EMIT plot->cursorMoved(0.21);
    take(window, folder, name(u"cursor"_s));
    Q_EMIT plot->cursorMoved(std::nullopt);
    window.setPage(ui::MainWindow::Runs);
    settle(window);
    window.findChild<QTableView*>(u"runTable"_s)->selectRow(1);
    take(window, folder, name(u"runs"_s));
    window.setPage(ui::MainWindow::Compare);
    take(window, folder, name(u"compare"_s));
    window.setPage(ui::MainWindow::Launch);
    take(window, folder, name(u"launch"_s));
    feed.disconnect("The hub of /home/ada/wattline does not answer; trying again every second.");
    window.setPage(ui::MainWindow::Live);
    take(window, folder, name(u"disconnected"_s));
    ui::ExportDialog dialog(exporter, {{u"Energy over GPU hours"_s, PlotDescription{}}},
                            u"mine 20260105"_s, false);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    dialog.grab().save(folder.filePath(name(u"export"_s) + u".png"_s));
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const QDir folder(argc > 1 ? QString::fromLocal8Bit(argv[1]) : u"."_s);
    folder.mkpath(u"."_s);
    for (const bool dark : {false, true}) {
        ui::applyTheme(app, dark ? ui::ThemeMode::Dark : ui::ThemeMode::Light);
        const auto theme = dark ? u"dark"_s : u"light"_s;
        takePages(folder, theme, {1600, 1000});
        takePages(folder, theme, {1280, 800});
        takePages(folder, theme, {1120, 720});
    }
    return 0;
}

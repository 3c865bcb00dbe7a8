// SPDX-License-Identifier: GPL-3.0-or-later
// wattline-gui: joins the window with the hub's connection and the exports.
#include <QApplication>
#include <QThreadPool>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "app/client/hub_connection.h"
#include "app/gui/file_exporter.h"
#include "app/gui/options.h"
#include "app/gui/screenshot.h"
#include "telemetry/core/workspace.h"

namespace {

using namespace wattline;

int complain(const Error& error) {
    std::fprintf(stderr, "wattline-gui: %s\n", error.message.c_str());
    return static_cast<int>(error.code);
}

bool isSet(const char* variable) {
    const char* value = std::getenv(variable);
    return value && *value;
}

const Error& noDisplay() {
    static const Error kError{"there is no display; set DISPLAY, log in with 'ssh -X', or use "
                              "'wattline watch' in a terminal",
                              ExitCode::Environment};
    return kError;
}

/// Qt aborts when the display does not answer; that too is a sentence and an exit code.
void onQtMessage(QtMsgType type, const QMessageLogContext&, const QString& text) {
    if (type == QtFatalMsg) {
        if (!text.contains(QLatin1String("platform plugin")))
            std::fprintf(stderr, "wattline-gui: %s\n", qPrintable(text));
        std::_Exit(complain(noDisplay()));
    }
    if (type == QtCriticalMsg) std::fprintf(stderr, "wattline-gui: %s\n", qPrintable(text));
}

Result<std::vector<RunId>> resolve(const Workspace& workspace,
                                   const std::vector<std::string>& runs) {
    std::vector<RunId> ids;
    for (const auto& text : runs) {
        const auto folder = workspace.find(text);
        if (!folder) return tl::unexpected(folder.error());
        ids.push_back(folder->id());
    }
    return ids;
}

int show(QApplication& app, const gui::Options& options, const Workspace& workspace,
         const std::vector<RunId>& runs) {
    ui::applyTheme(app, options.theme);
    const gui::FileExporter exporter;
    HubConnection hub(workspace, HubConnection::Start::IfMissing);
    ui::MainWindow window(hub, hub, exporter);
    window.resize(options.width, options.height);
    if (!runs.empty()) window.chooseRuns(runs);
    window.start();
    window.setPage(options.page);
    window.show();
    std::unique_ptr<gui::Screenshot> screenshot;
    if (!options.screenshot.empty())
        screenshot = std::make_unique<gui::Screenshot>(window, options.screenshot);
    const int code = QApplication::exec();
    QThreadPool::globalInstance()->waitForDone();  // an export under way is finished
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    const auto parsed = gui::parseOptions(argc, argv);
    if (const auto* code = std::get_if<int>(&parsed)) return *code;
    const auto& options = std::get<gui::Options>(parsed);

    const bool display = isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM");
    if (!display && options.screenshot.empty()) return complain(noDisplay());
    if (!display) qputenv("QT_QPA_PLATFORM", "offscreen");
    const auto workspace = Workspace::open();
    if (!workspace) return complain(workspace.error());
    const auto runs = resolve(*workspace, options.runs);
    if (!runs) return complain(runs.error());

    qInstallMessageHandler(onQtMessage);
    int qt_argc = 1;  // Qt's own options stay out of ours
    QApplication app(qt_argc, argv);
    QApplication::setApplicationName(QStringLiteral("Wattline"));
    return show(app, options, *workspace, *runs);
}

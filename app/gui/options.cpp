// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/options.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

namespace wattline::gui {
namespace {

using Page = ui::MainWindow::Page;

const std::map<std::string, Page>& pages() {
    static const std::map<std::string, Page> kPages{{"live", Page::Live},
                                                    {"runs", Page::Runs},
                                                    {"compare", Page::Compare},
                                                    {"launch", Page::Launch}};
    return kPages;
}

const std::map<std::string, ui::ThemeMode>& themes() {
    static const std::map<std::string, ui::ThemeMode> kThemes{{"auto", ui::ThemeMode::Auto},
                                                              {"light", ui::ThemeMode::Light},
                                                              {"dark", ui::ThemeMode::Dark}};
    return kThemes;
}

bool parseSize(const std::string& text, Options& options) {
    char cross = 0, rest = 0;
    std::istringstream in(text);
    return (in >> options.width >> cross >> options.height) && cross == 'x' && !(in >> rest) &&
           options.width >= 640 && options.width <= 16384 && options.height >= 480 &&
           options.height <= 16384;
}

}  // namespace

std::variant<Options, int> parseOptions(int argc, char** argv) {
    Options options;
    CLI::App app{"The window of Wattline: energy over GPU hours, live", "wattline-gui"};
    std::string theme = "auto", page = "live", size;
    bool dark = false, light = false;
    app.add_option("--theme", theme, "auto, light or dark")->check(CLI::IsMember(themes()));
    app.add_flag("--dark", dark, "As --theme dark");
    app.add_flag("--light", light, "As --theme light");
    app.add_option("--page", page, "live, runs, compare or launch")->check(CLI::IsMember(pages()));
    app.add_option("--run", options.runs, "A run on screen; repeat it for several");
    app.add_option("--size", size, "Of the window in pixels, as 1600x1000");
    app.add_option("--screenshot", options.screenshot,
                   "Write the window as PNG once its data has arrived, and end");
    app.set_version_flag("--version", WATTLINE_VERSION);
    app.footer("The workspace is $WATTLINE_HOME, else ~/.local/share/wattline.\n"
               "Examples:\n"
               "  wattline-gui --dark\n"
               "  wattline-gui --run latest --page live --screenshot live.png --size 1600x1000");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        std::cerr << "wattline-gui: " << error.what() << "; see wattline-gui --help\n";
        return static_cast<int>(ExitCode::Usage);
    }
    if (!size.empty() && !parseSize(size, options)) {
        std::cerr << "wattline-gui: --size " << size
                  << " is no size; give one from 640x480 to 16384x16384, as 1600x1000\n";
        return static_cast<int>(ExitCode::Usage);
    }
    options.page = pages().at(page);
    options.theme = dark ? ui::ThemeMode::Dark : light ? ui::ThemeMode::Light : themes().at(theme);
    return options;
}

}  // namespace wattline::gui

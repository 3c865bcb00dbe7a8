// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "ui/widgets/main_window.h"
#include "ui/widgets/theme.h"

namespace wattline::gui {

/// What a person asked of wattline-gui.
struct Options {
    ui::ThemeMode theme = ui::ThemeMode::Auto;
    ui::MainWindow::Page page = ui::MainWindow::Live;
    std::vector<std::string> runs;     ///< as written: ids, prefixes, `latest`
    std::filesystem::path screenshot;  ///< empty: a window for a person
    int width = 1440, height = 900;
};

/// The options, or the exit code with which the program ends at once: --help and usage errors,
/// which have been printed.
[[nodiscard]] std::variant<Options, int> parseOptions(int argc, char** argv);

}  // namespace wattline::gui

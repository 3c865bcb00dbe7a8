// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <unistd.h>

#include "app/cli/beside.h"
#include "app/cli/commands/commands.h"
#include "app/cli/display.h"

namespace wattline::cli {
namespace {

/// Becomes the window's process; returns only when that failed.
Result<void> gui(const std::vector<std::string>& arguments) {
    const auto program = besideThisProgram("wattline-gui");
    if (access(program.c_str(), X_OK) != 0)
        return fail(ExitCode::Environment,
                    "there is no window beside this program (" + program.string() +
                        "); build it with Qt 6, or use 'wattline watch' in this terminal");
    if (!hasDisplay())
        return fail(ExitCode::Environment,
                    "there is no display (DISPLAY and WAYLAND_DISPLAY are not set); log in with "
                    "'ssh -X', or use 'wattline watch' in this terminal");
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    return fail(ExitCode::Environment, "cannot start " + program.string() + " (" +
                                           std::strerror(errno) + "); build it again");
}

}  // namespace

void addGui(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("gui", "Open the window on this workspace");
    auto arguments = std::make_shared<std::vector<std::string>>();
    command->add_option("ARGUMENT", *arguments, "Handed to wattline-gui, after --");
    command->footer("Examples:\n"
                    "  wattline gui\n"
                    "  WATTLINE_HOME=/scratch/ada/runs wattline gui");
    command->callback(
        [&chosen, arguments] { chosen = [arguments](Console&) { return gui(*arguments); }; });
}

}  // namespace wattline::cli

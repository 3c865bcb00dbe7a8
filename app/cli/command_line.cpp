// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/usage_error.h"

namespace wattline::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  wattline run --ranks 2 --lbs 32          train ResNet18 on digits and follow it\n"
    "  wattline watch                           every run that is going on, live\n"
    "  wattline simulate                        the same on 16 GPUs that do not exist\n"
    "  wattline compare latest 20261121-1045    two runs side by side\n"
    "  wattline run --help                      options and examples of one command\n"
    "\n"
    "Exit codes:\n"
    "  0  done; for run: the run finished\n"
    "  1  the run or the operation failed; the sentence says why\n"
    "  2  an option, a value or an input file is wrong\n"
    "  3  no such run, file or folder\n"
    "  4  this machine lacks something: MPI, a display, disk space\n"
    "  5  the hub does not answer, or (hub status) none runs\n"
    "  6  verify found records lost or a file damaged\n"
    "  130  Ctrl-C while following; the run goes on\n"
    "\n"
    "WATTLINE_HOME names the workspace (default: ~/.local/share/wattline).";

/// A descriptor that the caller closed would be given to the next file we open, and our output
/// would go there. A read-only /dev/null in its place makes writes fail, as they should.
void fillClosedDescriptors() {
    for (int fd = 0; fd <= 2; ++fd)
        if (fcntl(fd, F_GETFD) < 0) (void)::open("/dev/null", O_RDONLY);
}

void addCommands(CLI::App& app, Chosen& chosen) {
    addRun(app, chosen);
    addMeasure(app, chosen);
    addList(app, chosen);
    addShow(app, chosen);
    addWatch(app, chosen);
    addControl(app, chosen);
    addCompare(app, chosen);
    addExport(app, chosen);
    addVerify(app, chosen);
    addRebuild(app, chosen);
    addSimulate(app, chosen);
    addHub(app, chosen);
    addRelay(app, chosen);
    addGui(app, chosen);
    addDoctor(app, chosen);
    addDisk(app, chosen);
    addCompress(app, chosen);
    addPrune(app, chosen);
    addRestore(app, chosen);
}

int finish(Console& console, const Result<void>& outcome) {
    const auto written = console.flush();
    if (!outcome) {
        // A measured command that failed has said so itself.
        if (!outcome.error().message.empty()) printError(outcome.error());
        return static_cast<int>(outcome.error().code);
    }
    if (!written) {
        printError(written.error());
        return static_cast<int>(written.error().code);
    }
    return 0;
}

int parseAndRun(int argc, char** argv, Console& console) {
    CLI::App app{"Train neural networks on many ranks and see what the parallelization costs.",
                 "wattline"};
    Chosen chosen;
    app.set_version_flag("--version", "wattline " WATTLINE_VERSION, "Print the version and exit");
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    app.footer(kFooter);
    addCommands(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        console.write(app.help());
        return finish(console, {});
    } catch (const CLI::CallForVersion&) {
        console.write("wattline " WATTLINE_VERSION "\n");
        return finish(console, {});
    } catch (const CLI::ParseError& error) {
        return finish(console, tl::unexpected(usageError(app, error)));
    }
    return finish(console, chosen(console));
}

}  // namespace

int runCommandLine(int argc, char** argv) {
    fillClosedDescriptors();
    // A reader that left and a file that may not grow are seen as errors of write(2) instead.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        Console console(STDOUT_FILENO);
        return parseAndRun(argc, argv, console);
    } catch (const std::exception& error) {
        printError({std::string("unexpected: ") + error.what(), ExitCode::Failed});
        return static_cast<int>(ExitCode::Failed);
    }
}

}  // namespace wattline::cli

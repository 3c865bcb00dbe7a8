// SPDX-License-Identifier: Apache-2.0
#include "app/cli/usage_error.h"

#include <string>
#include <vector>

namespace wattline::cli {
namespace {

/// The innermost command that was named before the parser gave up.
const CLI::App& innermost(const CLI::App& app) {
    const auto parsed = app.get_subcommands();
    return parsed.empty() ? app : innermost(*parsed.back());
}

std::string path(const CLI::App& command) {
    const auto* parent = command.get_parent();
    return parent == nullptr ? command.get_name() : path(*parent) + " " + command.get_name();
}

std::string unexpectedWord(const CLI::App& command, const std::string& word) {
    if (word.starts_with("-") && word != "-")
        return "unknown option '" + word.substr(0, word.find('=')) + "'";
    const bool wants_command =
        !command.get_subcommands([](const CLI::App*) { return true; }).empty();
    return wants_command ? "there is no command '" + word + "'" : "'" + word + "' is one too many";
}

/// CLI11 words these well enough, but for its capital letters and "1 required ... missing".
std::string reworded(const CLI::ParseError& error) {
    std::string text = error.what();
    const auto kind = error.get_name();
    if (kind == "ConversionError" && text.starts_with("Could not convert: ")) {
        const auto assignment = text.substr(std::string("Could not convert: ").size());
        const auto split = assignment.find(" = ");
        if (split != std::string::npos)
            return assignment.substr(0, split) + " needs a number, not '" +
                   assignment.substr(split + 3) + "'";
    }
    if (kind == "RequiredError") {
        if (text == "A subcommand is required") return "name a command";
        const auto what = text.substr(0, text.find(" is required"));
        return what + " is missing";
    }
    if (kind == "ArgumentMismatch") return text.substr(0, text.find(':')) + " needs a value";
    return text;
}

}  // namespace

Error usageError(const CLI::App& app, const CLI::ParseError& error) {
    const auto& command = innermost(app);
    auto extra = command.remaining();
    // Of several leftovers the first option says most: what follows it may be its value.
    const auto option =
        std::ranges::find_if(extra, [](const auto& w) { return w.starts_with("-"); });
    std::string what;
    if (!extra.empty() &&
        (error.get_name() == "ExtrasError" || error.get_name() == "RequiredError"))
        what = unexpectedWord(command, option == extra.end() ? extra.front() : *option);
    else
        what = reworded(error);
    return {what + "; see '" + path(command) + " --help'", ExitCode::Usage};
}

}  // namespace wattline::cli

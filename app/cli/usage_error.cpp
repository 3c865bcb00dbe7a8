// SPDX-License-Identifier: Apache-2.0
#include "app/cli/usage_error.h"

#include <algorithm>
#include <string>
#include <vector>

namespace wattline::cli {
namespace {

/// The name that an error carries may be that of the program: its type tells what it is.
template <typename Kind> bool is(const CLI::ParseError& error) {
    return dynamic_cast<const Kind*>(&error) != nullptr;
}

/// The innermost command that was named before the parser gave up.
const CLI::App& innermost(const CLI::App& app) {
    const auto parsed = app.get_subcommands();
    return parsed.empty() ? app : innermost(*parsed.back());
}

std::string path(const CLI::App& command) {
    const auto* parent = command.get_parent();
    return parent == nullptr ? command.get_name() : path(*parent) + " " + command.get_name();
}

bool hasCommands(const CLI::App& command) {
    return !command.get_subcommands([](const CLI::App*) { return true; }).empty();
}

/// Of several leftovers, the one that says most: where a command belongs the first, elsewhere the
/// first option, since what follows it may be its value.
std::string unexpectedWord(const CLI::App& command, const std::vector<std::string>& leftovers) {
    const auto option =
        std::ranges::find_if(leftovers, [](const auto& w) { return w.starts_with("-"); });
    const bool first = hasCommands(command) || option == leftovers.end();
    const auto& word = first ? leftovers.front() : *option;
    if (word.starts_with("-") && word != "-")
        return "unknown option '" + word.substr(0, word.find('=')) + "'";
    return hasCommands(command) ? "there is no command '" + word + "'"
                                : "'" + word + "' is one too many";
}

/// "RUN: At least 2 required but received 1", "--ranks: 1 required INT missing".
std::string mismatch(const std::string& text) {
    const std::string at_least = ": At least ";
    const auto many = text.find(at_least);
    if (many == std::string::npos) return text.substr(0, text.find(':')) + " needs a value";
    const auto count = text.substr(many + at_least.size());
    return text.substr(0, many) + " is needed " + count.substr(0, count.find(' ')) +
           " times or more";
}

/// CLI11 words these well enough, but for its capital letters and "1 required ... missing".
std::string reworded(const CLI::ParseError& error) {
    std::string text = error.what();
    if (is<CLI::ConversionError>(error) && text.starts_with("Could not convert: ")) {
        const auto assignment = text.substr(std::string("Could not convert: ").size());
        const auto split = assignment.find(" = ");
        if (split != std::string::npos)
            return assignment.substr(0, split) + " needs a number, not '" +
                   assignment.substr(split + 3) + "'";
    }
    if (is<CLI::RequiredError>(error)) {
        if (text == "A subcommand is required") return "name a command";
        const auto what = text.substr(0, text.find(" is required"));
        return what + " is missing";
    }
    if (is<CLI::ArgumentMismatch>(error)) return mismatch(text);
    return text;
}

}  // namespace

Error usageError(const CLI::App& app, const CLI::ParseError& error) {
    const auto& command = innermost(app);
    // What a command cannot place, CLI11 hands up to the program.
    const auto extra = app.remaining(true);
    std::string what;
    if (!extra.empty() && (is<CLI::ExtrasError>(error) || is<CLI::RequiredError>(error)))
        what = unexpectedWord(command, extra);
    else
        what = reworded(error);
    return {what + "; see '" + path(command) + " --help'", ExitCode::Usage};
}

}  // namespace wattline::cli

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/spawn.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <features.h>
#include <spawn.h>
#include <string_view>
#include <unistd.h>

namespace wattline {
namespace {

/// What posix_spawn is told, released on every path.
struct SpawnPlan {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
    SpawnPlan() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
};

void detach(SpawnPlan& plan) {
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&plan.attributes, &all);
    posix_spawnattr_setsigmask(&plan.attributes, &none);
    posix_spawnattr_setflags(&plan.attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

bool isKept(const std::vector<std::string>& patterns, std::string_view name) {
    return patterns.empty() || std::ranges::any_of(patterns, [&](std::string_view pattern) {
               if (!pattern.ends_with('*')) return name == pattern;
               return name.starts_with(pattern.substr(0, pattern.size() - 1));
           });
}

std::vector<std::string> environmentOf(const DetachedProgram& program) {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto name = text.substr(0, text.find('='));
        const bool replaced = std::ranges::any_of(
            program.environment, [&](const auto& variable) { return variable.first == name; });
        if (!replaced && isKept(program.keep, name)) variables.emplace_back(text);
    }
    for (const auto& [name, value] : program.environment)
        variables.push_back(name + "=" + value);
    return variables;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

Result<pid_t> spawnDetached(const DetachedProgram& program) {
    SpawnPlan plan;
    detach(plan);
    constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND;
    posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&plan.actions, STDOUT_FILENO, program.output.c_str(), kAppend,
                                     0600);
    posix_spawn_file_actions_addopen(&plan.actions, STDERR_FILENO, program.errors.c_str(), kAppend,
                                     0600);
#if __GLIBC_PREREQ(2, 34)
    posix_spawn_file_actions_addclosefrom_np(&plan.actions, STDERR_FILENO + 1);
#endif
    auto arguments = program.argv;
    auto variables = environmentOf(program);
    auto argv = pointersTo(arguments);
    auto envp = pointersTo(variables);
    pid_t pid = 0;
    const int error =
        posix_spawn(&pid, argv.front(), &plan.actions, &plan.attributes, argv.data(), envp.data());
    if (error != 0)
        return fail(ExitCode::Environment, "cannot start " + program.argv.front() + " (" +
                                               std::strerror(error) +
                                               "); is it installed, and is there space for " +
                                               program.output.string() + "?");
    return pid;
}

}  // namespace wattline

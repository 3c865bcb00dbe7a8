// SPDX-License-Identifier: Apache-2.0
#include "app/measure/child_command.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace wattline {
namespace {

constexpr auto kNotFound = static_cast<ExitCode>(127);
constexpr auto kNotExecutable = static_cast<ExitCode>(126);

constexpr std::array kPassedOn{SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM};

bool isProgram(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

Result<std::string> notExecutable(const std::string& program) {
    return fail(kNotExecutable, program + " cannot be executed; is it a program, and is it marked "
                                          "as one (chmod +x)?");
}

CommandEnd endOf(int status) {
    if (WIFSIGNALED(status)) return {128 + WTERMSIG(status), WTERMSIG(status)};
    return {WEXITSTATUS(status), std::nullopt};
}

/// Attributes of the new process, released on every path.
struct Attributes {
    posix_spawnattr_t value{};
    Attributes() { posix_spawnattr_init(&value); }
    ~Attributes() { posix_spawnattr_destroy(&value); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
};

}  // namespace

std::string CommandEnd::text() const {
    if (!signal) return "ended with exit code " + std::to_string(code);
    return "was killed by signal " + std::to_string(*signal) + " (" + strsignal(*signal) + ")";
}

SignalGate::SignalGate() {
    std::signal(SIGCHLD, SIG_DFL);  // a parent that ignores it would take the exit code from us
    sigemptyset(&m_guarded);
    sigaddset(&m_guarded, SIGCHLD);
    for (const int number : kPassedOn)
        sigaddset(&m_guarded, number);
    pthread_sigmask(SIG_BLOCK, &m_guarded, &m_before);
}

SignalGate::~SignalGate() {
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

std::optional<int> SignalGate::waitFor(std::chrono::nanoseconds time) const {
    const auto limit = std::chrono::steady_clock::now() + time;
    for (;;) {
        const auto left = limit - std::chrono::steady_clock::now();
        if (left <= left.zero()) return std::nullopt;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
        const timespec wait{static_cast<time_t>(seconds.count()),
                            static_cast<long>((left - seconds).count())};
        const int got = sigtimedwait(&m_guarded, nullptr, &wait);
        if (got > 0 && got != SIGCHLD) return got;
    }
}

Result<std::string> ChildCommand::find(const std::string& program) {
    if (program.find('/') != std::string::npos) {
        if (isProgram(program)) return program;
        std::error_code error;
        if (std::filesystem::exists(program, error)) return notExecutable(program);
        return fail(kNotFound, "there is no program " + program);
    }
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "/usr/local/bin:/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const auto file = std::filesystem::path(folder.empty() ? "." : folder) / program;
        if (isProgram(file)) return file.string();
    }
    return fail(kNotFound, "there is no program '" + program +
                               "' in PATH; what follows -- is run without a shell (for one, give: "
                               "sh -c '...')");
}

Result<ChildCommand> ChildCommand::start(const std::vector<std::string>& argv,
                                         const SignalGate& gate) {
    const auto file = find(argv.front());
    if (!file) return tl::unexpected(file.error());
    Attributes attributes;
    sigset_t ours;  // that this program ignores for itself
    sigemptyset(&ours);
    sigaddset(&ours, SIGPIPE);
    sigaddset(&ours, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes.value, &ours);
    posix_spawnattr_setsigmask(&attributes.value, &gate.before());
    posix_spawnattr_setflags(&attributes.value, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    auto words = argv;
    std::vector<char*> pointers;
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t pid = 0;
    const int error =
        posix_spawn(&pid, file->c_str(), nullptr, &attributes.value, pointers.data(), environ);
    if (error == ENOEXEC || error == EACCES)
        return tl::unexpected(notExecutable(argv.front()).error());
    if (error != 0)
        return fail(ExitCode::Environment,
                    "cannot start " + argv.front() + " (" + std::strerror(error) + ")");
    return ChildCommand(pid);
}

CommandEnd ChildCommand::wait(const SignalGate& gate) const {
    for (;;) {
        int status = 0;
        if (waitpid(m_pid, &status, WNOHANG) == m_pid) return endOf(status);
        siginfo_t info{};
        const int got = sigwaitinfo(&gate.guarded(), &info);
        const bool sent_by_a_process = info.si_code <= 0;
        if (got > 0 && got != SIGCHLD && sent_by_a_process) ::kill(m_pid, got);
    }
}

}  // namespace wattline

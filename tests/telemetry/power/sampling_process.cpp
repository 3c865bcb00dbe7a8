// SPDX-License-Identifier: Apache-2.0
#include "tests/telemetry/power/sampling_process.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace wattline::test {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

int reap(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

SamplingProcess::SamplingProcess(const std::vector<std::string>& arguments,
                                 const std::vector<std::string>& wrapper) {
    std::array<int, 2> in{}, out{};
    if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) return;
    std::vector<std::string> words = wrapper;
    words.emplace_back(SAMPLING_PROGRAM);
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    m_pid = fork();
    if (m_pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execvp(argv[0], argv.data());
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    m_input = in[1];
    m_output = out[0];
}

SamplingProcess::~SamplingProcess() {
    kill();
    if (m_input >= 0) close(m_input);
    if (m_output >= 0) close(m_output);
}

bool SamplingProcess::takeIn(int timeout_ms) {
    pollfd ready{m_output, POLLIN, 0};
    if (poll(&ready, 1, timeout_ms) <= 0) return false;
    std::array<char, 4096> bytes{};
    const auto got = read(m_output, bytes.data(), bytes.size());
    if (got <= 0) return false;
    m_rest.append(bytes.data(), static_cast<std::size_t>(got));
    for (auto end = m_rest.find('\n'); end != std::string::npos; end = m_rest.find('\n')) {
        m_lines.push_back(m_rest.substr(0, end));
        m_rest.erase(0, end + 1);
    }
    return true;
}

bool SamplingProcess::waitUntil(const std::function<bool(const SamplingProcess&)>& done) {
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    while (!done(*this)) {
        if (std::chrono::steady_clock::now() > limit) return false;
        takeIn(20);
    }
    return true;
}

void SamplingProcess::listen() {
    while (takeIn(0)) {
    }
}

void SamplingProcess::signal(int number) const {
    if (m_pid > 0) ::kill(m_pid, number);
}

void SamplingProcess::kill() {
    if (m_pid <= 0) return;
    signal(SIGKILL);
    reap(std::exchange(m_pid, -1));
}

int SamplingProcess::endInput() {
    if (m_pid <= 0) return -1;
    close(std::exchange(m_input, -1));
    while (takeIn(static_cast<int>(std::chrono::milliseconds(kPatience).count()))) {
    }
    return reap(std::exchange(m_pid, -1));
}

int SamplingProcess::count(const std::string& start) const {
    return static_cast<int>(
        std::ranges::count_if(m_lines, [&](const auto& line) { return line.starts_with(start); }));
}

}  // namespace wattline::test

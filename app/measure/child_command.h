// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline {

/// How a command ended.
struct CommandEnd {
    int code = 0;               ///< its exit code; 128 + signal when one ended it, as shells say
    std::optional<int> signal;  ///< that ended it
    [[nodiscard]] bool good() const noexcept { return code == 0; }
    /// "ended with exit code 3", "was killed by signal 9 (Killed)"
    [[nodiscard]] std::string text() const;
};

/// Keeps the signals that are meant for a command away from this process while it lives. Make it
/// before any thread, so that none of them gets one. Threads: the main thread.
class SignalGate {
public:
    SignalGate();
    ~SignalGate();  ///< as before; what still waits is then delivered
    SignalGate(const SignalGate&) = delete;
    SignalGate& operator=(const SignalGate&) = delete;

    [[nodiscard]] const sigset_t& guarded() const noexcept { return m_guarded; }
    [[nodiscard]] const sigset_t& before() const noexcept { return m_before; }
    /// Waits; the signal that came first, if one that asks to end did.
    [[nodiscard]] std::optional<int> waitFor(std::chrono::nanoseconds time) const;

private:
    sigset_t m_guarded{}, m_before{};
};

/// A command with this process's own standard input, output and error, in its process group, so
/// that the terminal treats both as one.
class ChildCommand {
public:
    /// Where the program lies, by PATH as a shell finds it. Exit codes of a shell in the error: 127
    /// not found, 126 found but not executable.
    [[nodiscard]] static Result<std::string> find(const std::string& program);
    [[nodiscard]] static Result<ChildCommand> start(const std::vector<std::string>& argv,
                                                    const SignalGate& gate);

    /// Waits for its end. Signals that another process sends to this one go on to the command; what
    /// the terminal sends has reached it already.
    [[nodiscard]] CommandEnd wait(const SignalGate& gate) const;

private:
    explicit ChildCommand(pid_t pid) : m_pid(pid) {}
    pid_t m_pid;
};

}  // namespace wattline

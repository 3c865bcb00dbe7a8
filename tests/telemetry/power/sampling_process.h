// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace wattline::test {

/// A real process that samples (sampling_program.cpp), and what it said so far. Threads: one owner.
class SamplingProcess {
public:
    /// `wrapper` runs it in its place: {"unshare", "--net"}.
    explicit SamplingProcess(const std::vector<std::string>& arguments,
                             const std::vector<std::string>& wrapper = {});
    ~SamplingProcess();  ///< kills it if it still runs
    SamplingProcess(const SamplingProcess&) = delete;
    SamplingProcess& operator=(const SamplingProcess&) = delete;

    /// Takes in what it says until `done` is true of this object; false when that takes too long.
    [[nodiscard]] bool waitUntil(const std::function<bool(const SamplingProcess&)>& done);
    /// Takes in what it has said by now, without waiting.
    void listen();
    void signal(int number) const;
    void kill();     ///< SIGKILL, and waits for its end
    int endInput();  ///< tells it to stop in order; its exit code, or minus the signal

    [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return m_lines; }
    /// Lines that begin with `start`.
    [[nodiscard]] int count(const std::string& start) const;
    [[nodiscard]] pid_t pid() const noexcept { return m_pid; }

private:
    bool takeIn(int timeout_ms);

    pid_t m_pid = -1;
    int m_input = -1, m_output = -1;
    std::string m_rest;
    std::vector<std::string> m_lines;
};

}  // namespace wattline::test

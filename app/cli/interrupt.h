// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace wattline::cli {

/// While this object lives, Ctrl-C (SIGINT) is noted instead of ending the process.
/// Threads: one owner; one object at a time.
class InterruptWatch {
public:
    InterruptWatch();
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;
    [[nodiscard]] bool interrupted() const noexcept;

private:
    struct sigaction m_before {};
};

}  // namespace wattline::cli

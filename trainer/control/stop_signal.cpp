// SPDX-License-Identifier: Apache-2.0
#include "trainer/control/stop_signal.h"

#include <atomic>
#include <csignal>

namespace wattline::trainer {
namespace {

std::atomic<bool> g_signalled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not lock");

extern "C" void noteStopSignal(int /*signal*/) {
    g_signalled.store(true, std::memory_order_relaxed);  // read by stopSignalled(); nothing else
}

}  // namespace

void catchStopSignals() {
    struct sigaction action {};
    action.sa_handler = noteStopSignal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGTERM, SIGUSR1, SIGINT})
        sigaction(signal, &action, nullptr);
}

bool stopSignalled() noexcept {
    return g_signalled.load(std::memory_order_relaxed);
}

}  // namespace wattline::trainer

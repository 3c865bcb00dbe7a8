// SPDX-License-Identifier: Apache-2.0
#include "app/cli/interrupt.h"

namespace wattline::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

void note(int /*signal*/) {
    g_interrupted = 1;
}

}  // namespace

InterruptWatch::InterruptWatch() {
    g_interrupted = 0;
    struct sigaction action {};
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &m_before);
}

InterruptWatch::~InterruptWatch() {
    sigaction(SIGINT, &m_before, nullptr);
}

bool InterruptWatch::interrupted() const noexcept {
    return g_interrupted != 0;
}

}  // namespace wattline::cli

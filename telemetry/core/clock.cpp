// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/clock.h"

#include <ctime>

namespace wattline {
namespace {

std::int64_t read(clockid_t id) noexcept {
    timespec t{};
    clock_gettime(id, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

std::int64_t SystemClock::monotonicNs() const noexcept {
    return read(CLOCK_MONOTONIC);
}
std::int64_t SystemClock::boottimeNs() const noexcept {
    return read(CLOCK_BOOTTIME);
}
std::int64_t SystemClock::realtimeNs() const noexcept {
    return read(CLOCK_REALTIME);
}

const Clock& systemClock() noexcept {
    static const SystemClock clock;
    return clock;
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "telemetry/core/clock.h"

namespace wattline::test {

/// A clock that stands still until told. Threads: any.
class FakeClock final : public Clock {
public:
    [[nodiscard]] std::int64_t monotonicNs() const noexcept override { return m_now; }
    [[nodiscard]] std::int64_t boottimeNs() const noexcept override { return m_now; }
    [[nodiscard]] std::int64_t realtimeNs() const noexcept override { return m_now + m_epoch; }
    void advance(std::int64_t ns) noexcept { m_now += ns; }

private:
    std::atomic<std::int64_t> m_now{1'000'000'000};
    std::int64_t m_epoch = 1'790'000'000'000'000'000;
};

}  // namespace wattline::test

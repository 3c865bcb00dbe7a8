// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wattline {

/// Time as the program sees it, injected so that tests own it.
/// Intervals are differences of monotonicNs(); the others serve to place them in wall time.
/// Threads: any.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual std::int64_t monotonicNs() const noexcept = 0;  ///< CLOCK_MONOTONIC
    [[nodiscard]] virtual std::int64_t boottimeNs() const noexcept = 0;   ///< CLOCK_BOOTTIME
    [[nodiscard]] virtual std::int64_t realtimeNs() const noexcept = 0;   ///< UTC since 1970
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] std::int64_t monotonicNs() const noexcept override;
    [[nodiscard]] std::int64_t boottimeNs() const noexcept override;
    [[nodiscard]] std::int64_t realtimeNs() const noexcept override;
};

/// The process's clock, for callers that are not given another one.
[[nodiscard]] const Clock& systemClock() noexcept;

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/power_source.h"
#include "telemetry/power/rocm_smi_library.h"
#include "telemetry/power/source_report.h"

namespace wattline {

/// AMD GPUs that this process may use (ROCR_VISIBLE_DEVICES, then HIP_VISIBLE_DEVICES), by unique
/// id. On MI250 and MI250X two dies share a board and the even one tells the power of both: it is
/// the device, whichever of the two is used. The energy counter is unreliable on some boards: it is
/// compared with the power for a moment at the start and left out where it stands still or is off
/// by more than a factor of two. Threads: one owner.
class RocmSmiSource final : public PowerSource {
public:
    struct Options {
        std::vector<std::string> library_names{
            "librocm_smi64.so.7", "librocm_smi64.so.6", "librocm_smi64.so.5",
            "librocm_smi64.so.1", "librocm_smi64.so",   "/opt/rocm/lib/librocm_smi64.so"};
        /// Waits while counter and power are compared, up to twice; tests let their own time pass.
        std::function<void()> wait = [] {
            std::this_thread::sleep_for(std::chrono::milliseconds(250));
        };
    };
    /// Null when there is nothing to read; `report` says why in either case.
    [[nodiscard]] static std::unique_ptr<RocmSmiSource>
    open(const Options& options, const Clock& clock, SourceReport& report);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override;

private:
    explicit RocmSmiSource(std::unique_ptr<RocmSmiLibrary> rocm) : m_rocm(std::move(rocm)) {}
    bool addBoard(std::uint32_t die, const std::string& uuid, bool two_dies, bool shared);
    struct Die {
        std::uint32_t number;  ///< ROCm's
        bool tells_now;        ///< socket power, else mean power: one of them for the whole run
    };
    struct Glance;
    [[nodiscard]] std::vector<Glance> look(const Clock& clock) const;
    void dropUnreliableCounters(const Options& options, const Clock& clock, SourceReport& report);
    [[nodiscard]] std::optional<Watts> power(const Die& die) const;

    std::unique_ptr<RocmSmiLibrary> m_rocm;
    std::vector<PowerDevice> m_devices;
    std::vector<Die> m_dies;  ///< of m_devices[i]
};

}  // namespace wattline

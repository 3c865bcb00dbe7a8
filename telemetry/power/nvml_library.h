// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "telemetry/core/records.h"
#include "telemetry/core/units.h"
#include "telemetry/power/source_report.h"

namespace wattline {

/// NVIDIA's management library, loaded when the program runs: nothing needs it to build or to
/// start. Declares by itself the few functions used (their ABI is stable); a function that an older
/// driver lacks, or a call that fails, is an empty optional. Threads: one owner.
class NvmlLibrary {
public:
    using Device = void*;  ///< nvmlDevice_t, an opaque pointer
    enum class PowerScope : unsigned { Gpu = 0, Module = 1, Memory = 2 };  ///< NVML_POWER_SCOPE_*

    /// Loads and initialises. Null where there is no library or no driver; `report` says why.
    [[nodiscard]] static std::unique_ptr<NvmlLibrary> load(const std::string& file_name,
                                                           SourceReport& report);
    ~NvmlLibrary();  ///< shuts NVML down; the library itself stays loaded
    NvmlLibrary(const NvmlLibrary&) = delete;
    NvmlLibrary& operator=(const NvmlLibrary&) = delete;

    [[nodiscard]] unsigned deviceCount() const;
    [[nodiscard]] std::optional<Device> device(unsigned index) const;
    [[nodiscard]] std::optional<std::string> uuid(Device device) const;
    [[nodiscard]] std::optional<std::string> name(Device device) const;
    /// UUID of the board that carries this MIG instance, in the newer or the older notation.
    [[nodiscard]] std::optional<std::string> boardOfMig(const std::string& mig_uuid) const;
    /// True when the board is cut into MIG instances now.
    [[nodiscard]] bool isCutIntoMig(Device device) const;

    /// nvmlDeviceGetTotalEnergyConsumption: since the driver was loaded; milliseconds a call.
    [[nodiscard]] std::optional<Joules> totalEnergy(Device device) const;
    [[nodiscard]] bool hasFields() const noexcept;
    /// Field 186, NVML_FI_DEV_POWER_INSTANT. Polled too often it answers 0, which is no reading.
    [[nodiscard]] std::optional<Watts> instantPower(Device device, PowerScope scope) const;
    /// nvmlDeviceGetPowerUsage: instantaneous on GA100, a mean over 1 s on later boards.
    [[nodiscard]] std::optional<Watts> powerUsage(Device device) const;
    /// Temperature, clocks, utilisation, limit, throttle reasons and memory in use: seven calls.
    [[nodiscard]] DeviceState state(Device device) const;

private:
    struct Functions;
    NvmlLibrary();
    std::unique_ptr<Functions> m_nvml;
};

}  // namespace wattline

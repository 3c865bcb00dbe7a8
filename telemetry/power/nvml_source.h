// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/power/nvml_library.h"
#include "telemetry/power/power_source.h"
#include "telemetry/power/source_report.h"

namespace wattline {

/// NVIDIA GPUs that this process may use (CUDA_VISIBLE_DEVICES), by UUID. Power is the board's
/// instant power where the driver has it, else its power usage; the counter is the board's total
/// energy. On GH200 and GB200 that counter covers the whole module, CPU included: the device has
/// scope `module`, and the GPU's own power is a part of it. Where the driver tells the memory's
/// power, that is a part, too. A board with MIG has one sensor: its figure is the whole board's,
/// marked as attributed. Threads: one owner.
class NvmlSource final : public PowerSource {
public:
    /// Null when there is nothing to read; `report` says why in either case. May wait 60 ms for a
    /// power sensor that somebody else has just asked.
    [[nodiscard]] static std::unique_ptr<NvmlSource> open(const std::string& library_name,
                                                          SourceReport& report);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override;

private:
    enum class Power { None, Instant, Usage };
    /// How one of m_devices is read; the same index.
    struct Sensor {
        NvmlLibrary::Device board;
        NvmlLibrary::PowerScope scope;
        Power power;
        bool whole;  ///< the board or module itself: with counter and state
    };
    struct Found;
    explicit NvmlSource(std::unique_ptr<NvmlLibrary> nvml) : m_nvml(std::move(nvml)) {}
    [[nodiscard]] Found findBoards() const;
    void addBoards(const Found& found, const std::vector<std::size_t>& chosen, bool by_slice,
                   SourceReport& report);
    bool addBoard(NvmlLibrary::Device board, const std::string& uuid, bool sliced);
    void addPart(const PowerDevice& whole, NvmlLibrary::Device board, NvmlLibrary::PowerScope scope,
                 std::string_view name);
    [[nodiscard]] std::optional<Watts> instantOf(NvmlLibrary::Device board,
                                                 NvmlLibrary::PowerScope scope) const;

    std::unique_ptr<NvmlLibrary> m_nvml;
    std::vector<PowerDevice> m_devices;
    std::vector<Sensor> m_sensors;
};

}  // namespace wattline

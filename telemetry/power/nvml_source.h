// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/power/nvml_library.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// NVIDIA GPUs that this process may use (CUDA_VISIBLE_DEVICES), by UUID. Power is the board's
/// instant power where the driver has it, else its power usage; the counter is the board's total
/// energy. On GH200 and GB200 both cover the whole module, CPU included. A board with MIG has one
/// sensor: its figure is the whole board's. Threads: one owner.
class NvmlSource final : public PowerSource {
public:
    /// Null when there is nothing to read; `report` says why in either case.
    [[nodiscard]] static std::unique_ptr<NvmlSource> open(const std::string& library_name,
                                                          SourceReport& report);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, bool with_counter) override;

private:
    struct Board {
        NvmlLibrary::Device device;
        NvmlLibrary::PowerScope scope;
        bool has_instant;
        bool has_counter;
        Joules last_counter;
    };
    explicit NvmlSource(std::unique_ptr<NvmlLibrary> nvml) : m_nvml(std::move(nvml)) {}
    bool addBoard(NvmlLibrary::Device device, const std::string& uuid);
    [[nodiscard]] std::optional<Watts> readPower(const Board& board) const;
    [[nodiscard]] std::optional<Joules> readCounter(Board& board) const;

    std::unique_ptr<NvmlLibrary> m_nvml;
    std::vector<PowerDevice> m_devices;
    std::vector<Board> m_boards;
};

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/records.h"
#include "telemetry/core/units.h"
#include "telemetry/power/source_report.h"

namespace wattline {

/// AMD's ROCm SMI, loaded when the program runs; a function that a version lacks, or a call that
/// fails, is an empty optional. Threads: one owner.
class RocmSmiLibrary {
public:
    /// Loads and initialises. Null where there is no library or no driver; `report` says why.
    /// The first of `file_names` that is there: its name differs from version to version.
    [[nodiscard]] static std::unique_ptr<RocmSmiLibrary>
    load(const std::vector<std::string>& file_names, SourceReport& report);
    ~RocmSmiLibrary();
    RocmSmiLibrary(const RocmSmiLibrary&) = delete;
    RocmSmiLibrary& operator=(const RocmSmiLibrary&) = delete;

    [[nodiscard]] std::uint32_t deviceCount() const;
    /// "GPU-" and 16 digits, as ROCR_VISIBLE_DEVICES takes it.
    [[nodiscard]] std::optional<std::string> uuid(std::uint32_t device) const;
    [[nodiscard]] std::optional<std::string> name(std::uint32_t device) const;
    /// Power of the socket now, or the driver's mean: a board tells one of them. 0 is no reading.
    [[nodiscard]] std::optional<Watts> socketPower(std::uint32_t device) const;
    [[nodiscard]] std::optional<Watts> meanPower(std::uint32_t device) const;
    /// The counter times its resolution; 0 is no reading.
    [[nodiscard]] std::optional<Joules> energy(std::uint32_t device) const;
    [[nodiscard]] DeviceState state(std::uint32_t device) const;

private:
    struct Functions;
    RocmSmiLibrary();
    [[nodiscard]] std::optional<float> clock(std::uint32_t device, int type) const;
    std::unique_ptr<Functions> m_rocm;
};

}  // namespace wattline

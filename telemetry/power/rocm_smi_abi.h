// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The part of ROCm SMI's C interface that Wattline calls, after AMD's ROCm SMI API reference.
/// Declared here because rocm_smi.h comes with ROCm, which most hosts lack.
namespace wattline::rocm {

inline constexpr int kSuccess = 0;
inline constexpr int kPermission = 4;  ///< RSMI_STATUS_PERMISSION
inline constexpr std::uint32_t kTemperatureEdge = 0, kTemperatureJunction = 1;
inline constexpr int kTemperatureNow = 0;  ///< RSMI_TEMP_CURRENT
inline constexpr int kClockSystem = 0, kClockMemory = 4;
inline constexpr int kMemoryVram = 0;
inline constexpr std::size_t kTextBytes = 128;

/// rsmi_version_t
struct Version {
    std::uint32_t major, minor, patch;
    const char* build;
};

/// rsmi_frequencies_t. From version 6 on a flag precedes the numbers, so the library fills this as
/// plain bytes and clockIn() reads them. Twice as large as any known version's.
struct Frequencies {
    static constexpr std::size_t kMost = 33;
    alignas(8) std::array<std::byte, 2 * (16 + 8 * kMost)> bytes;
};

using Init = int(std::uint64_t);
using ShutDown = int();
using GetVersion = int(Version*);
using GetCount = int(std::uint32_t*);
using GetName = int(std::uint32_t, char*, std::size_t);
using GetU64 = int(std::uint32_t, std::uint64_t*);
using GetSensorU64 = int(std::uint32_t, std::uint32_t, std::uint64_t*);
using GetEnergy = int(std::uint32_t, std::uint64_t*, float*, std::uint64_t*);
using GetTemperature = int(std::uint32_t, std::uint32_t, int, std::int64_t*);
using GetU32 = int(std::uint32_t, std::uint32_t*);
using GetMemory = int(std::uint32_t, int, std::uint64_t*);
using GetFrequencies = int(std::uint32_t, int, Frequencies*);

}  // namespace wattline::rocm

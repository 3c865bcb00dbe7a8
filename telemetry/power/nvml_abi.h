// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The part of NVML's stable C interface that Wattline calls, after NVIDIA's NVML API Reference.
/// Declared here because nvml.h comes with the CUDA toolkit, which most hosts lack.
namespace wattline::nvml {

inline constexpr int kSuccess = 0;
inline constexpr int kNoPermission = 4;         ///< NVML_ERROR_NO_PERMISSION
inline constexpr int kDriverNotLoaded = 9;      ///< NVML_ERROR_DRIVER_NOT_LOADED
inline constexpr int kVersionMismatch = 18;     ///< NVML_ERROR_LIB_RM_VERSION_MISMATCH
inline constexpr unsigned kTextBytes = 96;      ///< NVML_DEVICE_UUID_V2_BUFFER_SIZE, the largest
inline constexpr unsigned kPowerInstant = 186;  ///< NVML_FI_DEV_POWER_INSTANT, mW
inline constexpr int kUnsignedInt = 1;          ///< NVML_VALUE_TYPE_UNSIGNED_INT
inline constexpr unsigned kGpuSensor = 0;       ///< NVML_TEMPERATURE_GPU
inline constexpr unsigned kClockSm = 1;         ///< NVML_CLOCK_SM
inline constexpr unsigned kClockMemory = 2;     ///< NVML_CLOCK_MEM

/// nvmlClocksThrottleReasons (later: nvmlClocksEventReasons)
inline constexpr unsigned long long kReasonIdle = 0x1, kReasonApplicationClocks = 0x2,
                                    kReasonPowerCap = 0x4, kReasonHardware = 0x8,
                                    kReasonSyncBoost = 0x10, kReasonSoftwareThermal = 0x20,
                                    kReasonHardwareThermal = 0x40, kReasonPowerBrake = 0x80,
                                    kReasonDisplayClocks = 0x100;

union Value {
    double d;
    int si;
    unsigned ui;
    unsigned long ul;
    unsigned long long ull;
    long long sll;
};

/// nvmlFieldValue_t
struct FieldValue {
    unsigned field_id;
    unsigned scope_id;
    long long timestamp_us;
    long long latency_us;
    int value_type;
    int status;
    Value value;
};
static_assert(sizeof(FieldValue) == 40);

/// nvmlUtilization_t: percent
struct Utilization {
    unsigned gpu, memory;
};

/// nvmlMemory_t: bytes
struct Memory {
    unsigned long long total, free, used;
};

using Init = int();
using Shutdown = int();
using ErrorString = const char*(int);
using GetCount = int(unsigned*);
using GetHandleByIndex = int(unsigned, void**);
using GetHandleByUuid = int(const char*, void**);
using GetBoardOfMig = int(void*, void**);
using GetText = int(void*, char*, unsigned);
using GetTotalEnergy = int(void*, unsigned long long*);
using GetUnsigned = int(void*, unsigned*);
using GetKindOfUnsigned = int(void*, unsigned, unsigned*);
using GetFieldValues = int(void*, int, FieldValue*);
using GetUtilization = int(void*, Utilization*);
using GetReasons = int(void*, unsigned long long*);
using GetMemory = int(void*, Memory*);
using GetMigMode = int(void*, unsigned*, unsigned*);

}  // namespace wattline::nvml

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The part of NVML's stable C interface that Wattline calls, after NVIDIA's NVML API Reference.
/// Declared here because nvml.h comes with the CUDA toolkit, which most hosts lack.
namespace wattline::nvml {

inline constexpr int kSuccess = 0;
inline constexpr unsigned kTextBytes = 96;      ///< NVML_DEVICE_UUID_V2_BUFFER_SIZE, the largest
inline constexpr unsigned kPowerInstant = 186;  ///< NVML_FI_DEV_POWER_INSTANT, mW
inline constexpr int kUnsignedInt = 1;          ///< NVML_VALUE_TYPE_UNSIGNED_INT

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

using Init = int();
using Shutdown = int();
using ErrorString = const char*(int);
using GetCount = int(unsigned*);
using GetHandleByIndex = int(unsigned, void**);
using GetHandleByUuid = int(const char*, void**);
using GetBoardOfMig = int(void*, void**);
using GetText = int(void*, char*, unsigned);
using GetTotalEnergy = int(void*, unsigned long long*);
using GetPowerUsage = int(void*, unsigned*);
using GetFieldValues = int(void*, int, FieldValue*);

}  // namespace wattline::nvml

// SPDX-License-Identifier: Apache-2.0
// A libnvidia-ml.so.1 without a GPU, driven by environment variables that it reads at each call:
//   STUB_GPUS   how many boards (default 1); board i draws 100 + i W, its UUID is GPU-0000000i-stub
//   STUB_FAIL   comma-separated: init, power, instant, zero, energy, reset
//   STUB_NAME   what boards are called
// Built three times: as it is, as an old driver (no field values, no energy), and without UUIDs.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "telemetry/power/nvml_abi.h"

namespace {

constexpr int kNotFound = 6, kNotSupported = 3, kDriverNotLoaded = 9;

std::string text(const char* variable, const char* otherwise) {
    const char* value = std::getenv(variable);
    return value == nullptr ? otherwise : value;
}

bool fails(const char* what) {
    return ("," + text("STUB_FAIL", "") + ",").find("," + std::string(what) + ",") !=
           std::string::npos;
}

unsigned count() {
    return static_cast<unsigned>(std::stoul(text("STUB_GPUS", "1")));
}

/// A handle is the board's number plus one, so that no board is null.
unsigned indexOf(void* handle) {
    return static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(handle)) - 1;
}

void* handleOf(unsigned index) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(index) + 1);
}

[[maybe_unused]] unsigned milliwatts(void* device) {
    return fails("zero") ? 0 : (100 + indexOf(device)) * 1000;
}

}  // namespace

extern "C" {

int nvmlInit_v2() {
    return fails("init") ? kDriverNotLoaded : 0;
}

int nvmlShutdown() {
    return 0;
}

const char* nvmlErrorString(int) {
    return "Driver Not Loaded";
}

int nvmlDeviceGetCount_v2(unsigned* n) {
    *n = count();
    return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    if (index >= count()) return kNotFound;
    *device = handleOf(index);
    return 0;
}

int nvmlDeviceGetName(void*, char* out, unsigned length) {
    std::snprintf(out, length, "%s", text("STUB_NAME", "NVIDIA Stub").c_str());
    return 0;
}

/// "MIG-i-..." is a slice of board i.
int nvmlDeviceGetHandleByUUID(const char* uuid, void** device) {
    if (std::strncmp(uuid, "MIG-", 4) != 0) return kNotFound;
    *device = handleOf(static_cast<unsigned>(std::atoi(uuid + 4)));
    return 0;
}

int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(void* mig, void** board) {
    *board = mig;
    return 0;
}

#ifndef STUB_WITHOUT_UUID
int nvmlDeviceGetUUID(void* device, char* out, unsigned length) {
    std::snprintf(out, length, "GPU-%08x-stub", indexOf(device));
    return 0;
}
#endif

int nvmlDeviceGetPowerUsage(void* device, unsigned* mw) {
    *mw = milliwatts(device);
    return fails("power") ? kNotSupported : 0;
}

#ifndef STUB_OLD_DRIVER
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* mj) {
    static unsigned long long calls = 0;
    *mj = (indexOf(device) + 1) * 1'000'000ULL + 1'000ULL * ++calls;
    if (fails("reset")) *mj = 5;
    return fails("energy") ? kNotSupported : 0;
}

int nvmlDeviceGetFieldValues(void* device, int n, wattline::nvml::FieldValue* values) {
    for (int i = 0; i < n; ++i) {
        const bool known = values[i].field_id == wattline::nvml::kPowerInstant;
        values[i].status = known && !fails("instant") ? 0 : kNotSupported;
        values[i].value_type = wattline::nvml::kUnsignedInt;
        // The module draws 500 W more than the GPU on it.
        values[i].value.ui = milliwatts(device) + (values[i].scope_id == 1 ? 500'000 : 0);
    }
    return 0;
}
#endif

}  // extern "C"

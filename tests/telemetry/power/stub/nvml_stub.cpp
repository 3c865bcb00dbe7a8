// SPDX-License-Identifier: Apache-2.0
// A libnvidia-ml.so.1 without a GPU. What it plays: stub/script.h. UUIDs are GPU-0000000b-stub with
// the board's number in hexadecimal, MIG slices MIG-b-... . WHAT of fail and cost:
//   init, power, field, zero-field (the field's value is 0), counter, zero-counter, state, mig-uuid
// Built three times: as it is, as an old driver (no field values, no energy, no state), and without
// UUIDs.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "telemetry/power/nvml_abi.h"
#include "tests/telemetry/power/stub/script.h"

namespace {

using wattline::stub::Board;
using wattline::stub::Script;
namespace nvml = wattline::nvml;

constexpr int kNotFound = 6, kNotSupported = 3, kDriverNotLoaded = 9;

Script& script() {
    static Script loaded = Script::load();
    return loaded;
}

/// A handle is the board's number plus one, so that no board is null.
unsigned numberOf(void* handle) {
    return static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(handle)) - 1;
}
void* handleOf(unsigned number) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(number) + 1);
}
const Board& boardOf(void* handle) {
    return script().boards.at(numberOf(handle));
}

[[maybe_unused]] unsigned milliwatts(double w) {
    return static_cast<unsigned>(w * 1000.0 + 0.5);
}

/// When each board's power was last asked for and told, by scope.
std::map<std::pair<void*, unsigned>, double> g_asked;

/// True when this board's power was asked for too recently to be answered.
[[maybe_unused]] bool polledTooFast(void* handle, unsigned scope) {
    const double now = Script::now();
    const auto last = g_asked.find({handle, scope});
    const bool soon = last != g_asked.end() && now - last->second < script().poll_floor_s;
    if (!soon) g_asked[{handle, scope}] = now;
    return soon;
}

}  // namespace

extern "C" {

int nvmlInit_v2() {
    script() = Script::load();
    g_asked.clear();
    static_cast<void>(Script::now());  // time starts here
    return script().fails("init") ? kDriverNotLoaded : 0;
}

int nvmlShutdown() {
    return 0;
}

const char* nvmlErrorString(int) {
    return "Driver Not Loaded";
}

int nvmlDeviceGetCount_v2(unsigned* n) {
    *n = static_cast<unsigned>(script().order.size());
    return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    if (index >= script().order.size()) return kNotFound;
    *device = handleOf(script().order[index]);
    return 0;
}

int nvmlDeviceGetName(void* device, char* out, unsigned length) {
    std::snprintf(out, length, "%s", boardOf(device).name.c_str());
    return 0;
}

int nvmlDeviceGetHandleByUUID(const char* uuid, void** device) {
    if (std::strncmp(uuid, "MIG-", 4) != 0 || script().fails("mig-uuid")) return kNotFound;
    const auto number = static_cast<unsigned>(std::atoi(uuid + 4));
    if (number >= script().boards.size()) return kNotFound;
    *device = handleOf(number);
    return 0;
}

int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(void* mig, void** board) {
    *board = mig;
    return 0;
}

#ifndef STUB_WITHOUT_UUID
int nvmlDeviceGetUUID(void* device, char* out, unsigned length) {
    std::snprintf(out, length, "GPU-%08x-stub", numberOf(device));
    return 0;
}
#endif

/// The mean over the last `mean_s`, as later boards have it.
int nvmlDeviceGetPowerUsage(void* device, unsigned* mw) {
    const auto& board = boardOf(device);
    if (script().fails("power")) return kNotSupported;
    const double now = Script::now();
    const double mean = script().mean_s;
    *mw = milliwatts(mean > 0.0 ? board.energy(now - mean, now) / mean : board.sensed(now));
    return 0;
}

#ifndef STUB_OLD_DRIVER
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* mj) {
    if (script().fails("counter")) return kNotSupported;
    const double j = boardOf(device).counter(Script::now());
    *mj = script().fails("zero-counter") ? 0 : static_cast<unsigned long long>(j * 1000.0 + 0.5);
    return 0;
}

/// Scope 1 is told for modules only, scope 2 (a fifth of the board's power) for H100 and H200.
int nvmlDeviceGetFieldValues(void* device, int n, nvml::FieldValue* values) {
    const auto& board = boardOf(device);
    for (int i = 0; i < n; ++i) {
        auto& field = values[i];
        field.status = kNotSupported;
        const bool hopper = board.name.find("H100") != std::string::npos ||
                            board.name.find("H200") != std::string::npos;
        if (script().fails("field") || field.field_id != nvml::kPowerInstant) continue;
        if (field.scope_id == 1 && board.module_w <= 0.0) continue;
        if (field.scope_id == 2 && !hopper) continue;
        double w = board.sensed(Script::now());
        if (field.scope_id == 1) w += board.module_w;
        if (field.scope_id == 2) w *= 0.2;
        const bool none = script().fails("zero-field") || polledTooFast(device, field.scope_id);
        field.status = 0;
        field.value_type = nvml::kUnsignedInt;
        field.value.ui = none ? 0 : milliwatts(w);
    }
    return 0;
}

int nvmlDeviceGetTemperature(void* device, unsigned, unsigned* celsius) {
    *celsius = 40 + numberOf(device);
    return script().fails("state") ? kNotSupported : 0;
}

int nvmlDeviceGetClockInfo(void*, unsigned type, unsigned* mhz) {
    *mhz = type == nvml::kClockSm ? 1410 : 1593;
    return script().fails("state") ? kNotSupported : 0;
}

int nvmlDeviceGetUtilizationRates(void*, nvml::Utilization* out) {
    *out = {75, 30};
    return script().fails("state") ? kNotSupported : 0;
}

int nvmlDeviceGetEnforcedPowerLimit(void*, unsigned* mw) {
    *mw = 400'000;
    return script().fails("state") ? kNotSupported : 0;
}

int nvmlDeviceGetCurrentClocksThrottleReasons(void*, unsigned long long* reasons) {
    *reasons = 0x04 | 0x40;  // power cap by software, too hot by hardware
    return script().fails("state") ? kNotSupported : 0;
}

int nvmlDeviceGetMemoryInfo(void*, nvml::Memory* out) {
    *out = {80'000'000'000, 72'000'000'000, 8'000'000'000};
    return script().fails("state") ? kNotSupported : 0;
}

int nvmlDeviceGetMigMode(void* device, unsigned* current, unsigned* pending) {
    *current = *pending = boardOf(device).mig ? 1 : 0;
    return 0;
}
#endif

}  // extern "C"

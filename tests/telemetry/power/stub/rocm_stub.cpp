// SPDX-License-Identifier: Apache-2.0
// A librocm_smi64.so without a GPU. What it plays: stub/script.h. Unique ids are 0xa0 + the board's
// number. A board whose name holds MI250 is a die: the odd one of a pair tells 0, the even one the
// power of both. WHAT of fail and cost: init, socket, power, counter, state.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "telemetry/power/rocm_smi_abi.h"
#include "tests/telemetry/power/stub/script.h"

namespace {

using wattline::stub::Board;
using wattline::stub::Script;
namespace rocm = wattline::rocm;

constexpr int kNotSupported = 2;
constexpr double kResolutionUj = 15.3;

Script& script() {
    static Script loaded = Script::load();
    return loaded;
}

const Board& boardOf(std::uint32_t index) {
    return script().boards.at(script().order.at(index));
}

bool isDie(std::uint32_t index) {
    return boardOf(index).name.find("MI250") != std::string::npos;
}

/// Sum of `figure` over what this index tells for.
template <typename Figure> double told(std::uint32_t index, Figure figure) {
    if (!isDie(index)) return figure(boardOf(index));
    if (index % 2 == 1) return 0.0;
    return figure(boardOf(index)) + figure(boardOf(index + 1));
}

double microwatts(std::uint32_t index) {
    return told(index, [](const Board& b) { return b.sensed(Script::now()); }) * 1e6;
}

}  // namespace

extern "C" {

int rsmi_init(std::uint64_t) {
    script() = Script::load();
    static_cast<void>(Script::now());
    return script().fails("init") ? rocm::kPermission : 0;
}

int rsmi_shut_down() {
    return 0;
}

int rsmi_version_get(rocm::Version* version) {
    *version = {7, 0, 0, "stub"};
    return 0;
}

int rsmi_num_monitor_devices(std::uint32_t* count) {
    *count = static_cast<std::uint32_t>(script().order.size());
    return 0;
}

int rsmi_dev_name_get(std::uint32_t index, char* name, std::size_t length) {
    std::snprintf(name, length, "%s", boardOf(index).name.c_str());
    return 0;
}

int rsmi_dev_unique_id_get(std::uint32_t index, std::uint64_t* id) {
    *id = 0xa0 + script().order.at(index);
    return 0;
}

int rsmi_dev_current_socket_power_get(std::uint32_t index, std::uint64_t* uw) {
    *uw = static_cast<std::uint64_t>(microwatts(index) + 0.5);
    return script().fails("socket") ? kNotSupported : 0;
}

int rsmi_dev_power_ave_get(std::uint32_t index, std::uint32_t, std::uint64_t* uw) {
    *uw = static_cast<std::uint64_t>(microwatts(index) + 0.5);
    return script().fails("power") ? kNotSupported : 0;
}

int rsmi_dev_energy_count_get(std::uint32_t index, std::uint64_t* count, float* resolution_uj,
                              std::uint64_t* timestamp) {
    const double j = told(index, [](const Board& b) { return b.counter(Script::now()); });
    *count = static_cast<std::uint64_t>(j * 1e6 / kResolutionUj + 0.5);
    *resolution_uj = static_cast<float>(kResolutionUj);
    *timestamp = 0;
    return script().fails("counter") ? kNotSupported : 0;
}

int rsmi_dev_temp_metric_get(std::uint32_t, std::uint32_t sensor, int, std::int64_t* millidegrees) {
    *millidegrees = 51'500;
    return sensor != rocm::kTemperatureJunction || script().fails("state") ? kNotSupported : 0;
}

int rsmi_dev_busy_percent_get(std::uint32_t, std::uint32_t* percent) {
    *percent = 60;
    return script().fails("state") ? kNotSupported : 0;
}

int rsmi_dev_power_cap_get(std::uint32_t, std::uint32_t, std::uint64_t* uw) {
    *uw = 560'000'000;
    return script().fails("state") ? kNotSupported : 0;
}

int rsmi_dev_memory_usage_get(std::uint32_t, int, std::uint64_t* bytes) {
    *bytes = 4'000'000'000;
    return script().fails("state") ? kNotSupported : 0;
}

/// As version 6 and later lay it out: a flag, count, current, frequencies.
int rsmi_dev_gpu_clk_freq_get(std::uint32_t, int type, rocm::Frequencies* out) {
    const std::uint32_t count = 3, current = 1;
    const std::uint64_t hz = type == rocm::kClockSystem ? 1'700'000'000 : 1'600'000'000;
    std::memcpy(out->bytes.data() + 4, &count, 4);
    std::memcpy(out->bytes.data() + 8, &current, 4);
    std::memcpy(out->bytes.data() + 16 + 8, &hz, 8);
    return script().fails("state") ? kNotSupported : 0;
}

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/rocm_smi_library.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "telemetry/power/rocm_smi_abi.h"
#include "telemetry/power/shared_library.h"

namespace wattline {
namespace {

constexpr double kUnitsPerMicro = 1e-6;
constexpr std::uint32_t kFirstWithDeepSleep = 6;  ///< major version

std::optional<Watts> fromMicrowatts(std::uint64_t uw) {
    if (uw == 0) return std::nullopt;
    return Watts{static_cast<double>(uw) * kUnitsPerMicro};
}

/// The current clock in MHz of a filled rsmi_frequencies_t.
std::optional<float> clockIn(const rocm::Frequencies& filled, std::uint32_t major) {
    // Before 6: count, current, frequencies. Then: a flag, count, current, (4 bytes) frequencies.
    const std::size_t first = major >= kFirstWithDeepSleep ? 4 : 0;
    const std::size_t table = major >= kFirstWithDeepSleep ? 16 : 8;
    std::uint32_t count = 0, current = 0;
    std::memcpy(&count, filled.bytes.data() + first, sizeof count);
    std::memcpy(&current, filled.bytes.data() + first + 4, sizeof current);
    if (count > rocm::Frequencies::kMost || current >= count) return std::nullopt;
    std::uint64_t hz = 0;
    std::memcpy(&hz, filled.bytes.data() + table + 8 * std::size_t{current}, sizeof hz);
    return static_cast<float>(static_cast<double>(hz) * 1e-6);
}

template <typename Function, typename... Arguments>
bool succeeded(Function* function, Arguments... arguments) {
    return function != nullptr && function(arguments...) == rocm::kSuccess;
}

}  // namespace

struct RocmSmiLibrary::Functions {
    rocm::Init* init = nullptr;
    rocm::ShutDown* shut_down = nullptr;
    rocm::GetVersion* get_version = nullptr;
    rocm::GetCount* get_count = nullptr;
    rocm::GetName* get_name = nullptr;
    rocm::GetU64* get_unique_id = nullptr;
    rocm::GetU64* get_socket_power = nullptr;
    rocm::GetSensorU64* get_mean_power = nullptr;
    rocm::GetEnergy* get_energy = nullptr;
    rocm::GetTemperature* get_temperature = nullptr;
    rocm::GetU32* get_busy_percent = nullptr;
    rocm::GetSensorU64* get_power_cap = nullptr;
    rocm::GetMemory* get_memory_used = nullptr;
    rocm::GetFrequencies* get_frequencies = nullptr;
    std::uint32_t major = 0;

    explicit Functions(void* library) {
        resolve(library, "rsmi_init", init);
        resolve(library, "rsmi_shut_down", shut_down);
        resolve(library, "rsmi_version_get", get_version);
        resolve(library, "rsmi_num_monitor_devices", get_count);
        resolve(library, "rsmi_dev_name_get", get_name);
        resolve(library, "rsmi_dev_unique_id_get", get_unique_id);
        resolve(library, "rsmi_dev_current_socket_power_get", get_socket_power);
        resolve(library, "rsmi_dev_power_ave_get", get_mean_power);
        resolve(library, "rsmi_dev_energy_count_get", get_energy);
        resolve(library, "rsmi_dev_temp_metric_get", get_temperature);
        resolve(library, "rsmi_dev_busy_percent_get", get_busy_percent);
        resolve(library, "rsmi_dev_power_cap_get", get_power_cap);
        resolve(library, "rsmi_dev_memory_usage_get", get_memory_used);
        resolve(library, "rsmi_dev_gpu_clk_freq_get", get_frequencies);
    }
    [[nodiscard]] bool complete() const {
        return init != nullptr && get_count != nullptr && get_unique_id != nullptr;
    }
};

RocmSmiLibrary::RocmSmiLibrary() = default;

std::unique_ptr<RocmSmiLibrary> RocmSmiLibrary::load(const std::vector<std::string>& file_names,
                                                     SourceReport& report) {
    // Never closed: libtorch's ROCm may hold the same library.
    void* library = nullptr;
    std::string file_name;
    for (const auto& each : file_names)
        if (library == nullptr &&
            (library = dlopen(each.c_str(), RTLD_NOW | RTLD_LOCAL)) != nullptr)
            file_name = each;
    if (library == nullptr) {
        report.access = SensorAccess::Absent;
        report.detail = "no ROCm on this host (" + file_names.front() + " cannot be loaded)";
        return nullptr;
    }
    auto functions = std::make_unique<Functions>(library);
    if (!functions->complete()) {
        report.access = SensorAccess::Broken;
        report.detail = file_name + " lacks functions of ROCm SMI";
        report.advice = "install ROCm 4.5 or later";
        return nullptr;
    }
    if (const int code = functions->init(0); code != rocm::kSuccess) {
        report.access = code == rocm::kPermission ? SensorAccess::Denied : SensorAccess::Broken;
        report.detail = "ROCm SMI does not start (code " + std::to_string(code) + ")";
        report.advice = code == rocm::kPermission
                            ? "ask an admin to put you into the groups video and render"
                            : "see what rocm-smi says";
        return nullptr;
    }
    rocm::Version version{};
    if (succeeded(functions->get_version, &version)) functions->major = version.major;
    std::unique_ptr<RocmSmiLibrary> rocm(new RocmSmiLibrary);
    rocm->m_rocm = std::move(functions);
    return rocm;
}

RocmSmiLibrary::~RocmSmiLibrary() {
    if (m_rocm && m_rocm->shut_down != nullptr) m_rocm->shut_down();
}

std::uint32_t RocmSmiLibrary::deviceCount() const {
    std::uint32_t count = 0;
    return m_rocm->get_count(&count) == rocm::kSuccess ? count : 0;
}

std::optional<std::string> RocmSmiLibrary::uuid(std::uint32_t device) const {
    std::uint64_t id = 0;
    if (!succeeded(m_rocm->get_unique_id, device, &id) || id == 0) return std::nullopt;
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "GPU-%016llx", static_cast<unsigned long long>(id));
    return std::string(text.data());
}

std::optional<std::string> RocmSmiLibrary::name(std::uint32_t device) const {
    std::array<char, rocm::kTextBytes> text{};
    if (!succeeded(m_rocm->get_name, device, text.data(), text.size())) return std::nullopt;
    text.back() = '\0';
    return std::string(text.data());
}

std::optional<Watts> RocmSmiLibrary::socketPower(std::uint32_t device) const {
    std::uint64_t uw = 0;
    if (!succeeded(m_rocm->get_socket_power, device, &uw)) return std::nullopt;
    return fromMicrowatts(uw);
}

std::optional<Watts> RocmSmiLibrary::meanPower(std::uint32_t device) const {
    constexpr std::uint32_t kOnlySensor = 0;
    std::uint64_t uw = 0;
    if (!succeeded(m_rocm->get_mean_power, device, kOnlySensor, &uw)) return std::nullopt;
    return fromMicrowatts(uw);
}

std::optional<Joules> RocmSmiLibrary::energy(std::uint32_t device) const {
    std::uint64_t count = 0, timestamp = 0;
    float resolution_uj = 0.0F;
    if (!succeeded(m_rocm->get_energy, device, &count, &resolution_uj, &timestamp) || count == 0 ||
        !(resolution_uj > 0.0F))
        return std::nullopt;
    return Joules{static_cast<double>(count) * static_cast<double>(resolution_uj) * kUnitsPerMicro};
}

std::optional<float> RocmSmiLibrary::clock(std::uint32_t device, int type) const {
    rocm::Frequencies filled{};
    if (m_rocm->major == 0 || !succeeded(m_rocm->get_frequencies, device, type, &filled))
        return std::nullopt;  // without the version nobody knows how the numbers lie
    return clockIn(filled, m_rocm->major);
}

DeviceState RocmSmiLibrary::state(std::uint32_t device) const {
    DeviceState state;
    std::int64_t millidegrees = 0;
    for (const auto sensor : {rocm::kTemperatureEdge, rocm::kTemperatureJunction})
        if (std::isnan(state.temperature_c) && succeeded(m_rocm->get_temperature, device, sensor,
                                                         rocm::kTemperatureNow, &millidegrees))
            state.temperature_c = static_cast<float>(static_cast<double>(millidegrees) * 1e-3);
    if (const auto mhz = clock(device, rocm::kClockSystem)) state.sm_clock_mhz = *mhz;
    if (const auto mhz = clock(device, rocm::kClockMemory)) state.memory_clock_mhz = *mhz;
    std::uint32_t percent = 0;
    if (succeeded(m_rocm->get_busy_percent, device, &percent))
        state.utilisation = static_cast<float>(percent) / 100.0F;
    std::uint64_t value = 0;
    if (succeeded(m_rocm->get_power_cap, device, 0U, &value) && value > 0)
        state.power_limit_w = static_cast<float>(static_cast<double>(value) * kUnitsPerMicro);
    if (succeeded(m_rocm->get_memory_used, device, rocm::kMemoryVram, &value))
        state.memory_used_bytes = static_cast<double>(value);
    return state;
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/nvml_library.h"

#include <array>
#include <utility>

#include "telemetry/power/nvml_abi.h"
#include "telemetry/power/shared_library.h"

namespace wattline {
namespace {

constexpr double kWattsPerMilliwatt = 1e-3;
constexpr double kJoulesPerMillijoule = 1e-3;

/// Zero is what NVML says when it has no reading; no GPU that answers draws nothing.
std::optional<Watts> fromMilliwatts(unsigned mw) {
    return mw == 0 ? std::nullopt : std::optional(Watts{mw * kWattsPerMilliwatt});
}

/// NVML's bits in our words.
std::uint32_t throttleBits(unsigned long long reasons) {
    using namespace nvml;
    constexpr std::array kBits{
        std::pair{kReasonIdle, throttle::kIdle},
        std::pair{kReasonApplicationClocks | kReasonDisplayClocks, throttle::kSettings},
        std::pair{kReasonPowerCap, throttle::kPowerCap},
        std::pair{kReasonHardware, throttle::kHardware},
        std::pair{kReasonSyncBoost, throttle::kSyncBoost},
        std::pair{kReasonSoftwareThermal | kReasonHardwareThermal, throttle::kThermal},
        std::pair{kReasonPowerBrake, throttle::kPowerBrake}};
    std::uint32_t bits = 0;
    for (const auto& [reason, bit] : kBits)
        if ((reasons & reason) != 0) bits |= bit;
    return bits;
}

/// Why the library could be loaded and yet does not start.
void explain(int code, const std::string& text, SourceReport& report) {
    report.access = code == nvml::kNoPermission      ? SensorAccess::Denied
                    : code == nvml::kDriverNotLoaded ? SensorAccess::Absent
                                                     : SensorAccess::Broken;
    report.detail = "NVML does not start (code " + std::to_string(code) + " " + text + ")";
    report.advice = code == nvml::kVersionMismatch
                        ? "driver and library are of different versions: reboot, or load the "
                          "driver anew"
                    : code == nvml::kNoPermission
                        ? "ask an admin for access to /dev/nvidia* (group video on some systems)"
                        : "see what nvidia-smi says";
}

}  // namespace

struct NvmlLibrary::Functions {
    nvml::Init* init = nullptr;
    nvml::Shutdown* shutdown = nullptr;
    nvml::ErrorString* error_string = nullptr;
    nvml::GetCount* get_count = nullptr;
    nvml::GetHandleByIndex* get_handle = nullptr;
    nvml::GetHandleByUuid* get_handle_by_uuid = nullptr;
    nvml::GetBoardOfMig* get_board_of_mig = nullptr;
    nvml::GetText* get_uuid = nullptr;
    nvml::GetText* get_name = nullptr;
    nvml::GetTotalEnergy* get_total_energy = nullptr;
    nvml::GetUnsigned* get_power_usage = nullptr;
    nvml::GetFieldValues* get_field_values = nullptr;
    nvml::GetKindOfUnsigned* get_temperature = nullptr;
    nvml::GetKindOfUnsigned* get_clock = nullptr;
    nvml::GetUtilization* get_utilization = nullptr;
    nvml::GetUnsigned* get_power_limit = nullptr;
    nvml::GetReasons* get_reasons = nullptr;
    nvml::GetMemory* get_memory = nullptr;
    nvml::GetMigMode* get_mig_mode = nullptr;

    explicit Functions(void* library) {
        resolve(library, "nvmlInit_v2", init);
        resolve(library, "nvmlShutdown", shutdown);
        resolve(library, "nvmlErrorString", error_string);
        resolve(library, "nvmlDeviceGetCount_v2", get_count);
        resolve(library, "nvmlDeviceGetHandleByIndex_v2", get_handle);
        resolve(library, "nvmlDeviceGetHandleByUUID", get_handle_by_uuid);
        resolve(library, "nvmlDeviceGetDeviceHandleFromMigDeviceHandle", get_board_of_mig);
        resolve(library, "nvmlDeviceGetUUID", get_uuid);
        resolve(library, "nvmlDeviceGetName", get_name);
        resolve(library, "nvmlDeviceGetTotalEnergyConsumption", get_total_energy);
        resolve(library, "nvmlDeviceGetPowerUsage", get_power_usage);
        resolve(library, "nvmlDeviceGetFieldValues", get_field_values);
        resolve(library, "nvmlDeviceGetTemperature", get_temperature);
        resolve(library, "nvmlDeviceGetClockInfo", get_clock);
        resolve(library, "nvmlDeviceGetUtilizationRates", get_utilization);
        resolve(library, "nvmlDeviceGetEnforcedPowerLimit", get_power_limit);
        resolve(library, "nvmlDeviceGetCurrentClocksThrottleReasons", get_reasons);
        if (get_reasons == nullptr)  // its name in later drivers
            resolve(library, "nvmlDeviceGetCurrentClocksEventReasons", get_reasons);
        resolve(library, "nvmlDeviceGetMemoryInfo", get_memory);
        resolve(library, "nvmlDeviceGetMigMode", get_mig_mode);
    }
    /// What nothing works without: devices have to be found and named.
    [[nodiscard]] bool complete() const {
        return init != nullptr && get_count != nullptr && get_handle != nullptr &&
               get_uuid != nullptr;
    }
};

NvmlLibrary::NvmlLibrary() = default;

std::unique_ptr<NvmlLibrary> NvmlLibrary::load(const std::string& file_name, SourceReport& report) {
    // Never closed: libtorch's CUDA may hold the same library.
    void* library = dlopen(file_name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        report.access = SensorAccess::Absent;
        report.detail = "no NVIDIA driver on this host (" + file_name + " cannot be loaded)";
        report.advice = "in a container with a GPU, start it with the driver's library (Docker: "
                        "--gpus all, Apptainer: --nv)";
        return nullptr;
    }
    auto functions = std::make_unique<Functions>(library);
    if (!functions->complete()) {
        report.access = SensorAccess::Broken;
        report.detail = file_name + " lacks functions of NVML";
        report.advice = "install a driver of 2014 or later";
        return nullptr;
    }
    if (const int code = functions->init(); code != nvml::kSuccess) {
        const char* why = functions->error_string != nullptr ? functions->error_string(code) : "";
        explain(code, why == nullptr ? "" : why, report);
        return nullptr;
    }
    std::unique_ptr<NvmlLibrary> nvml(new NvmlLibrary);
    nvml->m_nvml = std::move(functions);
    return nvml;
}

NvmlLibrary::~NvmlLibrary() {
    if (m_nvml && m_nvml->shutdown != nullptr) m_nvml->shutdown();
}

unsigned NvmlLibrary::deviceCount() const {
    unsigned count = 0;
    return m_nvml->get_count(&count) == nvml::kSuccess ? count : 0;
}

std::optional<NvmlLibrary::Device> NvmlLibrary::device(unsigned index) const {
    Device device = nullptr;
    if (m_nvml->get_handle(index, &device) != nvml::kSuccess) return std::nullopt;
    return device;
}

namespace {

std::optional<std::string> textOf(nvml::GetText* function, void* device) {
    std::array<char, nvml::kTextBytes> text{};
    if (function == nullptr || function(device, text.data(), text.size()) != nvml::kSuccess)
        return std::nullopt;
    text.back() = '\0';
    return std::string(text.data());
}

}  // namespace

std::optional<std::string> NvmlLibrary::uuid(Device device) const {
    return textOf(m_nvml->get_uuid, device);
}

std::optional<std::string> NvmlLibrary::name(Device device) const {
    return textOf(m_nvml->get_name, device);
}

std::optional<std::string> NvmlLibrary::boardOfMig(const std::string& mig_uuid) const {
    Device mig = nullptr, board = nullptr;
    if (m_nvml->get_handle_by_uuid != nullptr && m_nvml->get_board_of_mig != nullptr &&
        m_nvml->get_handle_by_uuid(mig_uuid.c_str(), &mig) == nvml::kSuccess &&
        m_nvml->get_board_of_mig(mig, &board) == nvml::kSuccess)
        return uuid(board);
    // Before driver 470 the name held the board's: MIG-GPU-<uuid>/<gpu instance>/<compute instance>
    constexpr std::string_view kOlder = "MIG-GPU-";
    if (!mig_uuid.starts_with(kOlder)) return std::nullopt;
    return mig_uuid.substr(4, mig_uuid.find('/') - 4);
}

bool NvmlLibrary::isCutIntoMig(Device device) const {
    unsigned current = 0, pending = 0;
    return m_nvml->get_mig_mode != nullptr &&
           m_nvml->get_mig_mode(device, &current, &pending) == nvml::kSuccess && current == 1;
}

/// A board that was ever switched on has used energy: 0 is a failed read and not a reset.
std::optional<Joules> NvmlLibrary::totalEnergy(Device device) const {
    unsigned long long mj = 0;
    if (m_nvml->get_total_energy == nullptr ||
        m_nvml->get_total_energy(device, &mj) != nvml::kSuccess || mj == 0)
        return std::nullopt;
    return Joules{static_cast<double>(mj) * kJoulesPerMillijoule};
}

bool NvmlLibrary::hasFields() const noexcept {
    return m_nvml->get_field_values != nullptr;
}

std::optional<Watts> NvmlLibrary::instantPower(Device device, PowerScope scope) const {
    if (m_nvml->get_field_values == nullptr) return std::nullopt;
    nvml::FieldValue field{};
    field.field_id = nvml::kPowerInstant;
    field.scope_id = static_cast<unsigned>(scope);
    if (m_nvml->get_field_values(device, 1, &field) != nvml::kSuccess ||
        field.status != nvml::kSuccess || field.value_type != nvml::kUnsignedInt)
        return std::nullopt;
    return fromMilliwatts(field.value.ui);
}

std::optional<Watts> NvmlLibrary::powerUsage(Device device) const {
    unsigned mw = 0;
    if (m_nvml->get_power_usage == nullptr ||
        m_nvml->get_power_usage(device, &mw) != nvml::kSuccess)
        return std::nullopt;
    return fromMilliwatts(mw);
}

DeviceState NvmlLibrary::state(Device device) const {
    DeviceState state;
    const auto succeeded = [](auto* function, auto... arguments) {
        return function != nullptr && function(arguments...) == nvml::kSuccess;
    };
    unsigned value = 0;
    if (succeeded(m_nvml->get_temperature, device, nvml::kGpuSensor, &value))
        state.temperature_c = static_cast<float>(value);
    if (succeeded(m_nvml->get_clock, device, nvml::kClockSm, &value))
        state.sm_clock_mhz = static_cast<float>(value);
    if (succeeded(m_nvml->get_clock, device, nvml::kClockMemory, &value))
        state.memory_clock_mhz = static_cast<float>(value);
    if (succeeded(m_nvml->get_power_limit, device, &value) && value > 0)
        state.power_limit_w = static_cast<float>(value * kWattsPerMilliwatt);
    nvml::Utilization utilization{};
    if (succeeded(m_nvml->get_utilization, device, &utilization))
        state.utilisation = static_cast<float>(utilization.gpu) / 100.0F;
    unsigned long long reasons = 0;
    if (succeeded(m_nvml->get_reasons, device, &reasons)) state.throttle = throttleBits(reasons);
    nvml::Memory memory{};
    if (succeeded(m_nvml->get_memory, device, &memory))
        state.memory_used_bytes = static_cast<double>(memory.used);
    return state;
}

}  // namespace wattline

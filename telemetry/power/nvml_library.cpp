// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/nvml_library.h"

#include <array>
#include <dlfcn.h>

#include "telemetry/power/nvml_abi.h"

namespace wattline {
namespace {

constexpr double kWattsPerMilliwatt = 1e-3;
constexpr double kJoulesPerMillijoule = 1e-3;

template <typename Function> void resolve(void* library, const char* symbol, Function*& function) {
    // POSIX: the result of dlsym may be converted to a function pointer.
    function = reinterpret_cast<Function*>(dlsym(library, symbol));
}

/// Zero is what NVML says when it has no reading; no GPU that answers draws nothing.
std::optional<Watts> fromMilliwatts(unsigned mw) {
    return mw == 0 ? std::nullopt : std::optional(Watts{mw * kWattsPerMilliwatt});
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
    nvml::GetPowerUsage* get_power_usage = nullptr;
    nvml::GetFieldValues* get_field_values = nullptr;

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
    }
    /// What nothing works without: devices have to be found and named.
    [[nodiscard]] bool complete() const {
        return init != nullptr && get_count != nullptr && get_handle != nullptr &&
               get_uuid != nullptr;
    }
};

NvmlLibrary::NvmlLibrary() = default;

Result<std::unique_ptr<NvmlLibrary>> NvmlLibrary::load(const std::string& file_name) {
    // Never closed: libtorch's CUDA may hold the same library.
    void* library = dlopen(file_name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return fail(ExitCode::Environment,
                    "no NVIDIA driver on this host (" + file_name + " cannot be loaded)");
    auto functions = std::make_unique<Functions>(library);
    if (!functions->complete())
        return fail(ExitCode::Environment,
                    file_name + " lacks functions of NVML; a driver from 2014 or later has them");
    if (const int code = functions->init(); code != nvml::kSuccess) {
        const char* why = functions->error_string != nullptr ? functions->error_string(code) : "";
        return fail(ExitCode::Environment, "NVML does not start (code " + std::to_string(code) +
                                               " " + why + "); see what nvidia-smi says");
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
    if (m_nvml->get_handle_by_uuid == nullptr || m_nvml->get_board_of_mig == nullptr ||
        m_nvml->get_handle_by_uuid(mig_uuid.c_str(), &mig) != nvml::kSuccess ||
        m_nvml->get_board_of_mig(mig, &board) != nvml::kSuccess)
        return std::nullopt;
    return uuid(board);
}

std::optional<Joules> NvmlLibrary::totalEnergy(Device device) const {
    unsigned long long mj = 0;
    if (m_nvml->get_total_energy == nullptr ||
        m_nvml->get_total_energy(device, &mj) != nvml::kSuccess)
        return std::nullopt;
    return Joules{static_cast<double>(mj) * kJoulesPerMillijoule};
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

}  // namespace wattline

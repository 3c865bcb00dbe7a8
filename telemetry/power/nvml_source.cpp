// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/nvml_source.h"

#include <chrono>
#include <cstdlib>
#include <set>
#include <thread>

#include "telemetry/core/host.h"
#include "telemetry/power/visible_devices.h"

namespace wattline {
namespace {

using Scope = NvmlLibrary::PowerScope;

/// The longest time within which a power that was just asked for may be refused.
constexpr std::chrono::milliseconds kSensorPause{60};

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

bool isModule(const std::string& name) {
    return holds(name, "GH200") || holds(name, "GB200");
}

/// The sensor of A100 and H100 looks a quarter of the time (arXiv 2312.02741); that of others is
/// not known.
std::optional<double> averagedShare(const std::string& name) {
    if (holds(name, "A100") || holds(name, "H100")) return 0.25;
    return std::nullopt;
}

std::optional<std::string_view> variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string_view>(value);
}

/// CUDA counts GPUs fastest first by default, NVML by their place on the bus.
std::string orderWarning(const std::vector<PowerDevice>& devices,
                         std::optional<std::string_view> visible) {
    std::set<std::string> labels;
    for (const auto& device : devices)
        if (device.part_of.empty()) labels.insert(device.label);
    const bool by_number = visible && visible->find_first_of("0123456789") == 0;
    if (labels.size() < 2 || !by_number || variable("CUDA_DEVICE_ORDER") == "PCI_BUS_ID") return "";
    return "the GPUs differ and CUDA_VISIBLE_DEVICES has numbers: set "
           "CUDA_DEVICE_ORDER=PCI_BUS_ID, or CUDA may mean other ones";
}

}  // namespace

/// All boards of the host; one whose UUID cannot be read keeps its place with an empty one.
struct NvmlSource::Found {
    std::vector<NvmlLibrary::Device> boards;
    std::vector<std::string> uuids;
};

NvmlSource::Found NvmlSource::findBoards() const {
    Found found;
    for (unsigned i = 0; i < m_nvml->deviceCount(); ++i) {
        const auto board = m_nvml->device(i);
        found.boards.push_back(board.value_or(nullptr));
        found.uuids.push_back(board ? m_nvml->uuid(*board).value_or("") : "");
    }
    return found;
}

std::unique_ptr<NvmlSource> NvmlSource::open(const std::string& library_name,
                                             SourceReport& report) {
    report = {"NVML", SensorAccess::Absent, "", ""};
    auto nvml = NvmlLibrary::load(library_name, report);
    if (!nvml) return nullptr;
    std::unique_ptr<NvmlSource> source(new NvmlSource(std::move(nvml)));
    const Found found = source->findBoards();
    const auto visible = variable("CUDA_VISIBLE_DEVICES");
    const auto chosen = visibleDevices(found.uuids, visible, [&](const std::string& mig) {
        return source->m_nvml->boardOfMig(mig);
    });
    report.access = SensorAccess::Broken;
    report.detail =
        std::to_string(chosen.size()) + " of " + std::to_string(found.boards.size()) + " GPUs";
    source->addBoards(found, chosen, visible && visible->find("MIG-") != visible->npos, report);
    if (chosen.empty() && visible && !found.boards.empty()) {
        report.access = SensorAccess::Absent;
        report.detail += "; CUDA_VISIBLE_DEVICES='" + std::string(*visible) + "' names none";
    }
    if (source->m_devices.empty()) return nullptr;
    report.access = SensorAccess::Readable;
    report.detail += "; " + source->m_devices[0].label + ": " + source->m_devices[0].sensor;
    report.advice = orderWarning(source->m_devices, visible);
    return source;
}

void NvmlSource::addBoards(const Found& found, const std::vector<std::size_t>& chosen,
                           bool by_slice, SourceReport& report) {
    for (const auto i : chosen) {
        auto* const board = found.boards[i];
        const bool sliced = board != nullptr && (by_slice || m_nvml->isCutIntoMig(board));
        if (board == nullptr || !addBoard(board, found.uuids[i], sliced))
            report.detail += "; GPU " + std::to_string(i) + " tells neither power nor energy";
    }
}

/// A sensor that was asked a moment ago (by nvidia-smi, say) may refuse: that must not decide how
/// this board is measured for a whole run.
std::optional<Watts> NvmlSource::instantOf(NvmlLibrary::Device board, Scope scope) const {
    auto power = m_nvml->instantPower(board, scope);
    if (power || !m_nvml->hasFields() || scope == Scope::Memory) return power;
    std::this_thread::sleep_for(kSensorPause);
    return m_nvml->instantPower(board, scope);
}

/// A module's power usage is not told to cover all of it, so only its own scope counts.
bool NvmlSource::addBoard(NvmlLibrary::Device board, const std::string& uuid, bool sliced) {
    if (uuid.empty()) return false;
    PowerDevice info;
    info.id = uuid;
    const auto model = m_nvml->name(board).value_or("NVIDIA GPU");
    const bool module = isModule(model);
    const Scope scope_id = module ? Scope::Module : Scope::Gpu;
    Power power = Power::None;
    if (instantOf(board, scope_id))
        power = Power::Instant;
    else if (!module && m_nvml->powerUsage(board))
        power = Power::Usage;
    info.has_counter = m_nvml->totalEnergy(board).has_value();
    if (power == Power::None && !info.has_counter) return false;

    info.label = sliced ? model + " (cut into MIG slices: the whole board)" : model;
    info.kind = "gpu";
    info.scope = module ? scope::kModule : scope::kBoard;
    info.attributed = sliced;
    info.method = info.has_counter ? EnergyMethod::Counter : EnergyMethod::Integrated;
    if (info.has_counter) info.sensor = "NVML energy counter";
    if (power != Power::None)
        info.sensor +=
            (info.has_counter ? ", " : "") +
            std::string(power == Power::Instant ? "NVML instant power" : "NVML power usage");
    info.gain_low = 0.95;
    info.gain_high = 1.05;
    info.period_s = 0.1;  // the slowest of 20 to 100 ms at which sensor and counter tick
    if (info.has_counter) info.counter_tick_s = 0.1;
    info.averaged_share = averagedShare(model);
    info.host = hostName();
    info.boot_id = bootId();
    m_devices.push_back(info);
    m_sensors.push_back({board, scope_id, power, true});
    if (module) addPart(info, board, Scope::Gpu, scope::kGpu);
    addPart(info, board, Scope::Memory, scope::kMemory);
    return true;
}

/// What the driver tells of a part of the board beside the whole.
void NvmlSource::addPart(const PowerDevice& whole, NvmlLibrary::Device board, Scope scope,
                         std::string_view name) {
    if (!instantOf(board, scope)) return;
    PowerDevice part = whole;
    part.id += "/" + std::string(name);
    part.label += ", " + std::string(name);
    part.scope = name;
    part.part_of = whole.id;
    part.sensor = "NVML instant power";
    part.method = EnergyMethod::Integrated;
    part.has_counter = false;
    part.counter_tick_s.reset();
    m_devices.push_back(std::move(part));
    m_sensors.push_back({board, scope, Power::Instant, false});
}

/// One sensor per device for the whole run: mixing an instant value with a mean over 1 s would bend
/// the curve. Where the instant power fails that is a gap.
PowerReading NvmlSource::read(std::size_t device, ReadRequest what) {
    if (device >= m_sensors.size()) return {};
    const Sensor& sensor = m_sensors[device];
    PowerReading reading;
    if (sensor.power == Power::Instant)
        reading.power = m_nvml->instantPower(sensor.board, sensor.scope);
    else if (sensor.power == Power::Usage)
        reading.power = m_nvml->powerUsage(sensor.board);
    if (!sensor.whole) return reading;
    if (what.counter && m_devices[device].has_counter)
        reading.counter = m_nvml->totalEnergy(sensor.board);
    if (what.state) reading.state = m_nvml->state(sensor.board);
    return reading;
}

}  // namespace wattline

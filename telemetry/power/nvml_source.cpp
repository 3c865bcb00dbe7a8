// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/nvml_source.h"

#include <cstdlib>
#include <set>
#include <string_view>

#include "telemetry/core/host.h"
#include "telemetry/power/visible_devices.h"

namespace wattline {
namespace {

bool isModule(const std::string& name) {
    return name.find("GH200") != std::string::npos || name.find("GB200") != std::string::npos;
}

std::optional<std::string_view> variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string_view>(value);
}

std::string sensorName(bool instant, bool counter) {
    const std::string power = instant ? "NVML instant power" : "NVML power usage";
    return counter ? "NVML energy counter, " + power : power;
}

/// All devices of the host; one whose UUID cannot be read keeps its place with an empty one.
struct Found {
    std::vector<NvmlLibrary::Device> devices;
    std::vector<std::string> uuids;
};

Found findDevices(const NvmlLibrary& nvml) {
    Found found;
    for (unsigned i = 0; i < nvml.deviceCount(); ++i) {
        const auto device = nvml.device(i);
        found.devices.push_back(device.value_or(nullptr));
        found.uuids.push_back(device ? nvml.uuid(*device).value_or("") : "");
    }
    return found;
}

/// CUDA counts GPUs fastest first by default, NVML by their place on the bus.
std::string orderWarning(const std::vector<PowerDevice>& devices,
                         std::optional<std::string_view> visible) {
    std::set<std::string> labels;
    for (const auto& device : devices)
        labels.insert(device.label);
    const bool by_number = visible && visible->find_first_of("0123456789") == 0;
    if (labels.size() < 2 || !by_number || variable("CUDA_DEVICE_ORDER") == "PCI_BUS_ID") return "";
    return "; the GPUs differ and CUDA_VISIBLE_DEVICES has numbers: set "
           "CUDA_DEVICE_ORDER=PCI_BUS_ID, or CUDA may mean other ones";
}

}  // namespace

std::unique_ptr<NvmlSource> NvmlSource::open(const std::string& library_name,
                                             SourceReport& report) {
    report = {"NVML", false, ""};
    auto nvml = NvmlLibrary::load(library_name);
    if (!nvml) {
        report.detail = nvml.error().message;
        return nullptr;
    }
    std::unique_ptr<NvmlSource> source(new NvmlSource(std::move(*nvml)));
    const Found found = findDevices(*source->m_nvml);
    const auto visible = variable("CUDA_VISIBLE_DEVICES");
    const auto chosen = visibleDevices(found.uuids, visible, [&](const std::string& mig) {
        return source->m_nvml->boardOfMig(mig);
    });
    std::string mute;
    for (const auto i : chosen)
        if (found.devices[i] == nullptr || !source->addBoard(found.devices[i], found.uuids[i]))
            mute += "; GPU " + std::to_string(i) + " tells neither power nor energy";
    report.usable = !source->m_boards.empty();
    report.detail = std::to_string(source->m_boards.size()) + " of " +
                    std::to_string(found.devices.size()) + " GPUs";
    if (report.usable)
        report.detail += ", " + source->m_devices[0].label + ": " + source->m_devices[0].sensor;
    if (chosen.empty() && visible && !found.devices.empty())
        report.detail +=
            "; CUDA_VISIBLE_DEVICES='" + std::string(*visible) + "' names none of them";
    report.detail += mute + orderWarning(source->m_devices, visible);
    return report.usable ? std::move(source) : nullptr;
}

bool NvmlSource::addBoard(NvmlLibrary::Device device, const std::string& uuid) {
    if (uuid.empty()) return false;
    PowerDevice info;
    info.id = uuid;
    info.label = m_nvml->name(device).value_or("NVIDIA GPU");
    const bool module = isModule(info.label);
    Board board{device, module ? NvmlLibrary::PowerScope::Module : NvmlLibrary::PowerScope::Gpu,
                false, false, Joules{0.0}};
    board.has_instant = m_nvml->instantPower(device, board.scope).has_value();
    const auto counter = m_nvml->totalEnergy(device);
    board.has_counter = counter.has_value();
    board.last_counter = counter.value_or(Joules{0.0});
    if (!board.has_instant && !board.has_counter && !m_nvml->powerUsage(device)) return false;

    info.kind = "gpu";
    info.scope = module ? "module" : "board";
    info.sensor = sensorName(board.has_instant, board.has_counter);
    info.method = board.has_counter ? EnergyMethod::Counter : EnergyMethod::Integrated;
    info.gain_low = 0.95;
    info.gain_high = 1.05;
    info.period_s = 0.1;  // the slowest of 20 to 100 ms at which sensor and counter tick
    info.host = hostName();
    info.boot_id = bootId();
    m_devices.push_back(std::move(info));
    m_boards.push_back(board);
    return true;
}

PowerReading NvmlSource::read(std::size_t device, bool with_counter) {
    if (device >= m_boards.size()) return {};
    Board& board = m_boards[device];
    PowerReading reading;
    reading.power = readPower(board);
    if (with_counter && board.has_counter) reading.counter = readCounter(board);
    return reading;
}

/// One sensor per board for the whole run: mixing an instant value with a mean over 1 s would bend
/// the curve. Where the instant power fails that is a gap.
std::optional<Watts> NvmlSource::readPower(const Board& board) const {
    return board.has_instant ? m_nvml->instantPower(board.device, board.scope)
                             : m_nvml->powerUsage(board.device);
}

std::optional<Joules> NvmlSource::readCounter(Board& board) const {
    const auto now = m_nvml->totalEnergy(board.device);
    if (!now) return std::nullopt;
    if (*now < board.last_counter) {
        board.has_counter = false;  // the driver was loaded anew: what was between is unknown
        return std::nullopt;
    }
    board.last_counter = *now;
    return now;
}

}  // namespace wattline

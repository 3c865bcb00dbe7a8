// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/bmc_source.h"

#include <utility>

#include "telemetry/core/host.h"

namespace wattline {

BmcSource::BmcSource(std::unique_ptr<BmcReader> reader) : m_reader(std::move(reader)) {
    PowerDevice device;
    device.boot_id = bootId();
    device.host = hostName();
    device.id = "host:" + device.boot_id + "/bmc";
    device.label = "node (management controller)";
    device.kind = "node";
    device.scope = scope::kNode;
    device.sensor = m_reader->sensor();
    device.method = EnergyMethod::Integrated;
    device.gain_low = 1.0 - m_reader->gainHalfWidth();
    device.gain_high = 1.0 + m_reader->gainHalfWidth();
    device.period_s = m_reader->periodS();
    m_devices.push_back(std::move(device));
}

/// Supplies that feed a node that answers deliver something: 0 is no reading.
PowerReading BmcSource::read(std::size_t device, ReadRequest /*what*/) {
    PowerReading reading;
    if (device >= m_devices.size()) return reading;
    reading.power = m_reader->readPower();
    if (reading.power && !(reading.power->value > 0.0)) reading.power.reset();
    return reading;
}

}  // namespace wattline

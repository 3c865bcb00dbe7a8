// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/units.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// What a board management controller tells of its whole node, by IPMI or Redfish. Both need root
/// or a site's password, and answer in tens of milliseconds to seconds, so Wattline brings no
/// implementation: a site that wants one derives from this. Threads: one owner (the sampler's).
class BmcReader {
public:
    virtual ~BmcReader() = default;
    /// "IPMI DCMI", "Redfish /redfish/v1/Chassis/1/Power"
    [[nodiscard]] virtual std::string sensor() const = 0;
    /// The node's power now. Empty: the read failed, which is a gap and never 0 W. May block.
    [[nodiscard]] virtual std::optional<Watts> readPower() = 0;
    /// How often the controller's figure changes; often one to several seconds.
    [[nodiscard]] virtual double periodS() const = 0;
    /// Half width of the figure's relative error (k = 2); supplies' sensors: 0.05 and more.
    [[nodiscard]] virtual double gainHalfWidth() const = 0;
};

/// A BmcReader as a source: one device of scope `node`, integrated. Threads: one owner.
class BmcSource final : public PowerSource {
public:
    explicit BmcSource(std::unique_ptr<BmcReader> reader);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override;

private:
    std::unique_ptr<BmcReader> m_reader;
    std::vector<PowerDevice> m_devices;
};

}  // namespace wattline

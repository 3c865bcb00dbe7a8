// SPDX-License-Identifier: Apache-2.0
#include "telemetry/sampling/sharing_event.h"

namespace wattline {

wire::Event sharingEvent(std::int64_t mono_ns, const PowerDevice& device, int runs) {
    wire::Event event;
    event.mono_ns = mono_ns;
    event.device = device.id;
    const auto name = device.label.empty() ? device.id : device.label;
    if (runs > 1) {
        event.kind = "shared";
        event.runs = runs;
        event.text = std::to_string(runs) + " runs use " + name +
                     " now; what each of them draws cannot be told apart";
    } else {
        event.kind = "unshared";
        event.text = "this run has " + name + " to itself";
    }
    return event;
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/core/clock.h"
#include "telemetry/core/workspace.h"
#include "telemetry/runs/assembler.h"
#include "telemetry/runs/supervision.h"

namespace wattline {

/// Updates the part of the evidence that the records give.
void lookAtRecords(Evidence& evidence, const Assembler& assembler);
/// Where and by which clock a run is looked at.
struct RunPlace {
    const RunFolder& folder;
    const RunSpec& spec;
    const Clock& clock;
    Files& files;
};
/// Updates the part that the run folder and this host's processes give. `heard_ns`: our clock when
/// a rank last spoke over the socket; 0: never.
void lookAtHost(Evidence& evidence, const RunPlace& place, const Assembler& assembler,
                std::int64_t heard_ns);

}  // namespace wattline

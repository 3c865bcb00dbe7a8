// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/core/run_spec.h"

namespace CLI {
class App;
}

namespace wattline::cli {

/// The options of `wattline run` that make up a RunSpec.
class RunOptions {
public:
    /// Must not move or die before the command line is parsed.
    void addTo(CLI::App& command);
    /// As asked for, not yet completed.
    [[nodiscard]] const RunSpec& specification() const noexcept { return m_spec; }

private:
    RunSpec m_spec;
};

}  // namespace wattline::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/control/run_link.h"

namespace wattline::trainer {

/// Records nothing and hears nothing: a training that shows what the rest costs.
/// Threads: training thread only.
class SilentLink final : public RunLink {
public:
    void record(const StepRecord&) noexcept override {}
    void event(wire::Event) override {}
    std::optional<wire::Command> takeCommand() override { return std::nullopt; }
    void setState(RunState) noexcept override {}
};

}  // namespace wattline::trainer

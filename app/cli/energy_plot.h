// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/feed.h"

namespace wattline::cli {

/// Keeps the curves of energy over GPU hours of some runs for a picture in the terminal: asks the
/// feed once a second, draws what it has. Threads: one owner; answers may come on any thread, also
/// after this object is gone.
class EnergyPlot {
public:
    explicit EnergyPlot(Feed& feed);
    ~EnergyPlot();
    EnergyPlot(const EnergyPlot&) = delete;
    EnergyPlot& operator=(const EnergyPlot&) = delete;

    [[nodiscard]] std::vector<std::string> draw(const std::vector<RunSummary>& runs, int columns);

private:
    struct Answers;
    void ask(const std::vector<RunSummary>& runs, int columns);

    Feed& m_feed;
    std::shared_ptr<Answers> m_answers;
    std::chrono::steady_clock::time_point m_asked{};
};

}  // namespace wattline::cli

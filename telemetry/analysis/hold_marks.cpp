// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/hold_marks.h"

#include <optional>

#include "telemetry/analysis/ledger.h"

namespace wattline {
namespace {

struct Hold {
    double from_s = 0.0;
    std::optional<double> to_s;  ///< empty: still held
    double held_before_s = 0.0;
    std::int64_t step = 0;
};

std::vector<Hold> holdsOf(const RunSummary& run) {
    std::vector<Hold> holds;
    double held_s = 0.0;
    bool open = false;
    for (const auto& event : run.events) {
        if (event.kind == "held" && !open) {
            holds.push_back({event.t_s, std::nullopt, held_s, event.step});
            open = true;
        } else if (event.kind == "resumed" && open) {
            holds.back().to_s = event.t_s;
            held_s += event.t_s - holds.back().from_s;
            open = false;
        }
    }
    return holds;
}

std::optional<PlotMark> place(const Hold& hold, const RunSummary& run, Axis axis) {
    const double active_s = hold.from_s - hold.held_before_s;
    switch (axis) {
    case Axis::Step:
        return PlotMark{static_cast<double>(hold.step), static_cast<double>(hold.step), ""};
    case Axis::Time:
        return PlotMark{active_s, active_s, ""};
    case Axis::GpuHours: {
        if (!(run.wall_s > 0.0)) return std::nullopt;
        const double x = active_s * run.gpu_hours / run.wall_s;
        return PlotMark{x, x, ""};
    }
    default:
        return std::nullopt;
    }
}

std::string duration(double s) {
    if (s < 120.0) return formatValue(s, 0.0, "s", 2);
    if (s < 7200.0) return formatValue(s / 60.0, 0.0, "min", 2);
    return formatValue(s / 3600.0, 0.0, "h", 2);
}

/// Booked energy is known for all holds together, so only a single one can name its own.
std::string bookedApart(const RunSummary& run, std::size_t holds) {
    const double j = headline(run.energy).held_j;
    if (holds != 1 || !(j > 0.0)) return "";
    const auto unit = energyUnit(j);
    return " · " + formatValue(j * unit.per_joule, 0.0, unit.name, 2) + " apart";
}

}  // namespace

void addHoldMarks(const RunSummary& run, Axis axis, bool name_run, std::vector<PlotMark>& marks) {
    const auto holds = holdsOf(run);
    for (const auto& hold : holds) {
        auto mark = place(hold, run, axis);
        if (!mark) continue;
        mark->text = name_run ? displayName(run.spec) + " held" : "held";
        if (hold.to_s)
            mark->text += " " + duration(*hold.to_s - hold.from_s) + bookedApart(run, holds.size());
        marks.push_back(*mark);
    }
}

}  // namespace wattline

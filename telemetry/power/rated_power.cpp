// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/rated_power.h"

#include <algorithm>
#include <array>
#include <set>

namespace wattline {
namespace {

constexpr double kWattsPerLogicalCore = 10.0;

struct Processor {
    std::string_view model;  ///< part of /proc/cpuinfo's "model name"
    double tdp_w;            ///< one socket
    int cores;
};

/// Thermal design power as published on the makers' product pages (ark.intel.com, amd.com).
constexpr std::array kProcessors{
    Processor{"Xeon(R) Platinum 8368 ", 270.0, 38},
    Processor{"Xeon(R) Platinum 8380 ", 270.0, 40},
    Processor{"Xeon(R) Platinum 8358 ", 250.0, 32},
    Processor{"Xeon(R) Platinum 8480+", 350.0, 56},
    Processor{"EPYC 7742 ", 225.0, 64},
    Processor{"EPYC 7763 ", 280.0, 64},
    Processor{"EPYC 7713 ", 225.0, 64},
    Processor{"EPYC 9654 ", 360.0, 96},
};

struct CpuFacts {
    std::string model;
    int logical = 0;
    int sockets = 1;
};

std::string_view valueOf(std::string_view line) {
    const auto colon = line.find(": ");
    return colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 2);
}

CpuFacts factsFrom(std::string_view cpuinfo) {
    CpuFacts facts;
    std::set<std::string_view> sockets;
    while (!cpuinfo.empty()) {
        const auto end = std::min(cpuinfo.find('\n'), cpuinfo.size());
        const auto line = cpuinfo.substr(0, end);
        if (line.starts_with("processor\t")) ++facts.logical;
        if (line.starts_with("physical id")) sockets.insert(valueOf(line));
        if (line.starts_with("model name") && facts.model.empty()) facts.model = valueOf(line);
        cpuinfo.remove_prefix(std::min(end + 1, cpuinfo.size()));
    }
    facts.sockets = std::max<int>(1, static_cast<int>(sockets.size()));
    return facts;
}

std::string watts(double w) {
    return std::to_string(static_cast<int>(w + 0.5)) + " W";
}

}  // namespace

RatedPower ratedPower(double given_w, std::string_view cpuinfo) {
    if (given_w > 0.0) return {given_w, 0.5, 1.5, "given"};
    const CpuFacts facts = factsFrom(cpuinfo);
    const std::string model = facts.model + " ";  // so that "7742 " also ends a name
    const auto known = std::ranges::find_if(
        kProcessors, [&](const Processor& p) { return model.find(p.model) != std::string::npos; });
    if (known != kProcessors.end()) {
        const int cores = known->cores * facts.sockets;
        // A virtual machine sees fewer logical cores than the socket has: it gets its share.
        const double share = facts.logical >= cores ? 1.0 : 0.5 * facts.logical / cores;
        return {known->tdp_w * facts.sockets * share, 0.4, 2.0,
                "thermal design power of " + facts.model};
    }
    const double w = kWattsPerLogicalCore * std::max(1, facts.logical);
    return {w, 0.3, 3.0, "default: 10 W per logical core, " + watts(w)};
}

}  // namespace wattline

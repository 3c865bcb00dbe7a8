// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/energy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace wattline {
namespace {

constexpr std::array kMethods{
    std::pair{EnergyMethod::None, std::string_view{"none"}},
    std::pair{EnergyMethod::Counter, std::string_view{"counter"}},
    std::pair{EnergyMethod::Integrated, std::string_view{"integrated"}},
    std::pair{EnergyMethod::Estimated, std::string_view{"estimated"}},
    std::pair{EnergyMethod::Simulated, std::string_view{"simulated"}},
    std::pair{EnergyMethod::Imported, std::string_view{"imported"}},
};

/// CPUs and their memory, however they are measured.
bool isCpuSide(std::string_view of) noexcept {
    return of == scope::kPackage || of == scope::kDram || of == scope::kCore;
}

}  // namespace

bool contains(const PowerDevice& outer, const PowerDevice& inner) noexcept {
    if (!inner.part_of.empty() && inner.part_of == outer.id) return true;
    if (outer.boot_id != inner.boot_id || outer.scope == inner.scope) return false;
    if (outer.scope == scope::kNode) return true;
    const bool cpu_side = isCpuSide(inner.scope);
    if (outer.scope == scope::kModule) return cpu_side || inner.scope == scope::kHost;
    return outer.scope == scope::kHost && cpu_side;
}

std::string_view name(EnergyMethod method) noexcept {
    const auto it = std::ranges::find(kMethods, method, &decltype(kMethods)::value_type::first);
    return it == kMethods.end() ? std::string_view{"none"} : it->second;
}

EnergyMethod parseEnergyMethod(std::string_view text) noexcept {
    const auto it = std::ranges::find(kMethods, text, &decltype(kMethods)::value_type::second);
    return it == kMethods.end() ? EnergyMethod::None : it->first;
}

double UncertaintyTerms::withoutGain() const noexcept {
    return std::hypot(edge_j, sampling_j, alignment_j);
}

double UncertaintyTerms::combined() const noexcept {
    return std::hypot(withoutGain(), gain_j);
}

const EnergyFlag* EnergyEntry::flag(std::string_view kind) const noexcept {
    const auto it = std::ranges::find(flags, kind, &EnergyFlag::kind);
    return it == flags.end() ? nullptr : &*it;
}

}  // namespace wattline

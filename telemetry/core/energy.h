// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wattline {

/// How a figure in joules came about. Always shown; never added across methods without saying so.
enum class EnergyMethod {
    None,        ///< no sensor and no estimate: there is no figure
    Counter,     ///< difference of a hardware counter
    Integrated,  ///< trapezoid over sampled power
    Estimated,   ///< a model: utilisation x rated power
    Simulated,
    Imported,
};

[[nodiscard]] std::string_view name(EnergyMethod method) noexcept;
[[nodiscard]] EnergyMethod parseEnergyMethod(std::string_view text) noexcept;  ///< None if unknown
[[nodiscard]] constexpr bool isMeasured(EnergyMethod m) noexcept {
    return m == EnergyMethod::Counter || m == EnergyMethod::Integrated;
}
/// A figure that no sensor stands behind: dashed, worded, given as a range wherever it is shown.
[[nodiscard]] constexpr bool isModelled(EnergyMethod m) noexcept {
    return m == EnergyMethod::Estimated || m == EnergyMethod::Simulated;
}

/// What the joules of a device cover. Text, since journals keep it; a reader shows others as they
/// are. `host` is every CPU of a host, by an estimate; `node` is a sensor of the whole machine;
/// `platform` is RAPL's psys, whose extent differs from board to board: shown, never added up.
namespace scope {
inline constexpr std::string_view kBoard = "board";    ///< a GPU board with its memory
inline constexpr std::string_view kGpu = "gpu";        ///< the GPU's part of a board or module
inline constexpr std::string_view kMemory = "memory";  ///< the memory of a GPU
inline constexpr std::string_view kModule = "module";  ///< GH200, GB200: GPU, CPU and their memory
inline constexpr std::string_view kPackage = "package";
inline constexpr std::string_view kCore = "core";
inline constexpr std::string_view kDram = "dram";
inline constexpr std::string_view kHost = "host";
inline constexpr std::string_view kPlatform = "platform";
inline constexpr std::string_view kNode = "node";
}  // namespace scope

/// One device as a rank's hello declares it. The ledger's key is `id`, never a rank.
struct PowerDevice {
    std::string id;      ///< GPU UUID, "host:<boot id>/package-0"; a part of it: "<id>/memory"
    std::string label;   ///< for people: "NVIDIA H100 80GB HBM3", "CPU (estimated)"
    std::string kind;    ///< gpu | cpu | node
    std::string scope;   ///< one of namespace scope: what the joules cover
    std::string sensor;  ///< "NVML energy counter", "RAPL", "utilisation x rated power"
    EnergyMethod method = EnergyMethod::None;  ///< of the headline figure of this device
    double gain_low = 1.0;   ///< the true value lies within [gain_low, gain_high] x the reading
    double gain_high = 1.0;  ///< (k = 2): 0.95..1.05 for a sensor, 0.3..3 for a default estimate
    double period_s = 0.1;   ///< the sensor's own update period or the sampling period
    std::string host;        ///< host name, for people
    std::string boot_id;     ///< of the host, for keys
    std::string part_of{};   ///< id of the device whose joules contain these; empty: none is known
    bool has_counter = false;                ///< a hardware counter is read beside the power
    std::optional<double> counter_tick_s{};  ///< how often that counter moves
    /// f: share of a sampling period that one power reading averages over (0.25 on A100 and H100,
    /// 0 for an instant, 1 for the mean since the reading before). Empty: not known.
    std::optional<double> averaged_share{};
    /// The sensor sees more than this run may use (a board cut into MIG slices): its figure is the
    /// whole board's, and a run's part of it is an attribution.
    bool attributed = false;
};

/// Standard uncertainties (k = 1) of one energy, in joules. NaN: not known (an older summary).
/// Joined in quadrature; gaps are not among them, they widen the interval by what they may hold.
struct UncertaintyTerms {
    double edge_j = 0.0;       ///< the ends of the window fall between two readings
    double sampling_j = 0.0;   ///< what happened between the samples
    double gain_j = 0.0;       ///< the sensor's scale; the same for every energy of one device
    double alignment_j = 0.0;  ///< the window was opened and closed by another host's clock
    [[nodiscard]] double withoutGain() const noexcept;
    [[nodiscard]] double combined() const noexcept;
};

/// Something that a reader of an energy must know. Nothing that a program may ignore.
struct EnergyFlag {
    std::string kind;  ///< aliasing | disagreement | shared | attributed | reset
    std::string text;  ///< one sentence
};

/// True when the joules of `outer` contain those of `inner`, so that the two are never added: by
/// `part_of`, or on one host by what their scopes cover. A module contains the CPU beside its GPU,
/// a node everything of its host. Pure.
[[nodiscard]] bool contains(const PowerDevice& outer, const PowerDevice& inner) noexcept;

/// Energy of one device over the run's window, held time excluded.
struct EnergyEntry {
    static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

    PowerDevice device;
    double j = 0.0;
    double u_j = 0.0;  ///< k = 2, half width; for an estimate the larger side of [low_j, high_j]
    double low_j = 0.0;
    double high_j = 0.0;
    double held_j = 0.0;      ///< while held, booked apart; nothing accrues while suspended
    double gap_s = 0.0;       ///< time without a reading; its energy is in [low_j, high_j]
    double counter_j = -1.0;  ///< the two figures side by side; negative: not available
    double integrated_j = -1.0;
    UncertaintyTerms terms{kUnknown, kUnknown, kUnknown, kUnknown};
    /// What the whole device drew while other runs shared it; `j` holds this run's part of it.
    double shared_j = 0.0;
    double shared_s = 0.0;           ///< time in which other runs used the device, too
    double idle_w = kUnknown;        ///< baseline before the run; NaN: not measured
    double above_idle_j = kUnknown;  ///< j - idle_w x active time; NaN without a baseline
    std::vector<EnergyFlag> flags;

    /// counter - integrated, J; NaN unless both are there.
    [[nodiscard]] double residual_j() const noexcept {
        return counter_j < 0.0 || integrated_j < 0.0 ? kUnknown : counter_j - integrated_j;
    }
    [[nodiscard]] const EnergyFlag* flag(std::string_view kind) const noexcept;
};

}  // namespace wattline

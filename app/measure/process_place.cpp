// SPDX-License-Identifier: Apache-2.0
#include "app/measure/process_place.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "telemetry/core/host.h"

namespace wattline {
namespace {

/// How a launcher tells a process its place. `marks` are all set by it and by no other; `launch`
/// are what tells its launches apart.
struct Launcher {
    const char* name;
    const char* rank;
    const char* size;
    std::vector<const char*> marks;
    std::vector<const char*> launch;
};

const std::vector<Launcher>& launchers() {
    static const std::vector<Launcher> all{
        {"WATTLINE_RANK", "WATTLINE_RANK", "WATTLINE_SIZE", {"WATTLINE_RANK"}, {"WATTLINE_LAUNCH"}},
        // Before MPI: a worker of torchrun may itself sit under mpirun or srun.
        {"torchrun",
         "RANK",
         "WORLD_SIZE",
         {"TORCHELASTIC_RUN_ID", "RANK"},
         {"TORCHELASTIC_RUN_ID", "MASTER_ADDR", "MASTER_PORT", "TORCHELASTIC_RESTART_COUNT"}},
        {"Open MPI",
         "OMPI_COMM_WORLD_RANK",
         "OMPI_COMM_WORLD_SIZE",
         {"OMPI_COMM_WORLD_RANK"},
         {"PMIX_NAMESPACE", "OMPI_MCA_orte_precondition_transports", "OMPI_MCA_orte_hnp_uri"}},
        // A batch script has SLURM_PROCID, too, but no step.
        {"Slurm",
         "SLURM_PROCID",
         "SLURM_STEP_NUM_TASKS",
         {"SLURM_STEP_ID", "SLURM_PROCID"},
         {"SLURM_JOB_ID", "SLURM_STEP_ID", "SLURM_RESTART_COUNT"}},
        {"PMI", "PMI_RANK", "PMI_SIZE", {"PMI_RANK"}, {"PMI_JOBID", "SLURM_JOB_ID", "PBS_JOBID"}},
    };
    return all;
}

std::optional<std::uint32_t> number(const char* text) {
    if (!text) return std::nullopt;
    const std::string_view view(text);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
    if (error != std::errc() || end != view.data() + view.size()) return std::nullopt;
    return value;
}

/// Processes that one launcher started on one host have one parent.
std::string parentIdentity() {
    const auto parent = identify(getppid());
    if (!parent) return "parent " + std::to_string(getppid());
    return "parent " + parent->boot_id + " " + std::to_string(parent->pid) + " " +
           std::to_string(parent->start_ticks);
}

std::string launchOf(const Launcher& launcher, const Environment& environment) {
    std::string launch;
    for (const auto* variable : launcher.launch)
        if (const char* value = environment(variable))
            launch += std::string(" ") + variable + "=" + value;
    return launcher.name + (launch.empty() ? " " + parentIdentity() : launch);
}

}  // namespace

Result<ProcessPlace> processPlace(const Environment& environment) {
    for (const auto& launcher : launchers()) {
        bool here = true;
        for (const auto* mark : launcher.marks)
            here = here && environment(mark);
        if (!here) continue;
        const auto rank = number(environment(launcher.rank));
        const auto size = number(environment(launcher.size));
        constexpr std::uint32_t kMost = 65'536;
        if (!rank || !size || *rank >= *size || *size > kMost)
            return fail(ExitCode::Usage, std::string(launcher.rank) + " and " + launcher.size +
                                             " are not the place of a process among others; set "
                                             "both right or none of them");
        return ProcessPlace{*rank, *size, launcher.name,
                            *size > 1 ? launchOf(launcher, environment) : std::string()};
    }
    return ProcessPlace{};
}

}  // namespace wattline

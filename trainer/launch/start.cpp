// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <sys/stat.h>
#include <system_error>

#include "telemetry/core/host.h"
#include "telemetry/core/spawn.h"
#include "telemetry/wire/messages.h"
#include "trainer/launch/job_script.h"
#include "trainer/launch/run_folder.h"

namespace wattline::launch {
namespace {

namespace fs = std::filesystem;

/// What a training needs to find its programs, libraries, devices and cores.
constexpr const char* kJobEnvironment =
    "PATH HOME USER LOGNAME SHELL LANG LC_* TZ TMPDIR LD_* XDG_RUNTIME_DIR WATTLINE_* "
    "OMP_* GOMP_* KMP_* MKL_* OPENBLAS_* HWLOC_* TORCH_* PYTHON* VIRTUAL_ENV CONDA_PREFIX "
    "OMPI_* PRTE_* PMIX_* UCX_* FI_* MPI* I_MPI_* NCCL_* CUDA_* NVIDIA_* HIP_* ROCR_* HSA_* ZE_* "
    "SLURM_* PBS_* LSB_* MODULE* LOADEDMODULES LMOD_* EBROOT*";

/// The hub was started by whoever came first, from whatever shell: that person's tokens, agents and
/// displays are none of the job's business, and a run must not depend on which terminal the hub
/// came from. WATTLINE_PASS names what else a site's trainings need.
std::vector<std::string> jobEnvironment() {
    const char* more = std::getenv("WATTLINE_PASS");
    std::istringstream words(std::string(kJobEnvironment) + " " + (more != nullptr ? more : ""));
    return {std::istream_iterator<std::string>(words), {}};
}

/// job.sh in a session of its own; both its streams go to one file.
Result<void> spawnJob(const RunFolder& folder) {
    DetachedProgram job;
    job.argv = {"/bin/bash", folder.script().string()};
    job.keep = jobEnvironment();
    job.output = job.errors = folder.log() / "job.log";
    if (auto pid = spawnDetached(job); !pid) return tl::unexpected(pid.error());
    return {};
}

Result<void> fillAndSpawn(const RunSpec& spec, const RunFolder& folder, const Tools& tools) {
    if (auto ok = writeFileAtomically(folder.script(), jobScript(spec, folder, tools)); !ok)
        return ok;
    chmod(folder.script().c_str(), 0700);
    // run.json comes last, see createRunFolder().
    if (auto ok = writeFileAtomically(folder.spec(), wire::toJson(spec) + "\n"); !ok) return ok;
    return spawnJob(folder);
}

}  // namespace

Result<RunId> start(RunSpec wanted, const Workspace& workspace, const Tools& tools) {
    auto checked = preview(std::move(wanted), workspace, tools);
    if (!checked) return tl::unexpected(checked.error());
    auto spec = std::move(checked->spec);
    const auto folder = createRunFolder(workspace, spec.id);
    if (!folder) return tl::unexpected(folder.error());
    spec.id = folder->id();
    spec.created_unix_ns = systemClock().realtimeNs();
    spec.created_by = userName() + "@" + hostName();
    if (auto ok = fillAndSpawn(spec, *folder, tools); !ok) {
        std::error_code ignored;
        fs::remove_all(folder->path, ignored);
        return tl::unexpected(ok.error());
    }
    return spec.id;
}

}  // namespace wattline::launch

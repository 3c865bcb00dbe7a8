// SPDX-License-Identifier: Apache-2.0
#include "trainer/cli/prepare_run.h"

#include "telemetry/core/clock.h"
#include "telemetry/core/host.h"
#include "telemetry/wire/messages.h"
#include "trainer/launch/run_folder.h"

namespace wattline::trainer {
namespace {

namespace fs = std::filesystem;

Result<RunFolder> existingFolder(const fs::path& given) {
    std::error_code error;
    RunFolder folder{fs::canonical(given, error)};
    if (error || !fs::exists(folder.spec(), error))
        return fail(ExitCode::NotFound, "there is no run folder at " + given.string() +
                                            " (no run.json); leave --run-folder out to get one");
    return folder;
}

Result<RunFolder> newFolder(RunSpec spec) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto folder = launch::createRunFolder(*workspace, {});
    if (!folder) return folder;
    spec.id = folder->id();
    spec.created_unix_ns = systemClock().realtimeNs();
    spec.created_by = userName() + "@" + hostName();
    if (auto ok = writeFileAtomically(folder->spec(), wire::toJson(spec) + "\n"); !ok)
        return tl::unexpected(ok.error());
    return folder;
}

}  // namespace

Result<RunFolder> prepareRunFolder(const fs::path& given, const RunSpec& spec,
                                   const Communicator& communicator) {
    Result<RunFolder> folder;
    if (communicator.rank() == 0) folder = given.empty() ? newFolder(spec) : existingFolder(given);
    if (auto ok = communicator.agree(folder.map([](const RunFolder&) {})); !ok)
        return tl::unexpected(ok.error());
    return RunFolder{communicator.broadcast(folder->path.string())};
}

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "app/measure/join_run.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <thread>

#include "telemetry/core/clock.h"
#include "telemetry/core/host.h"
#include "telemetry/wire/journal_name.h"
#include "telemetry/wire/messages.h"
#include "trainer/launch/run_folder.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

constexpr auto kLookAgain = std::chrono::milliseconds(20);
constexpr auto kForgotten = std::chrono::hours(24 * 7);

/// FNV-1a, as a file name: a launch's own text holds addresses and blanks.
std::string nameOf(const std::string& launch) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : launch)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return std::to_string(hash) + ".run";
}

void forgetOld(const fs::path& folder) {
    std::error_code error;
    const auto now = fs::file_time_type::clock::now();
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        const auto changed = fs::last_write_time(it->path(), ignored);
        if (!ignored && now - changed > kForgotten) fs::remove(it->path(), ignored);
    }
}

Result<RunFolder> create(const Workspace& workspace, RunSpec spec) {
    auto folder = launch::createRunFolder(workspace, {});
    if (!folder) return folder;
    spec.id = folder->id();
    spec.created_unix_ns = systemClock().realtimeNs();
    spec.created_by = userName() + "@" + hostName();
    if (auto ok = writeFileAtomically(folder->spec(), wire::toJson(spec) + "\n"); !ok)
        return tl::unexpected(ok.error());
    return folder;
}

Result<void> announce(const fs::path& joins, const fs::path& file, const RunId& run) {
    if (mkdir(joins.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(ExitCode::Environment, "cannot create " + joins.string() + " (" +
                                               std::strerror(errno) +
                                               "), where the other ranks find the run");
    forgetOld(joins);
    return writeFileAtomically(file, run + "\n");
}

/// The run that the file names, if this rank may join it.
std::optional<RunFolder> announced(const Workspace& workspace, const fs::path& file,
                                   std::uint32_t rank) {
    auto text = readFile(file);
    if (!text) return std::nullopt;
    while (!text->empty() && text->back() == '\n')
        text->pop_back();
    if (!isRunId(*text)) return std::nullopt;
    const auto folder = workspace.runFolder(*text);
    std::error_code error;
    const auto journal = folder.journal() / wire::format({1, rank, 0});
    if (!fs::exists(folder.spec(), error) || fs::exists(journal, error)) return std::nullopt;
    return folder;
}

}  // namespace

Result<RunFolder> joinRun(const Workspace& workspace, const ProcessPlace& place, RunSpec spec,
                          std::chrono::milliseconds patience) {
    const auto joins = workspace.root() / "joins";
    const auto file = joins / nameOf(place.launch);
    if (place.rank == 0) {
        auto folder = create(workspace, std::move(spec));
        if (folder && place.size > 1)
            if (auto ok = announce(joins, file, folder->id()); !ok)
                return tl::unexpected(ok.error());
        return folder;
    }
    const auto limit = std::chrono::steady_clock::now() + patience;
    for (;;) {
        if (auto folder = announced(workspace, file, place.rank)) return *folder;
        if (std::chrono::steady_clock::now() > limit) break;
        std::this_thread::sleep_for(kLookAgain);
    }
    return fail(ExitCode::Environment,
                "rank " + std::to_string(place.rank) + " found no run of rank 0 in " +
                    joins.string() +
                    "; all ranks must see one WATTLINE_HOME, and be started by "
                    "one command (else set WATTLINE_LAUNCH to the same text in "
                    "all of them)");
}

}  // namespace wattline

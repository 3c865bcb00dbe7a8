// SPDX-License-Identifier: Apache-2.0
#include "telemetry/housekeeping/trash.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "telemetry/core/disk_space.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr char kMark = '@';  // in no run id
constexpr std::size_t kShortestPart = 4;

/// Nothing when the name is none of ours.
std::optional<TrashedRun> parseEntry(const fs::path& path) {
    const auto name = path.filename().string();
    const auto mark = name.find(kMark);
    if (mark == std::string::npos || !isRunId(name.substr(0, mark))) return std::nullopt;
    TrashedRun run{name.substr(0, mark), 0, path, 0};
    const auto* const end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + mark + 1, end, run.trashed_unix_s);
    if (error != std::errc{} || stop != end || run.trashed_unix_s < 0) return std::nullopt;
    return run;
}

tl::unexpected<Error> cannotMove(const fs::path& from, const fs::path& to) {
    return fail(ExitCode::Environment, "cannot move " + from.string() + " to " + to.string() +
                                           " (" + std::strerror(errno) + ")");
}

}  // namespace

fs::path trashFolder(const Workspace& workspace) {
    return workspace.root() / "trash";
}

std::vector<TrashedRun> listTrash(const Workspace& workspace) {
    std::vector<TrashedRun> runs;
    std::error_code error;
    for (fs::directory_iterator it(trashFolder(workspace), error), end; !error && it != end;
         it.increment(error))
        if (auto run = parseEntry(it->path())) {
            run->bytes = diskUse(run->path);
            runs.push_back(std::move(*run));
        }
    std::ranges::sort(runs, {},
                      [](const TrashedRun& run) { return std::pair(run.trashed_unix_s, run.id); });
    return runs;
}

Result<void> moveToTrash(const Workspace& workspace, const RunId& id, std::int64_t now_unix_s) {
    const auto trash = trashFolder(workspace);
    if (::mkdir(trash.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(ExitCode::Environment, "cannot create the folder " + trash.string() + " (" +
                                               std::strerror(errno) + ")");
    const auto from = workspace.runFolder(id).path;
    const auto to = trash / (id + kMark + std::to_string(now_unix_s));
    // A folder of that name would be there only if the same run was pruned twice in a second.
    if (::rename(from.c_str(), to.c_str()) != 0) return cannotMove(from, to);
    return {};
}

Result<RunId> restoreFromTrash(const Workspace& workspace, const std::string& text) {
    const TrashedRun* found = nullptr;
    const auto trash = listTrash(workspace);
    for (const auto& run : trash) {
        const bool part =
            text.size() >= kShortestPart && (run.id.starts_with(text) || run.id.ends_with(text));
        if (run.id != text && !part) continue;
        if (found != nullptr && found->id != run.id)
            return fail(ExitCode::NotFound, "'" + text +
                                                "' names several runs in the trash; give "
                                                "more of the id");
        found = &run;  // the latest: they come oldest first
    }
    if (found == nullptr)
        return fail(ExitCode::NotFound, "there is no run '" + text + "' in " +
                                            trashFolder(workspace).string() +
                                            "; see 'wattline disk'");
    const auto to = workspace.runFolder(found->id).path;
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(to, ignored)))
        return fail(ExitCode::Failed,
                    "there is a run " + found->id + " again, so the one in the trash stays there");
    if (::rename(found->path.c_str(), to.c_str()) != 0) return cannotMove(found->path, to);
    return found->id;
}

Result<void> deleteForGood(const TrashedRun& run) {
    std::error_code error;
    fs::remove_all(run.path, error);
    if (error)
        return fail(ExitCode::Environment, "cannot delete " + run.path.string() + " (" +
                                               error.message() + "); part of it may be gone");
    return {};
}

std::int64_t lastChangeNs(const RunFolder& folder) {
    std::int64_t newest = 0;
    const auto look = [&newest](const fs::path& path) {
        struct stat info {};
        if (::stat(path.c_str(), &info) == 0)
            newest = std::max(newest, std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 +
                                          info.st_mtim.tv_nsec);
    };
    look(folder.spec());
    look(folder.exitRecord());
    std::error_code error;
    for (fs::directory_iterator it(folder.journal(), error), end; !error && it != end;
         it.increment(error))
        look(it->path());
    return newest;
}

}  // namespace wattline

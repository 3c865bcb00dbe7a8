// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/workspace.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace wattline {
namespace {

namespace fs = std::filesystem;

/// A shorter part of an id that is unique today would name another run tomorrow.
constexpr std::size_t kShortestPart = 4;

std::string reason() {
    return std::strerror(errno);
}

/// Makes `path` if it is missing and checks that only we can enter it.
Result<void> ensurePrivateFolder(const fs::path& path) {
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(ExitCode::Environment, "cannot create the folder " + path.string() + " (" +
                                               reason() +
                                               "); choose another one with WATTLINE_HOME");
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
        // A workspace may be a link to another disk; what counts is what it leads to.
        if (stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
            return fail(ExitCode::Environment, path.string() + " is not a folder; move it away or "
                                                               "choose another WATTLINE_HOME");
    }
    if (info.st_uid != geteuid())
        return fail(ExitCode::Environment,
                    path.string() + " belongs to another user; choose another WATTLINE_HOME");
    if ((info.st_mode & 077) != 0)
        return fail(ExitCode::Environment, path.string() +
                                               " can be entered by other users; run: chmod 700 " +
                                               path.string());
    return {};
}

/// FNV-1a; names a socket folder, guards nothing.
std::string shortHash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    std::array<char, 17> out{};
    std::snprintf(out.data(), out.size(), "%016llx", static_cast<unsigned long long>(hash));
    return std::string(out.data(), 10);
}

Result<fs::path> defaultRoot() {
    if (const char* home = std::getenv("WATTLINE_HOME"); home != nullptr && *home != '\0')
        return fs::absolute(home);
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
        return fs::path(data) / "wattline";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
        return fs::path(home) / ".local/share/wattline";
    return fail(ExitCode::Environment,
                "neither WATTLINE_HOME nor HOME is set; set WATTLINE_HOME to a folder of yours");
}

}  // namespace

Result<Workspace> Workspace::open() {
    auto root = defaultRoot();
    if (!root) return tl::unexpected(root.error());
    return open(*root);
}

Result<Workspace> Workspace::open(const fs::path& root) {
    if (auto ok = ensurePrivateFolder(root); !ok) return tl::unexpected(ok.error());
    std::error_code error;
    auto real = fs::canonical(root, error);
    if (error) return fail(ExitCode::Environment, "cannot open " + root.string());
    Workspace workspace(std::move(real), systemFiles());
    if (auto ok = ensurePrivateFolder(workspace.runs()); !ok) return tl::unexpected(ok.error());
    return workspace;
}

Result<Workspace> Workspace::look() {
    auto root = defaultRoot();
    if (!root) return tl::unexpected(root.error());
    return look(*root);
}

Result<Workspace> Workspace::look(const fs::path& root) {
    std::error_code error;
    const auto kind = fs::status(root, error).type();
    if (kind == fs::file_type::not_found && error != std::errc::not_a_directory)
        return Workspace(fs::absolute(root), systemFiles());
    if (kind != fs::file_type::directory)
        return fail(ExitCode::Environment, "cannot look into " + root.string() + " (" +
                                               (error ? error.message() : "it is not a folder") +
                                               "); choose another WATTLINE_HOME");
    struct stat info {};
    auto real = fs::canonical(root, error);
    if (error || ::access(real.c_str(), R_OK | X_OK) != 0 || ::stat(real.c_str(), &info) != 0)
        return fail(ExitCode::Environment, "cannot look into " + root.string() + " (" +
                                               (error ? error.message() : reason()) +
                                               "); ask its owner, or choose another WATTLINE_HOME");
    // One's own must be closed, and is told how; how others keep theirs is their affair.
    if (info.st_uid == geteuid())
        if (auto ok = ensurePrivateFolder(real); !ok) return tl::unexpected(ok.error());
    return Workspace(std::move(real), systemFiles());
}

bool Workspace::isOurs() const noexcept {
    struct stat info {};
    return ::stat(m_root.c_str(), &info) == 0 && info.st_uid == geteuid();
}

std::vector<RunId> Workspace::runIds() const {
    std::vector<RunId> ids;
    const auto names = m_files->list(runs());
    for (const auto& id : names.value_or(std::vector<std::string>()))
        if (const auto info = isRunId(id) ? m_files->stat(runs() / id) : FileInfo{};
            info && info->kind == FileInfo::Kind::Folder)
            ids.push_back(id);
    std::ranges::sort(ids, std::greater<>());
    return ids;
}

Result<RunFolder> Workspace::find(const std::string& text) const {
    std::error_code error;
    if (text.find('/') != std::string::npos) {
        RunFolder folder{fs::canonical(text, error)};
        if (!error && fs::exists(folder.spec(), error)) return folder;
        return fail(ExitCode::NotFound, "there is no run folder at " + text + " (no run.json)");
    }
    const auto ids = runIds();
    if (text == "latest" && !ids.empty()) return runFolder(ids.front());
    std::vector<RunId> matches;
    const bool too_short = text.size() < kShortestPart;
    for (const auto& id : ids) {
        if (id == text) return runFolder(id);
        if (!too_short && (id.starts_with(text) || id.ends_with(text))) matches.push_back(id);
    }
    if (matches.size() == 1) return runFolder(matches.front());
    if (matches.size() > 1)
        return fail(ExitCode::NotFound, "'" + text + "' names " + std::to_string(matches.size()) +
                                            " runs; give more of the id");
    if (too_short)
        return fail(ExitCode::NotFound, "'" + text +
                                            "' is too short to name a run; give at least " +
                                            std::to_string(kShortestPart) +
                                            " characters of its id, see 'wattline list'");
    return fail(ExitCode::NotFound,
                "there is no run '" + text + "' in " + root().string() + "; see 'wattline list'");
}

Result<fs::path> Workspace::socketFolder() const {
    const std::string hash = shortHash(m_root.string());
    fs::path folder;
    if (const char* runtime = std::getenv("XDG_RUNTIME_DIR"); runtime != nullptr && *runtime == '/')
        folder = fs::path(runtime) / ("wattline-" + hash);
    std::error_code error;
    if (folder.empty() || folder.string().size() > 80 ||
        !fs::is_directory(folder.parent_path(), error)) {
        const fs::path base = "/tmp/wattline-" + std::to_string(geteuid());
        if (auto ok = ensurePrivateFolder(base); !ok) return tl::unexpected(ok.error());
        folder = base / hash;
    }
    if (auto ok = ensurePrivateFolder(folder); !ok) return tl::unexpected(ok.error());
    return folder;
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/control_folder.h"

#include <algorithm>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "telemetry/core/workspace.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kMaxFileBytes = 64 << 10;
/// File systems stamp changes this coarsely at worst: within it, two changes may look like one.
constexpr std::int64_t kStampNs = 2'000'000'000;

std::int64_t mtimeNs(const fs::path& path) noexcept {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return -1;
    return std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

Result<wire::Command> readCommand(const fs::path& file) {
    std::error_code error;
    if (const auto size = fs::file_size(file, error); error || size > kMaxFileBytes)
        return fail(ExitCode::Usage, "it is no small regular file");
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0 || info.st_uid != ::geteuid())
        return fail(ExitCode::Usage, "it belongs to another user");
    const auto text = readFile(file);
    if (!text) return tl::unexpected(text.error());
    return wire::parseCommand(*text);
}

}  // namespace

ControlFolder::ControlFolder(fs::path folder, std::int64_t ignore_before_unix_ns)
    : m_folder(std::move(folder)), m_ignore_before_unix_ns(ignore_before_unix_ns) {}

bool ControlFolder::unchanged(const Clock& clock) {
    const auto mtime = mtimeNs(m_folder);
    if (mtime < 0) return true;  // no folder, no commands
    if (mtime == m_listed_mtime_ns) return true;
    // A change in the same tick as this listing would leave no trace, so trust only an old stamp.
    m_listed_mtime_ns = clock.realtimeNs() - mtime > kStampNs ? mtime : -1;
    return false;
}

void ControlFolder::readEntry(const fs::directory_entry& entry, Found& found) {
    const auto file = entry.path().filename().string();
    if (!file.ends_with(".json") || file.starts_with('.') || m_seen.contains(file)) return;
    m_seen.insert(file);
    if (mtimeNs(entry.path()) < m_ignore_before_unix_ns) return;
    auto command = readCommand(entry.path());
    if (command)
        found.commands.push_back(std::move(*command));
    else
        found.refused.push_back({file, command.error().message});
}

ControlFolder::Found ControlFolder::poll(const Clock& clock) {
    Found found;
    if (unchanged(clock)) return found;
    std::vector<fs::directory_entry> entries;
    std::error_code error;
    for (fs::directory_iterator it(m_folder, error), end; !error && it != end; it.increment(error))
        entries.push_back(*it);
    // Oldest first: hold, then resume. The name decides between two of the same moment.
    std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) {
        return std::pair(mtimeNs(entry.path()), entry.path().filename().string());
    });
    for (const auto& entry : entries)
        readEntry(entry, found);
    return found;
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/control_folder.h"

#include <algorithm>
#include <utility>

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kMaxFileBytes = 64 << 10;
/// File systems stamp changes this coarsely at worst: within it, two changes may look like one.
constexpr std::int64_t kStampNs = 2'000'000'000;

Result<wire::Command> readCommand(const fs::path& file, const FileInfo& info, Files& files) {
    if (info.kind != FileInfo::Kind::File || info.size > kMaxFileBytes)
        return fail(ExitCode::Usage, "it is no small regular file");
    if (!info.ours) return fail(ExitCode::Usage, "it belongs to another user");
    const auto text = readFile(file, files);
    if (!text) return tl::unexpected(text.error());
    return wire::parseCommand(*text);
}

}  // namespace

ControlFolder::ControlFolder(fs::path folder, std::int64_t ignore_before_unix_ns, Files& files)
    : m_files(files), m_folder(std::move(folder)), m_ignore_before_unix_ns(ignore_before_unix_ns) {}

bool ControlFolder::unchanged(const Clock& clock) {
    const auto info = m_files.stat(m_folder);
    if (!info) return true;  // no folder, no commands
    if (info->mtime_ns == m_listed_mtime_ns) return true;
    // A change in the same tick as this listing would leave no trace, so trust only an old stamp.
    m_listed_mtime_ns = clock.realtimeNs() - info->mtime_ns > kStampNs ? info->mtime_ns : -1;
    return false;
}

void ControlFolder::readEntry(const std::string& file, const FileInfo& info, Found& found) {
    m_seen.insert(file);
    if (info.mtime_ns < m_ignore_before_unix_ns) return;
    auto command = readCommand(m_folder / file, info, m_files);
    if (command)
        found.commands.push_back(std::move(*command));
    else
        found.refused.push_back({file, command.error().message});
}

ControlFolder::Found ControlFolder::poll(const Clock& clock) {
    Found found;
    if (unchanged(clock)) return found;
    struct Entry {
        std::string file;
        FileInfo info;
    };
    std::vector<Entry> entries;
    const auto names = m_files.list(m_folder);
    if (!names) m_listed_mtime_ns = -1;  // look again, though nothing changes
    for (const auto& file : names.value_or(std::vector<std::string>())) {
        if (!file.ends_with(".json") || file.starts_with('.') || m_seen.contains(file)) continue;
        if (const auto info = m_files.stat(m_folder / file)) entries.push_back({file, *info});
    }
    // Oldest first: hold, then resume. The name decides between two of the same moment.
    std::ranges::sort(
        entries, {}, [](const Entry& entry) { return std::pair(entry.info.mtime_ns, entry.file); });
    for (const auto& entry : entries)
        readEntry(entry.file, entry.info, found);
    return found;
}

}  // namespace wattline

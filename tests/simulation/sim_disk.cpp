// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_disk.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace wattline::sim {
namespace {

std::string folderOf(const std::string& path) {
    return std::filesystem::path(path).parent_path().string();
}

}  // namespace

SimDisk::InodePointer SimDisk::seen(const Entry& entry, int host, std::int64_t now_ns) {
    const bool late = host != entry.changed_by && now_ns < entry.seen_from_ns;
    return late ? entry.before : entry.now;
}

SimDisk::InodePointer SimDisk::find(const std::string& path, int host) {
    const auto it = m_names.find(path);
    if (it == m_names.end()) return nullptr;
    // What another host sees, the server has.
    auto inode = seen(it->second, host, m_now_ns);
    if (host != it->second.changed_by && inode == it->second.now) it->second.durable = inode;
    return inode;
}

bool SimDisk::folderExists(const std::string& path, int host) {
    const auto inode = find(path, host);
    return inode && inode->folder;
}

void SimDisk::name(const std::string& path, InodePointer inode, int host) {
    auto& entry = m_names[path];
    entry.before = std::exchange(entry.now, std::move(inode));
    entry.changed_by = host;
    entry.changed_ns = m_now_ns;
    entry.seen_from_ns = m_now_ns;
    if (faults.stale_ns > 0) entry.seen_from_ns += m_random.between(0, faults.stale_ns);
}

void SimDisk::touch(Inode& inode, std::size_t changed_from) {
    inode.mtime_ns = kEpochNs + m_now_ns;
    inode.dirty_from = std::min(inode.dirty_from, changed_from);
}

/// Another host asks the server how large the file is; without staleness it always does.
void SimDisk::lookAgain(Inode& inode) {
    if (m_now_ns < inode.next_look_ns) {
        if (inode.seen_size < inode.cache.size()) m_statistics.add(Happened::StaleRead);
        return;
    }
    inode.seen_size = inode.seen_whole = inode.cache.size();
    if (faults.stale_ns > 0) {
        inode.next_look_ns = m_now_ns + m_random.between(0, faults.stale_ns);
        // The size came before the data: the end reads as zeros for a while.
        if (m_random.chance(0.3) && !inode.cache.empty())
            inode.seen_whole -= m_random.below(std::min(inode.cache.size(), 2 * kBlock));
    }
    // What another host sees was written back: it survives the crash of the writer's host.
    if (inode.dirty_from >= inode.seen_whole) return;
    inode.disk.resize(std::max(inode.disk.size(), inode.seen_whole));
    std::copy(inode.cache.begin() + static_cast<std::ptrdiff_t>(inode.dirty_from),
              inode.cache.begin() + static_cast<std::ptrdiff_t>(inode.seen_whole),
              inode.disk.begin() + static_cast<std::ptrdiff_t>(inode.dirty_from));
    inode.dirty_from = inode.seen_whole;
}

void SimDisk::crash(Inode& inode) {
    const auto low = std::min(inode.disk.size(), inode.cache.size());
    const auto high = std::max(inode.disk.size(), inode.cache.size());
    if (inode.dirty_from >= high) return;
    auto size = inode.disk.size();  // often nothing but what was synced survives
    if (m_random.chance(0.7)) size = low + m_random.below(high - low + 1);
    std::vector<std::byte> after(size);
    std::copy_n(inode.disk.begin(), std::min(size, inode.disk.size()), after.begin());
    const auto first = inode.dirty_from / kBlock;
    for (auto block = first; block * kBlock < size; ++block) {
        if (m_random.chance(0.4)) continue;  // the old content, or zeros
        const auto from = std::max(block * kBlock, inode.dirty_from);
        const auto to = std::min({(block + 1) * kBlock, size, inode.cache.size()});
        if (from < to)
            std::copy(inode.cache.begin() + static_cast<std::ptrdiff_t>(from),
                      inode.cache.begin() + static_cast<std::ptrdiff_t>(to),
                      after.begin() + static_cast<std::ptrdiff_t>(from));
    }
    inode.cache = inode.disk = std::move(after);
    inode.dirty_from = size;
    inode.next_look_ns = 0;
}

void SimDisk::crashHost(int host) {
    for (auto& [path, entry] : m_names) {
        if (entry.changed_by == host && entry.now != entry.durable && m_random.chance(0.5))
            entry.now = entry.durable;
        entry.durable = entry.now;
        if (entry.now && entry.now->writer == host && !entry.now->folder) crash(*entry.now);
    }
    // What lies in a folder that is gone is gone.
    for (auto& [path, entry] : m_names)
        if (entry.now && !folderOf(path).empty() && m_names.contains(folderOf(path)) &&
            !m_names[folderOf(path)].now)
            entry.now = entry.durable = nullptr;
}

void SimDisk::makeDurable(const std::string& path, std::string_view text) {
    auto& entry = m_names[path];
    entry.now = std::make_shared<Inode>();
    const auto bytes = std::as_bytes(std::span(text));
    entry.now->cache.assign(bytes.begin(), bytes.end());
    entry.now->disk = entry.now->cache;
    entry.now->dirty_from = entry.now->cache.size();
    entry.now->mtime_ns = kEpochNs + m_now_ns;
    entry.now->folder = text == "/";
    entry.durable = entry.before = entry.now;
}

void SimDisk::flipBit(const std::string& path, std::uint64_t offset) {
    auto& inode = *m_names.at(path).now;
    for (auto* bytes : {&inode.cache, &inode.disk})
        if (offset < bytes->size()) (*bytes)[offset] ^= std::byte{1};
}

const std::vector<std::byte>* SimDisk::contents(const std::string& path) const {
    const auto it = m_names.find(path);
    return it == m_names.end() || !it->second.now ? nullptr : &it->second.now->cache;
}

const std::vector<std::byte>* SimDisk::durable(const std::string& path) const {
    const auto it = m_names.find(path);
    if (it == m_names.end() || !it->second.durable) return nullptr;
    const auto folder = m_names.find(folderOf(path));
    if (folder == m_names.end() || !folder->second.durable) return nullptr;
    return &it->second.durable->disk;
}

}  // namespace wattline::sim

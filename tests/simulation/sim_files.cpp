// SPDX-License-Identifier: Apache-2.0
// How one process sees the simulated file system.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "tests/simulation/sim_disk.h"

namespace wattline::sim {
namespace {

namespace fs = std::filesystem;

tl::unexpected<std::error_code> failWith(int code) {
    return tl::unexpected(std::error_code(code, std::generic_category()));
}

}  // namespace

class ViewFile final : public OpenFile {
public:
    ViewFile(SimDisk& disk, Process& process, SimDisk::InodePointer inode)
        : m_disk(disk), m_process(process), m_inode(std::move(inode)) {}

    FileResult<std::size_t> append(std::span<const std::byte> bytes) override {
        return write(bytes, m_inode->cache.size());
    }
    FileResult<std::size_t> pwrite(std::span<const std::byte> bytes,
                                   std::uint64_t offset) override {
        return write(bytes, offset);
    }

    FileResult<std::size_t> pread(std::span<std::byte> into, std::uint64_t offset) override {
        if (!m_process.enter()) return failWith(EIO);
        if (fails()) return failWith(EIO);
        auto& inode = *m_inode;
        const bool remote = m_process.host != inode.writer;
        if (remote) m_disk.lookAgain(inode);
        const auto size =
            remote ? std::min(inode.seen_size, inode.cache.size()) : inode.cache.size();
        const auto whole = remote ? std::min(inode.seen_whole, size) : size;
        if (offset >= size) return std::size_t{0};
        auto count = std::min(into.size(), static_cast<std::size_t>(size - offset));
        if (count > 1 && m_disk.m_random.chance(m_disk.faults.short_writes))
            count = 1 + m_disk.m_random.below(count);
        for (std::size_t done = 0; done < count;) {
            const auto at = offset + done;
            const auto end = offset + count;
            const bool zero = at >= whole;
            const auto to = zero ? end : std::min<std::size_t>(end, whole);
            if (zero)
                std::fill_n(into.begin() + static_cast<std::ptrdiff_t>(done), to - at,
                            std::byte{0});
            else
                std::copy_n(inode.cache.begin() + static_cast<std::ptrdiff_t>(at), to - at,
                            into.begin() + static_cast<std::ptrdiff_t>(done));
            done += to - at;
        }
        return count;
    }

    FileResult<void> truncate(std::uint64_t size) override {
        if (!m_process.enter()) return {};
        stall();
        if (fails()) return failWith(EIO);
        m_inode->cache.resize(size);
        m_disk.touch(*m_inode, size);
        return {};
    }

    FileResult<void> sync() override {
        if (!m_process.enter()) return {};
        stall();
        if (fails()) return failWith(EIO);
        auto& inode = *m_inode;
        inode.disk.resize(inode.cache.size());
        const auto from =
            static_cast<std::ptrdiff_t>(std::min(inode.dirty_from, inode.cache.size()));
        std::copy(inode.cache.begin() + from, inode.cache.end(), inode.disk.begin() + from);
        inode.dirty_from = inode.cache.size();
        return {};
    }

private:
    [[nodiscard]] bool fails() {
        if (!m_disk.m_random.chance(m_disk.faults.errors)) return false;
        m_disk.m_statistics.add(Happened::InputOutputError);
        return true;
    }
    void stall() {
        if (m_disk.faults.stalled_until_ns <= m_disk.m_now_ns) return;
        m_process.blocked_until_ns =
            std::max(m_process.blocked_until_ns, m_disk.faults.stalled_until_ns);
    }
    void put(std::span<const std::byte> bytes, std::uint64_t offset) {
        auto& cache = m_inode->cache;
        cache.resize(std::max<std::size_t>(cache.size(), offset + bytes.size()));
        std::copy(bytes.begin(), bytes.end(), cache.begin() + static_cast<std::ptrdiff_t>(offset));
        m_disk.touch(*m_inode, offset);
    }

    FileResult<std::size_t> write(std::span<const std::byte> bytes, std::uint64_t offset) {
        auto& random = m_disk.m_random;
        const bool lived = !m_process.dead;
        if (!m_process.enter()) {
            // Killed in the middle of the call: the kernel may have taken a part.
            if (lived && !m_disk.faults.full)
                put(bytes.first(random.below(bytes.size() + 1)), offset);
            return bytes.size();
        }
        stall();
        auto count = bytes.size();
        const bool grows = offset + count > m_inode->cache.size();
        if (m_disk.faults.full && grows) {
            // What is left of the last block can still be filled.
            const auto last_block = (m_inode->cache.size() + SimDisk::kBlock - 1) / SimDisk::kBlock;
            const auto room = last_block * SimDisk::kBlock -
                              std::min<std::size_t>(offset, last_block * SimDisk::kBlock);
            count = std::min(count, room);
            if (count == 0) return failWith(ENOSPC);
        }
        if (fails()) return failWith(EIO);
        if (count > 1 && random.chance(m_disk.faults.short_writes))
            count = 1 + random.below(count - 1);
        if (count < bytes.size()) m_disk.m_statistics.add(Happened::WriteCutShort);
        put(bytes.first(count), offset);
        return count;
    }

    SimDisk& m_disk;
    Process& m_process;
    SimDisk::InodePointer m_inode;
};

class View final : public Files {
public:
    View(SimDisk& disk, Process& process) : m_disk(disk), m_process(process) {}

    FileResult<std::unique_ptr<OpenFile>> open(const fs::path& path, Mode mode) override {
        if (!m_process.enter() || fails()) return failWith(EIO);
        auto inode = m_disk.find(path.string(), m_process.host);
        if (inode && inode->folder) return failWith(EISDIR);
        if (mode == Mode::Read && !inode) return failWith(ENOENT);
        if (mode == Mode::CreateNew && inode) return failWith(EEXIST);
        if (mode != Mode::Read) {
            if (!m_disk.folderExists(path.parent_path().string(), m_process.host))
                return failWith(ENOENT);
            if (!inode && m_disk.faults.full) return failWith(ENOSPC);
            if (inode) {
                inode->cache.clear();
                m_disk.touch(*inode, 0);
            } else {
                inode = newInode(false);
                m_disk.name(path.string(), inode, m_process.host);
            }
        }
        return std::make_unique<ViewFile>(m_disk, m_process, std::move(inode));
    }

    FileResult<void> rename(const fs::path& from, const fs::path& to) override {
        return move(from, to, true);
    }
    FileResult<void> link(const fs::path& from, const fs::path& to) override {
        if (m_disk.find(to.string(), m_process.host)) return failWith(EEXIST);
        return move(from, to, false);
    }
    FileResult<void> remove(const fs::path& path) override {
        if (!m_process.enter()) return {};
        if (fails()) return failWith(EIO);
        if (!m_disk.find(path.string(), m_process.host)) return failWith(ENOENT);
        m_disk.name(path.string(), nullptr, m_process.host);
        return {};
    }
    FileResult<void> makeFolder(const fs::path& path) override {
        if (!m_process.enter()) return {};
        if (fails()) return failWith(EIO);
        // The server knows, even if this host does not yet.
        const auto there = m_disk.m_names.find(path.string());
        if (there != m_disk.m_names.end() && there->second.now) {
            there->second.seen_from_ns = m_disk.m_now_ns;
            return {};
        }
        if (m_disk.faults.full) return failWith(ENOSPC);
        m_disk.name(path.string(), newInode(true), m_process.host);
        return {};
    }
    FileResult<void> syncFolder(const fs::path& path) override {
        if (!m_process.enter()) return {};
        if (fails()) return failWith(EIO);
        for (auto& [name, entry] : m_disk.m_names)
            if (fs::path(name).parent_path() == path) entry.durable = entry.now;
        return {};
    }
    FileResult<std::vector<std::string>> list(const fs::path& folder) override {
        if (!m_process.enter() || fails()) return failWith(EIO);
        if (!m_disk.folderExists(folder.string(), m_process.host)) return failWith(ENOENT);
        const bool hidden = m_disk.faults.blind && m_process.host == 0;
        if (hidden && folder.filename() == "journal") return failWith(ENOENT);
        std::vector<std::string> names;
        const auto prefix = folder.string() + "/";
        for (auto it = m_disk.m_names.lower_bound(prefix);
             it != m_disk.m_names.end() && it->first.starts_with(prefix); ++it)
            if (it->first.find('/', prefix.size()) == std::string::npos &&
                SimDisk::seen(it->second, m_process.host, m_disk.m_now_ns))
                names.push_back(it->first.substr(prefix.size()));
        return names;
    }
    FileResult<FileInfo> stat(const fs::path& path) override {
        if (!m_process.enter() || fails()) return failWith(EIO);
        const auto inode = m_disk.find(path.string(), m_process.host);
        if (!inode) return failWith(ENOENT);
        const bool remote = m_process.host != inode->writer;
        if (remote && !inode->folder) m_disk.lookAgain(*inode);
        FileInfo info;
        info.kind = inode->folder ? FileInfo::Kind::Folder : FileInfo::Kind::File;
        info.size = remote ? std::min(inode->seen_size, inode->cache.size()) : inode->cache.size();
        info.mtime_ns =
            inode->folder ? folderTime(path.string(), inode->mtime_ns) : inode->mtime_ns;
        info.ours = true;
        return info;
    }
    [[nodiscard]] std::int64_t nowNs() const override { return kEpochNs + m_disk.m_now_ns; }

private:
    [[nodiscard]] bool fails() {
        if (!m_disk.m_random.chance(m_disk.faults.errors)) return false;
        m_disk.m_statistics.add(Happened::InputOutputError);
        return true;
    }
    [[nodiscard]] SimDisk::InodePointer newInode(bool folder) const {
        auto inode = std::make_shared<SimDisk::Inode>();
        inode->folder = folder;
        inode->writer = m_process.host;
        inode->mtime_ns = nowNs();
        return inode;
    }
    /// The last change of its names, as this host sees them.
    [[nodiscard]] std::int64_t folderTime(const std::string& folder, std::int64_t made_ns) const {
        const auto prefix = folder + "/";
        auto latest = made_ns;
        for (auto it = m_disk.m_names.lower_bound(prefix);
             it != m_disk.m_names.end() && it->first.starts_with(prefix); ++it)
            if (m_process.host == it->second.changed_by ||
                m_disk.m_now_ns >= it->second.seen_from_ns)
                latest = std::max(latest, kEpochNs + it->second.changed_ns);
        return latest;
    }
    FileResult<void> move(const fs::path& from, const fs::path& to, bool takes_away) {
        if (!m_process.enter()) return {};
        if (fails()) return failWith(EIO);
        auto inode = m_disk.find(from.string(), m_process.host);
        if (!inode) return failWith(ENOENT);
        m_disk.name(to.string(), inode, m_process.host);
        if (takes_away) m_disk.name(from.string(), nullptr, m_process.host);
        return {};
    }

    SimDisk& m_disk;
    Process& m_process;
};

std::unique_ptr<Files> SimDisk::view(Process& process) {
    return std::make_unique<View>(*this, process);
}

}  // namespace wattline::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/files.h"
#include "tests/simulation/process.h"
#include "tests/simulation/random.h"
#include "tests/simulation/statistics.h"

namespace wattline::sim {

/// What is wrong with the file system at the moment.
struct DiskFaults {
    bool full = false;                  ///< nothing can grow
    double errors = 0.0;                ///< share of calls that fail with EIO
    double short_writes = 0.0;          ///< share of writes and reads that transfer a part
    std::int64_t stalled_until_ns = 0;  ///< whoever writes or syncs sleeps until then
    bool blind = false;  ///< other hosts do not see journals at all: the folder is not shared
    std::int64_t stale_ns = 0;  ///< readers on other hosts see sizes and names this late at most
};

/// A file system in memory, shared by hosts as over NFS: each host writes into its page cache,
/// which survives its processes but not itself; sync() makes contents durable, syncFolder() names.
/// A crash keeps of each block that was not synced the new content, the old one or zeros, and any
/// size in between. Other hosts may see a file shorter than it is, with zeros at its end, and names
/// late. Threads: one.
class SimDisk {
public:
    SimDisk(Random& random, const std::int64_t& now_ns, Statistics& statistics)
        : m_random(random), m_now_ns(now_ns), m_statistics(statistics) {}

    /// What one process sees. `process` outlives the view and the files that it opens.
    [[nodiscard]] std::unique_ptr<Files> view(Process& process);
    void crashHost(int host);

    DiskFaults faults;

    // For the judge: the file system as it is, without faults and without delay.
    void makeDurable(const std::string& path, std::string_view text);
    void flipBit(const std::string& path, std::uint64_t offset);
    /// What hosts that live see; null when there is no such file.
    [[nodiscard]] const std::vector<std::byte>* contents(const std::string& path) const;
    /// What is there for certain after a crash of its host, name included.
    [[nodiscard]] const std::vector<std::byte>* durable(const std::string& path) const;

private:
    friend class View;
    friend class ViewFile;
    static constexpr std::size_t kBlock = 4096;

    struct Inode {
        bool folder = false;
        int writer = 0;                ///< the host in whose page cache it is
        std::vector<std::byte> cache;  ///< what that host sees
        std::vector<std::byte> disk;   ///< what survives its crash
        std::size_t dirty_from = 0;    ///< before it, cache and disk are the same
        std::int64_t mtime_ns = 0;
        // How other hosts see it.
        std::size_t seen_size = 0, seen_whole = 0;  ///< from seen_whole to seen_size: zeros
        std::int64_t next_look_ns = 0;
    };
    using InodePointer = std::shared_ptr<Inode>;
    /// A name. A null inode: there is nothing of that name.
    struct Entry {
        InodePointer now, durable, before;
        int changed_by = 0;
        std::int64_t changed_ns = 0, seen_from_ns = 0;
    };

    [[nodiscard]] InodePointer find(const std::string& path, int host);
    [[nodiscard]] static InodePointer seen(const Entry& entry, int host, std::int64_t now_ns);
    void name(const std::string& path, InodePointer inode, int host);
    void touch(Inode& inode, std::size_t changed_from);
    void lookAgain(Inode& inode);
    void crash(Inode& inode);
    [[nodiscard]] bool folderExists(const std::string& path, int host);

    Random& m_random;
    const std::int64_t& m_now_ns;
    Statistics& m_statistics;
    std::map<std::string, Entry> m_names;
};

}  // namespace wattline::sim

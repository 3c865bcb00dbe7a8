// SPDX-License-Identifier: Apache-2.0
#include "app/hub/lease_keeper.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "telemetry/core/host.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

/// Serialises takeovers on this host: between reading a dead lease and replacing it, nobody else
/// may replace it. The file stays; the lock goes with the descriptor.
class TakeoverLock {
public:
    explicit TakeoverLock(const Workspace& workspace)
        : m_fd(
              ::open((workspace.root() / "hub.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        m_held = m_fd >= 0 && flock(m_fd, LOCK_EX) == 0;
    }
    ~TakeoverLock() {
        if (m_fd >= 0) ::close(m_fd);
    }
    TakeoverLock(const TakeoverLock&) = delete;
    TakeoverLock& operator=(const TakeoverLock&) = delete;
    [[nodiscard]] bool held() const noexcept { return m_held; }

private:
    int m_fd;
    bool m_held = false;
};

Result<void> linkLease(const fs::path& file, const HubLease& lease) {
    const fs::path temporary = file.string() + ".new" + std::to_string(getpid());
    if (auto ok = writeFileAtomically(temporary, toJson(lease)); !ok) return ok;
    const int failed = link(temporary.c_str(), file.c_str()) != 0 ? errno : 0;
    unlink(temporary.c_str());
    if (failed == 0) return {};
    if (failed == EEXIST)
        return fail(ExitCode::Unreachable,
                    "another hub has just started for " + file.parent_path().string());
    return fail(ExitCode::Environment,
                "cannot create " + file.string() + " (" + std::strerror(failed) + ")");
}

}  // namespace

Result<std::unique_ptr<LeaseKeeper>> LeaseKeeper::acquire(const Workspace& workspace) {
    const TakeoverLock lock(workspace);
    if (!lock.held())
        return fail(ExitCode::Environment, "cannot lock " + workspace.root().string() +
                                               "/hub.lock (" + std::strerror(errno) + ")");
    const auto self = identifySelf();
    HubLease mine;
    mine.host = hostName();
    mine.boot_id = self.boot_id;
    mine.pid = self.pid;
    mine.start_ticks = self.start_ticks;
    mine.version = WATTLINE_VERSION;
    mine.term = 1;
    if (access(workspace.hubLease().c_str(), F_OK) == 0) {
        const auto found = readHubLease(workspace);
        if (found && !isAbandoned(workspace, *found))
            return fail(ExitCode::Unreachable,
                        "a hub already serves " + workspace.root().string() + " (process " +
                            std::to_string(found->pid) + " on " + found->host +
                            "); use that one, or stop it with 'wattline hub stop'");
        if (found) mine.term = found->term + 1;
        unlink(workspace.hubLease().c_str());
    }
    if (auto ok = linkLease(workspace.hubLease(), mine); !ok) return tl::unexpected(ok.error());
    return std::unique_ptr<LeaseKeeper>(new LeaseKeeper(workspace, std::move(mine)));
}

LeaseKeeper::~LeaseKeeper() {
    const TakeoverLock lock(m_workspace);
    if (lock.held() && isOurs()) unlink(m_workspace.hubLease().c_str());
}

bool LeaseKeeper::isOurs() const {
    const auto found = readHubLease(m_workspace);
    return found && found->boot_id == m_lease.boot_id && found->pid == m_lease.pid &&
           found->start_ticks == m_lease.start_ticks && found->term == m_lease.term;
}

Result<void> LeaseKeeper::publish(const HubSockets::Endpoints& endpoints) {
    m_lease.ingest = endpoints.ingest;
    m_lease.client = endpoints.client;
    m_lease.ingest_tcp = endpoints.ingest_tcp;
    m_lease.client_tcp = endpoints.client_tcp;
    m_lease.server_key = endpoints.server_key;
    const TakeoverLock lock(m_workspace);
    if (!isOurs())
        return fail(ExitCode::Unreachable,
                    "another hub took " + m_workspace.root().string() + " over");
    return writeFileAtomically(m_workspace.hubLease(), toJson(m_lease));
}

bool LeaseKeeper::renew() {
    if (!isOurs()) return false;
    utimensat(AT_FDCWD, m_workspace.hubLease().c_str(), nullptr, 0);
    return true;
}

}  // namespace wattline

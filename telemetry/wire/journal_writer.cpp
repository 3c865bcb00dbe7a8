// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "telemetry/wire/journal.h"
#include "telemetry/wire/journal_name.h"
#include "telemetry/wire/journal_tally.h"

namespace wattline::wire {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> failWith(int code, const std::string& act, const fs::path& path) {
    const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
    const char* advice = full ? "free some space there or raise the limit"
                              : "check the file system and its permissions";
    return fail(ExitCode::Environment, "cannot " + act + " the journal " + path.string() + " (" +
                                           std::strerror(code) + "); " + advice);
}

/// Makes a file's name survive a crash of the host. Best effort: some file systems refuse it.
void syncFolder(const fs::path& folder) noexcept {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    static_cast<void>(::fsync(fd));
    ::close(fd);
}

/// Writes everything or returns the errno; what a failed call wrote is the caller's to remove.
int writeAll(int fd, std::span<const std::byte> bytes) noexcept {
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) return EIO;
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return 0;
}

Result<void> refuseExisting(const fs::path& folder, std::uint32_t attempt, std::uint32_t rank) {
    for (const auto& stream : listJournals(folder))
        if (stream.attempt == attempt && stream.rank == rank)
            return fail(ExitCode::Usage, "attempt " + std::to_string(attempt) + " of rank " +
                                             std::to_string(rank) + " has a journal already (" +
                                             stream.parts.front().string() +
                                             "); start a new run or a new attempt");
    return {};
}

}  // namespace

struct JournalWriter::State {
    fs::path folder, path;
    JournalName name;
    TallyFile tally;
    std::uint64_t part_bytes = 0;
    std::uint64_t size = 0;  ///< of the part: everything before it is whole frames
    int fd = -1;
    bool part_started = false;
    bool torn = false;  ///< a failed append could not be cut off yet
    bool dirty = false;

    State() = default;
    ~State() {
        if (fd >= 0) ::close(fd);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    Result<void> openPart(std::uint32_t part) {
        auto next = name;
        next.part = part;
        auto file = folder / format(next);
        const int opened =
            ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
        if (opened < 0) return failWith(errno, "create", file);
        syncFolder(folder);
        if (fd >= 0) ::close(fd);
        name = next;
        path = std::move(file);
        fd = opened;
        size = 0;
        part_started = true;
        return {};
    }

    /// Cuts off what a failed append left behind.
    Result<void> mend() {
        if (!torn) return {};
        if (::ftruncate(fd, static_cast<off_t>(size)) != 0) return failWith(errno, "mend", path);
        torn = false;
        return {};
    }

    Result<void> sync() {
        if (!dirty) return {};
        if (::fdatasync(fd) != 0) return failWith(errno, "sync", path);
        dirty = false;
        return {};
    }
};

JournalWriter::JournalWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
JournalWriter::~JournalWriter() = default;

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(const fs::path& folder,
                                                           std::uint32_t attempt,
                                                           std::uint32_t rank,
                                                           std::uint64_t part_bytes) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return failWith(errno, "create", folder);
    if (auto ok = refuseExisting(folder, attempt, rank); !ok) return tl::unexpected(ok.error());
    auto state = std::make_unique<State>();
    state->folder = folder;
    state->name = {attempt, rank, 0};
    state->part_bytes = part_bytes;
    // Before the journal exists: a stream that failed to open may be opened again.
    const auto tally = folder / tallyName(attempt, rank);
    if (const int error = state->tally.create(tally); error != 0)
        return failWith(error, "set space aside beside", tally);
    if (auto ok = state->openPart(0); !ok) return tl::unexpected(ok.error());
    return std::unique_ptr<JournalWriter>(new JournalWriter(std::move(state)));
}

Result<void> JournalWriter::makeRoom(std::size_t bytes) {
    auto& s = *m_state;
    if (auto ok = s.mend(); !ok) return ok;  // before a successor exists: a torn part is damaged
    if (s.size == 0 || s.size + bytes <= s.part_bytes) return {};
    if (auto ok = s.sync(); !ok) return ok;
    return s.openPart(s.name.part + 1);
}

Result<void> JournalWriter::append(std::span<const std::byte> frames) {
    if (auto ok = makeRoom(frames.size()); !ok) return ok;
    auto& s = *m_state;
    if (const int error = writeAll(s.fd, frames); error != 0) {
        s.torn = true;
        static_cast<void>(s.mend());  // if that fails, too, the next append tries again
        return failWith(error, "write to", s.path);
    }
    s.size += frames.size();
    s.dirty = true;
    return {};
}

Result<void> JournalWriter::sync() {
    return m_state->sync();
}

Result<void> JournalWriter::writeTally(std::span<const std::byte> frame) {
    if (const int error = m_state->tally.overwrite(frame); error != 0)
        return failWith(error, "write the tally beside", m_state->path);
    return {};
}

bool JournalWriter::takePartStarted() noexcept {
    return std::exchange(m_state->part_started, false);
}

}  // namespace wattline::wire

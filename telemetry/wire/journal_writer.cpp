// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <utility>

#include "telemetry/wire/journal.h"
#include "telemetry/wire/journal_name.h"
#include "telemetry/wire/journal_tally.h"

namespace wattline::wire {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> failWith(const std::error_code& why, const std::string& act,
                               const fs::path& path) {
    const int code = why.value();
    const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
    const char* advice = full ? "free some space there or raise the limit"
                              : "check the file system and its permissions";
    return fail(ExitCode::Environment, "cannot " + act + " the journal " + path.string() + " (" +
                                           why.message() + "); " + advice);
}

Result<void> refuseExisting(const fs::path& folder, std::uint32_t attempt, std::uint32_t rank,
                            Files& files) {
    for (const auto& stream : listJournals(folder, files))
        if (stream.attempt == attempt && stream.rank == rank)
            return fail(ExitCode::Usage, "attempt " + std::to_string(attempt) + " of rank " +
                                             std::to_string(rank) + " has a journal already (" +
                                             stream.parts.front().string() +
                                             "); start a new run or a new attempt");
    return {};
}

}  // namespace

struct JournalWriter::State {
    explicit State(Files& given) : files(given) {}

    Files& files;
    fs::path folder, path;
    JournalName name;
    TallyFile tally;
    std::unique_ptr<OpenFile> file;
    std::uint64_t part_bytes = 0;
    std::uint64_t size = 0;  ///< of the part: everything before it is whole frames
    bool part_started = false;
    bool torn = false;  ///< a failed append could not be cut off yet
    bool dirty = false;
    bool names_dirty = true;  ///< a crash of the host may forget that the file exists

    Result<void> openPart(std::uint32_t part) {
        auto next = name;
        next.part = part;
        auto next_path = folder / format(next);
        auto opened = files.open(next_path, Files::Mode::CreateNew);
        if (!opened) return failWith(opened.error(), "create", next_path);
        names_dirty = true;
        syncNames();
        name = next;
        path = std::move(next_path);
        file = std::move(*opened);
        size = 0;
        part_started = true;
        return {};
    }

    /// What is in a file survives the host's crash only if its name does, and its folder's. Tried
    /// again with each sync() until it worked; some file systems refuse it for good.
    void syncNames() {
        if (!names_dirty) return;
        const auto own = files.syncFolder(folder);
        const auto above = files.syncFolder(folder.parent_path());
        names_dirty = !own || !above;
    }

    /// Cuts off what a failed append left behind.
    Result<void> mend() {
        if (!torn) return {};
        if (const auto ok = file->truncate(size); !ok) return failWith(ok.error(), "mend", path);
        torn = false;
        return {};
    }

    Result<void> sync() {
        syncNames();
        if (!dirty) return {};
        if (const auto ok = file->sync(); !ok) return failWith(ok.error(), "sync", path);
        dirty = false;
        return {};
    }
};

JournalWriter::JournalWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
JournalWriter::~JournalWriter() = default;

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(const fs::path& folder,
                                                           std::uint32_t attempt,
                                                           std::uint32_t rank,
                                                           std::uint64_t part_bytes, Files& files) {
    if (const auto ok = files.makeFolder(folder); !ok)
        return failWith(ok.error(), "create", folder);
    if (auto ok = refuseExisting(folder, attempt, rank, files); !ok)
        return tl::unexpected(ok.error());
    auto state = std::make_unique<State>(files);
    state->folder = folder;
    state->name = {attempt, rank, 0};
    state->part_bytes = part_bytes;
    // Before the journal exists: a stream that failed to open may be opened again.
    const auto tally = folder / tallyName(attempt, rank);
    if (const auto ok = state->tally.create(tally, files); !ok)
        return failWith(ok.error(), "set space aside beside", tally);
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
    if (const auto ok = appendAll(*s.file, frames); !ok) {
        s.torn = true;
        static_cast<void>(s.mend());  // if that fails, too, the next append tries again
        return failWith(ok.error(), "write to", s.path);
    }
    s.size += frames.size();
    s.dirty = true;
    return {};
}

Result<void> JournalWriter::sync() {
    return m_state->sync();
}

Result<void> JournalWriter::writeTally(std::span<const std::byte> frame) {
    if (const auto ok = m_state->tally.overwrite(frame); !ok)
        return failWith(ok.error(), "write the tally beside", m_state->path);
    return {};
}

bool JournalWriter::takePartStarted() noexcept {
    return std::exchange(m_state->part_started, false);
}

}  // namespace wattline::wire

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/housekeeping/compress_run.h"

#include <algorithm>
#include <optional>
#include <unistd.h>

#include "telemetry/runs/run_history.h"
#include "telemetry/wire/compressed_part.h"
#include "telemetry/wire/journal_name.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kChunkBytes = std::size_t{256} << 10;
constexpr std::string_view kTemporary = ".zst.tmp";
/// A temporary file this old was left by a process that died: a part takes less than a second.
constexpr std::int64_t kStaleNs = 3'600'000'000'000;

tl::unexpected<Error> cannot(const std::string& act, const fs::path& part,
                             const std::error_code& why) {
    return fail(ExitCode::Environment, "cannot " + act + " " + part.string() + " (" +
                                           why.message() +
                                           "); the journal is as it was; check the disk");
}

FileResult<std::size_t> readFully(OpenFile& file, std::span<std::byte> into, std::uint64_t offset) {
    std::size_t done = 0;
    while (done < into.size()) {
        const auto n = file.pread(into.subspan(done), offset + done);
        if (!n) return n;
        if (*n == 0) break;
        done += *n;
    }
    return done;
}

/// Byte by byte, by the very code that readers use.
FileResult<bool> sameContent(OpenFile& a, OpenFile& b) {
    std::vector<std::byte> left(kChunkBytes);
    std::vector<std::byte> right(kChunkBytes);
    for (std::uint64_t offset = 0;;) {
        const auto n = readFully(a, left, offset);
        if (!n) return tl::unexpected(n.error());
        const auto m = readFully(b, right, offset);
        if (!m) return tl::unexpected(m.error());
        if (*n != *m || !std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(*n),
                                    right.begin()))
            return false;
        if (*n == 0) return true;
        offset += *n;
    }
}

/// One part on its way to its compressed form.
class PartWork {
public:
    PartWork(fs::path folder, wire::JournalName name, Files& files)
        : m_original(folder / format(name)), m_files(files) {
        name.compressed = true;
        m_compressed = folder / format(name);
        m_temporary = m_original.string() + std::string(kTemporary) + std::to_string(::getpid());
    }

    Result<void> run(CompressReport& report) {
        const auto before = m_files.stat(m_original);
        if (!before) return cannot("look at", m_original, before.error());
        if (auto ok = write(before->size); !ok) return discard(ok);
        if (auto ok = compare(m_temporary); !ok) return discard(ok);
        const auto after = m_files.stat(m_original);
        if (!after || after->size != before->size || after->mtime_ns != before->mtime_ns)
            return discard(fail(ExitCode::Failed, m_original.string() +
                                                      " changed while it was compressed, so it "
                                                      "stays as it is; does its run still run?"));
        keepAge();
        if (const auto ok = m_files.rename(m_temporary, m_compressed); !ok)
            return discard(cannot("rename", m_temporary, ok.error()));
        if (auto ok = removeOriginal(); !ok) return ok;
        ++report.parts;
        report.bytes_before += before->size;
        report.bytes_after += m_files.stat(m_compressed).value_or(FileInfo{}).size;
        return {};
    }

    /// Both forms are there: an earlier call came to its end between rename and removal.
    Result<void> finish(CompressReport& report) {
        if (compare(m_compressed)) return removeOriginal();
        if (const auto ok = m_files.remove(m_compressed); !ok)
            return cannot("remove", m_compressed, ok.error());
        return run(report);
    }

private:
    Result<void> write(std::uint64_t bytes) {
        auto from = m_files.open(m_original, Files::Mode::Read);
        if (!from) return cannot("open", m_original, from.error());
        auto to = m_files.open(m_temporary, Files::Mode::Overwrite);
        if (!to) return cannot("create", m_temporary, to.error());
        if (const auto ok = wire::compress(**from, **to, bytes); !ok)
            return cannot("compress", m_original, ok.error());
        if (const auto ok = (*to)->sync(); !ok) return cannot("sync", m_temporary, ok.error());
        return {};
    }

    Result<void> compare(const fs::path& compressed) {
        auto original = m_files.open(m_original, Files::Mode::Read);
        if (!original) return cannot("open", m_original, original.error());
        auto raw = m_files.open(compressed, Files::Mode::Read);
        if (!raw) return cannot("open", compressed, raw.error());
        const auto content = wire::decompressed(std::move(*raw));
        const auto same = sameContent(**original, *content);
        if (!same) return cannot("read back", compressed, same.error());
        if (!*same)
            return fail(ExitCode::Integrity, compressed.string() +
                                                 " does not hold what was written; the original "
                                                 "stays as it is; check the disk");
        return {};
    }

    /// How long a run has been silent, and how old it is, is read from its journal's time stamps.
    void keepAge() const {
        std::error_code ignored;  // a younger stamp only delays what goes by age
        const auto changed = fs::last_write_time(m_original, ignored);
        if (!ignored) fs::last_write_time(m_temporary, changed, ignored);
    }

    Result<void> removeOriginal() {
        // The new name must be on the disk before the old one may go. A file system that cannot
        // sync folders (some network ones) orders the two by itself.
        const auto synced = m_files.syncFolder(m_original.parent_path());
        if (!synced && synced.error() != std::errc::invalid_argument)
            return cannot("sync the folder of", m_original, synced.error());
        const auto removed = m_files.remove(m_original);
        if (!removed && removed.error() != std::errc::no_such_file_or_directory)
            return cannot("remove", m_original, removed.error());
        return {};
    }

    Result<void> discard(Result<void> outcome) {
        static_cast<void>(m_files.remove(m_temporary));  // stale ones are removed next time
        return outcome;
    }

    fs::path m_original, m_compressed, m_temporary;
    Files& m_files;
};

void removeStale(const fs::path& folder, const std::string& name, Files& files) {
    const auto info = files.stat(folder / name);
    if (info && files.nowNs() - info->mtime_ns > kStaleNs)
        static_cast<void>(files.remove(folder / name));  // it only takes space
}

}  // namespace

Result<CompressReport> compressJournals(const fs::path& journal_folder, Files& files) {
    auto names = files.list(journal_folder);
    if (!names) return cannot("list", journal_folder, names.error());
    std::ranges::sort(*names);
    CompressReport report;
    for (const auto& file : *names) {
        if (file.find(kTemporary) != std::string::npos) removeStale(journal_folder, file, files);
        const auto name = wire::parseJournalName(file);
        if (!name) continue;
        const bool both = !name->compressed && std::ranges::binary_search(*names, file + ".zst");
        const bool original = std::ranges::binary_search(
            *names, file.substr(0, file.size() - (name->compressed ? 4 : 0)));
        if (name->compressed && !original) ++report.parts_already;
        if (name->compressed) continue;
        PartWork work(journal_folder, *name, files);
        if (auto ok = both ? work.finish(report) : work.run(report); !ok)
            return tl::unexpected(ok.error());
    }
    return report;
}

Result<CompressReport> compressRun(const RunFolder& folder, Files& files) {
    auto history = RunHistory::open(folder, systemClock(), files);
    if (!history) return tl::unexpected(history.error());
    const auto state = (*history)->summary().state;
    if (state != RunState::Finished && state != RunState::Failed)
        return fail(ExitCode::Failed, "run " + folder.id() + " is " + std::string(name(state)) +
                                          "; journals are compressed when their run is over");
    history->reset();
    const auto report = verifyRun(folder, systemClock(), files);
    if (!report) return tl::unexpected(report.error());
    if (!report->findings.empty())
        return fail(ExitCode::Integrity, "run " + folder.id() + " is not clean (" +
                                             report->findings.front() +
                                             "), so its journals stay as they are; see "
                                             "'wattline verify " +
                                             folder.id() + "'");
    return compressJournals(folder.journal(), files);
}

}  // namespace wattline

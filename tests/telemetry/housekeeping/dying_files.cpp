// SPDX-License-Identifier: Apache-2.0
#include "tests/telemetry/housekeeping/dying_files.h"

#include <algorithm>

namespace wattline::test {
namespace {

namespace fs = std::filesystem;

class DyingFile final : public OpenFile {
public:
    DyingFile(std::unique_ptr<OpenFile> file, fs::path path, DyingFiles& host)
        : m_file(std::move(file)), m_path(std::move(path)), m_host(host) {}

    FileResult<std::size_t> append(std::span<const std::byte> bytes) override {
        m_host.call();
        m_host.wrote(m_path);
        if (!m_host.lies || bytes.size() < 64) return m_file->append(bytes);
        std::vector<std::byte> wrong(bytes.begin(), bytes.end());
        wrong[wrong.size() / 2] ^= std::byte{1};
        return m_file->append(wrong);
    }
    FileResult<std::size_t> pwrite(std::span<const std::byte> bytes,
                                   std::uint64_t offset) override {
        m_host.call();
        m_host.wrote(m_path);
        return m_file->pwrite(bytes, offset);
    }
    FileResult<std::size_t> pread(std::span<std::byte> into, std::uint64_t offset) override {
        m_host.call();
        return m_file->pread(into, offset);
    }
    FileResult<void> truncate(std::uint64_t size) override {
        m_host.call();
        return m_file->truncate(size);
    }
    FileResult<void> sync() override {
        m_host.call();
        m_host.synced(m_path);
        return m_file->sync();
    }

private:
    std::unique_ptr<OpenFile> m_file;
    fs::path m_path;
    DyingFiles& m_host;
};

}  // namespace

void DyingFiles::call() {
    if (m_calls++ != m_dies_at) return;
    losePower();
    throw HostDied();
}

void DyingFiles::losePower() {
    for (const auto& file : m_unsynced)
        if (fs::exists(file)) fs::resize_file(file, fs::file_size(file) / 2);
    std::for_each(m_renames.rbegin(), m_renames.rend(),
                  [](const auto& each) { fs::rename(each.second, each.first); });
}

FileResult<std::unique_ptr<OpenFile>> DyingFiles::open(const fs::path& path, Mode mode) {
    call();
    auto file = systemFiles().open(path, mode);
    if (!file) return file;
    if (mode != Mode::Read) wrote(path);
    return std::make_unique<DyingFile>(std::move(*file), path, *this);
}

FileResult<void> DyingFiles::rename(const fs::path& from, const fs::path& to) {
    call();
    auto done = systemFiles().rename(from, to);
    if (!done) return done;
    if (m_unsynced.erase(from) > 0) m_unsynced.insert(to);
    m_renames.emplace_back(from, to);
    return done;
}

FileResult<void> DyingFiles::link(const fs::path& from, const fs::path& to) {
    call();
    return systemFiles().link(from, to);
}

FileResult<void> DyingFiles::remove(const fs::path& path) {
    call();
    m_unsynced.erase(path);
    return systemFiles().remove(path);
}

FileResult<void> DyingFiles::makeFolder(const fs::path& path) {
    call();
    return systemFiles().makeFolder(path);
}

FileResult<void> DyingFiles::syncFolder(const fs::path& path) {
    call();
    std::erase_if(m_renames, [&](const auto& each) { return each.second.parent_path() == path; });
    return systemFiles().syncFolder(path);
}

FileResult<std::vector<std::string>> DyingFiles::list(const fs::path& folder) {
    call();
    return systemFiles().list(folder);
}

FileResult<FileInfo> DyingFiles::stat(const fs::path& path) {
    call();
    return systemFiles().stat(path);
}

}  // namespace wattline::test

// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/memory_files.h"

#include <algorithm>
#include <utility>

namespace wattline::fuzz {
namespace {

namespace fs = std::filesystem;

tl::unexpected<std::error_code> no(std::errc why) {
    return tl::unexpected(std::make_error_code(why));
}

class MemoryFile final : public OpenFile {
public:
    explicit MemoryFile(std::vector<std::byte>& bytes) : m_bytes(bytes) {}

    FileResult<std::size_t> append(std::span<const std::byte> bytes) override {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        return bytes.size();
    }
    FileResult<std::size_t> pwrite(std::span<const std::byte> bytes,
                                   std::uint64_t offset) override {
        m_bytes.resize(std::max<std::size_t>(m_bytes.size(), offset + bytes.size()));
        std::copy(bytes.begin(), bytes.end(),
                  m_bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        return bytes.size();
    }
    FileResult<std::size_t> pread(std::span<std::byte> into, std::uint64_t offset) override {
        if (offset >= m_bytes.size()) return 0;
        const auto from = std::span(m_bytes).subspan(offset);
        const auto n = std::min(into.size(), from.size());
        std::copy_n(from.begin(), n, into.begin());
        return n;
    }
    FileResult<void> truncate(std::uint64_t size) override {
        m_bytes.resize(size);
        return {};
    }
    FileResult<void> sync() override { return {}; }

private:
    std::vector<std::byte>& m_bytes;  ///< of a map: stays where it is
};

}  // namespace

FileResult<std::unique_ptr<OpenFile>> MemoryFiles::open(const fs::path& path, Mode mode) {
    const bool there = content.contains(path);
    if (mode == Mode::Read && !there) return no(std::errc::no_such_file_or_directory);
    if (mode == Mode::CreateNew && there) return no(std::errc::file_exists);
    auto& bytes = content[path];
    if (mode == Mode::Overwrite) bytes.clear();
    return std::make_unique<MemoryFile>(bytes);
}

FileResult<void> MemoryFiles::rename(const fs::path& from, const fs::path& to) {
    const auto file = content.find(from);
    if (file == content.end()) return no(std::errc::no_such_file_or_directory);
    content[to] = std::exchange(file->second, {});
    content.erase(from);
    return {};
}

FileResult<void> MemoryFiles::link(const fs::path& from, const fs::path& to) {
    if (!content.contains(from)) return no(std::errc::no_such_file_or_directory);
    if (content.contains(to)) return no(std::errc::file_exists);
    content[to] = content[from];
    return {};
}

FileResult<void> MemoryFiles::remove(const fs::path& path) {
    if (content.erase(path) == 0) return no(std::errc::no_such_file_or_directory);
    return {};
}

FileResult<void> MemoryFiles::makeFolder(const fs::path& /*path*/) {
    return {};
}

FileResult<void> MemoryFiles::syncFolder(const fs::path& /*path*/) {
    return {};
}

FileResult<std::vector<std::string>> MemoryFiles::list(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& [path, bytes] : content)
        if (path.parent_path() == folder) names.push_back(path.filename().string());
    return names;
}

FileResult<FileInfo> MemoryFiles::stat(const fs::path& path) {
    const auto file = content.find(path);
    if (file == content.end()) return no(std::errc::no_such_file_or_directory);
    return FileInfo{FileInfo::Kind::File, file->second.size(), 0, true};
}

}  // namespace wattline::fuzz

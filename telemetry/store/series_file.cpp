// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/series_file.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <system_error>
#include <unistd.h>

#include "telemetry/core/workspace.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "rows are written as they lie in memory");

constexpr std::string_view kMagic = "WLS1";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kFixedBytes = 20;
constexpr std::uint32_t kMaxColumns = 4096;
constexpr std::uint32_t kMaxNameBytes = 4096;

void put(std::string& out, std::uint32_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}

std::string encodeHeader(const SeriesFileLayout& layout) {
    std::string names;
    for (const auto& name : layout.columns) {
        put(names, static_cast<std::uint32_t>(name.size()));
        names += name;
    }
    const auto size = (kFixedBytes + names.size() + 7) / 8 * 8;
    std::string out(kMagic);
    put(out, kVersion);
    put(out, static_cast<std::uint32_t>(size));
    put(out, kAxisCount);
    put(out, static_cast<std::uint32_t>(layout.columns.size()));
    out += names;
    out.resize(size, '\0');
    return out;
}

/// Reads numbers and names from untrusted bytes; empty once they run out.
class HeaderReader {
public:
    explicit HeaderReader(std::string_view bytes) : m_rest(bytes) {}
    std::optional<std::string_view> bytes(std::size_t count) {
        if (m_rest.size() < count) return std::nullopt;
        const auto out = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return out;
    }
    std::optional<std::uint32_t> number() {
        const auto raw = bytes(sizeof(std::uint32_t));
        if (!raw) return std::nullopt;
        std::uint32_t value = 0;
        std::memcpy(&value, raw->data(), sizeof value);
        return value;
    }

private:
    std::string_view m_rest;
};

struct Header {
    SeriesFileLayout layout;
    std::size_t size = 0;
};

Result<Header> decodeHeader(std::string_view bytes, const fs::path& file) {
    const auto damaged = [&] {
        return fail(ExitCode::Integrity, file.string() +
                                             " is no series file or is damaged; delete it, it is "
                                             "made again from the journal");
    };
    HeaderReader in(bytes);
    if (in.bytes(kMagic.size()) != kMagic) return damaged();
    const auto version = in.number();
    if (version && *version > kVersion)
        return fail(ExitCode::Failed, file.string() + " was written by a newer Wattline (version " +
                                          std::to_string(*version) +
                                          " of the format); update Wattline to read it");
    const auto size = in.number();
    const auto axes = in.number();
    const auto columns = in.number();
    if (version != kVersion || !size || axes != kAxisCount || !columns || *size % 8 != 0 ||
        *size > bytes.size() || *columns > kMaxColumns)
        return damaged();
    Header header{{}, *size};
    for (std::uint32_t i = 0; i < *columns; ++i) {
        const auto length = in.number();
        if (!length || *length > kMaxNameBytes) return damaged();
        const auto name = in.bytes(*length);
        if (!name) return damaged();
        header.layout.columns.emplace_back(*name);
    }
    return header;
}

class File {
public:
    File(const fs::path& path, int flags) : m_fd(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~File() {
        if (m_fd >= 0) ::close(m_fd);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] bool isOpen() const noexcept { return m_fd >= 0; }
    [[nodiscard]] int fd() const noexcept { return m_fd; }

    [[nodiscard]] bool writeAt(std::uint64_t offset, std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto n = ::pwrite(m_fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
            offset += static_cast<std::uint64_t>(n);
        }
        return true;
    }

private:
    int m_fd;
};

std::string_view asBytes(std::span<const double> rows) {
    const auto bytes = std::as_bytes(rows);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

tl::unexpected<Error> cannotWrite(const fs::path& file) {
    return fail(ExitCode::Environment, "cannot write " + file.string() + " (" +
                                           std::generic_category().message(errno) +
                                           "); free some space or check the folder");
}

/// True when the file starts with this header and has room for `bytes` in all.
bool holds(const fs::path& file, const std::string& header, std::uint64_t bytes) {
    const File in(file, O_RDONLY);
    std::string start(header.size(), '\0');
    if (!in.isOpen() || ::lseek(in.fd(), 0, SEEK_END) < static_cast<off_t>(bytes)) return false;
    return ::pread(in.fd(), start.data(), start.size(), 0) == static_cast<ssize_t>(start.size()) &&
           start == header;
}

}  // namespace

Result<void> replaceSeriesFile(const fs::path& file, const SeriesFileLayout& layout,
                               std::span<const double> rows) {
    const fs::path temporary = file.string() + ".tmp" + std::to_string(::getpid());
    const auto header = encodeHeader(layout);
    {
        const File out(temporary, O_WRONLY | O_CREAT | O_TRUNC);
        if (!out.isOpen()) return cannotWrite(file);
        if (!out.writeAt(0, header) || !out.writeAt(header.size(), asBytes(rows))) {
            const auto error = cannotWrite(file);
            ::unlink(temporary.c_str());
            return error;
        }
    }
    if (::rename(temporary.c_str(), file.c_str()) == 0) return {};
    const auto error = cannotWrite(file);
    ::unlink(temporary.c_str());
    return error;
}

Result<bool> appendSeriesRows(const fs::path& file, const SeriesFileLayout& layout,
                              std::int64_t rows_before, std::span<const double> rows) {
    const auto header = encodeHeader(layout);
    const auto end = header.size() + static_cast<std::uint64_t>(rows_before) * layout.rowBytes();
    if (!holds(file, header, end)) return false;
    const File out(file, O_WRONLY);
    if (!out.isOpen() || ::ftruncate(out.fd(), static_cast<off_t>(end)) != 0)
        return cannotWrite(file);
    if (!out.writeAt(end, asBytes(rows))) return cannotWrite(file);
    return true;
}

Result<SeriesFileContent> readSeriesFile(const fs::path& file) {
    const auto bytes = readFile(file);
    if (!bytes) return tl::unexpected(bytes.error());
    auto header = decodeHeader(*bytes, file);
    if (!header) return tl::unexpected(header.error());
    const auto row_bytes = header->layout.rowBytes();
    const auto rows = (bytes->size() - header->size) / row_bytes;
    SeriesFileContent content{std::move(header->layout), {}};
    content.rows.resize(rows * content.layout.width());
    if (rows > 0) std::memcpy(content.rows.data(), bytes->data() + header->size, rows * row_bytes);
    return content;
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/series_store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "telemetry/wire/crc32c.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "WLST";
constexpr const char* kStateName = "state.wls";

struct StateHeader {
    char magic[4]{};
    std::uint32_t version = 0;
    std::uint64_t size = 0;  ///< of the payload
    std::uint32_t crc32c = 0;
    std::uint32_t reserved = 0;
};
static_assert(sizeof(StateHeader) == 24);

std::uint32_t checksum(std::string_view bytes) {
    return wire::crc32c(std::as_bytes(std::span(bytes)));
}

bool hasOldFiles(const fs::path& folder) {
    std::error_code error;
    return fs::exists(folder / "steps.wls", error);
}

void removeSeries(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == ".wls") files.push_back(it->path());
    for (const auto& file : files)
        fs::remove(file, error);  // what stays is refused by its header, and overwritten
}

/// True when this process can make files in the folder, which may have to be made itself.
bool canWrite(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

SeriesStore::SeriesStore(fs::path folder, const fs::path& cache, Use use) {
    std::error_code error;
    if (use == Use::Look) {
        const bool cached = !cache.empty() && !fs::exists(folder / kStateName, error);
        m_folder = cached ? cache : std::move(folder);
        return;
    }
    if (take(folder)) return;
    const bool stored = fs::exists(folder / kStateName, error);
    if (stored || canWrite(folder) || cache.empty()) {
        m_folder = std::move(folder);
        return;
    }
    if (!take(cache)) m_folder = cache;
}

SeriesStore::~SeriesStore() {
    if (m_lock >= 0) ::close(m_lock);
}

SeriesStore::SeriesStore(SeriesStore&& other) noexcept
    : m_folder(std::move(other.m_folder)), m_lock(std::exchange(other.m_lock, -1)),
      m_state(std::move(other.m_state)), m_remark(std::move(other.m_remark)) {}

SeriesStore& SeriesStore::operator=(SeriesStore&& other) noexcept {
    std::swap(m_folder, other.m_folder);
    std::swap(m_lock, other.m_lock);
    std::swap(m_state, other.m_state);
    std::swap(m_remark, other.m_remark);
    return *this;
}

bool SeriesStore::take(const fs::path& folder) {
    if (!canWrite(folder)) return false;
    const auto file = folder / "lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) return false;
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return false;
    }
    m_folder = folder;
    m_lock = fd;
    return true;
}

/// The whole file at once: it has megabytes, and a reader waits for it.
std::optional<std::string_view> SeriesStore::readAll(const fs::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    const auto size = static_cast<std::size_t>(std::max<off_t>(0, ::lseek(fd, 0, SEEK_END)));
    m_state = std::make_unique_for_overwrite<char[]>(size);
    std::size_t done = 0;
    while (done < size) {
        const auto n = ::pread(fd, m_state.get() + done, size - done, static_cast<off_t>(done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    ::close(fd);
    return std::string_view(m_state.get(), done);
}

Result<std::optional<std::string_view>> SeriesStore::readState() {
    if (m_folder.empty()) return std::nullopt;
    const auto file = m_folder / kStateName;
    const auto bytes = readAll(file);
    if (!bytes) {
        if (hasOldFiles(m_folder)) {
            m_remark = "the series in " + m_folder.string() +
                       " are of an older version; they were made again from the journal";
            clear();
        }
        return std::nullopt;
    }
    const auto payload = parseSeriesState(*bytes, file.string());
    if (payload) return *payload;
    if (payload.error().code != ExitCode::Integrity) return tl::unexpected(payload.error());
    m_remark = payload.error().message;
    return std::nullopt;
}

Result<void> SeriesStore::writeState(std::string_view payload) {
    StateHeader header;
    std::memcpy(header.magic, kMagic.data(), kMagic.size());
    header.version = kSeriesVersion;
    header.size = payload.size();
    header.crc32c = checksum(payload);
    const auto file = m_folder / kStateName;
    const fs::path temporary = file.string() + ".new";
    const auto refused = [&] {
        const auto why = std::generic_category().message(errno);
        ::unlink(temporary.c_str());
        return fail(ExitCode::Environment, "cannot write " + file.string() + " (" + why +
                                               "); free some space or check the folder");
    };
    const int fd =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) return refused();
    std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
    bytes += payload;
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const auto n = ::write(fd, rest.data(), rest.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        rest.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::close(fd) != 0 || !rest.empty()) return refused();
    if (::rename(temporary.c_str(), file.c_str()) != 0) return refused();
    return {};
}

void SeriesStore::clear() {
    if (isOwned())
        removeSeries(m_folder);
    else
        m_folder.clear();
}

Result<std::string_view> parseSeriesState(std::string_view bytes, const std::string& file) {
    const auto damaged = [&] {
        return fail(ExitCode::Integrity,
                    file + " is damaged; the series were made again from the journal");
    };
    StateHeader header;
    if (bytes.size() < sizeof header) return damaged();
    std::memcpy(&header, bytes.data(), sizeof header);
    if (std::string_view(header.magic, sizeof header.magic) != kMagic) return damaged();
    if (header.version > kSeriesVersion)
        return fail(ExitCode::Failed,
                    file + " was written by a newer Wattline (version " +
                        std::to_string(header.version) +
                        " of the format); update Wattline to read it, or make the series again "
                        "for this version with 'wattline rebuild'");
    const auto payload = bytes.substr(sizeof header);
    if (header.version != kSeriesVersion || header.size != payload.size() ||
        header.crc32c != checksum(payload))
        return damaged();
    return payload;
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/slot_files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

std::string reason() {
    return " (" + std::generic_category().message(errno) + ")";
}

bool writeAt(int fd, std::string_view bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const auto n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return true;
}

/// Bytes read; fewer than asked for at the end of the file, -1 on an error.
ssize_t readAt(int fd, std::span<char> out, std::uint64_t offset) {
    std::size_t done = 0;
    while (done < out.size()) {
        const auto n =
            ::pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return static_cast<ssize_t>(done);
}

void closeAll(std::array<int, kLevels>& fds) noexcept {
    for (int& fd : fds)
        if (fd >= 0) ::close(std::exchange(fd, -1));
}

std::string_view asBytes(std::span<const double> content) {
    const auto bytes = std::as_bytes(content);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

SlotFiles::SlotFiles(SeriesPlace place, TableShape shape)
    : m_place(std::move(place)), m_shape(std::move(shape)) {
    m_folder_fds.fill(-1);
    m_private_fds.fill(-1);
}

SlotFiles::~SlotFiles() {
    closeAll(m_folder_fds);
    closeAll(m_private_fds);
}

void SlotFiles::release() noexcept {
    closeAll(m_folder_fds);
}

fs::path SlotFiles::path(int level) const {
    return m_place.folder / seriesFileName(m_shape, level);
}

bool SlotFiles::inFolder(const SlotLayout& layout, std::int64_t slot,
                         std::uint32_t stream) const noexcept {
    const auto level = static_cast<std::size_t>(layout.level());
    if (m_place.owned)
        return m_first_private[level].empty() || slot < m_first_private[level][stream];
    const auto kept = stream < m_kept.size() ? m_kept[stream] : 0;
    return slot < (kept >> (3 * layout.level())) / layout.nodes();
}

Result<int> SlotFiles::folderFile(int level, bool create) const {
    int& fd = m_folder_fds[static_cast<std::size_t>(level)];
    if (fd >= 0) return fd;
    const auto file = path(level);
    const int opened =
        ::open(file.c_str(), (create ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (opened < 0)
        return fail(ExitCode::Environment, "cannot open " + file.string() + reason() +
                                               "; check the folder, or make the series again with "
                                               "'wattline rebuild'");
    std::string header(kSlotFileHeaderBytes, '\0');
    const auto n = readAt(opened, header, 0);
    Result<void> good;
    if (n == 0 && create) {
        if (!writeAt(opened, encodeSeriesHeader(m_shape, level), 0))
            good = fail(ExitCode::Environment, "cannot write " + file.string() + reason());
    } else {
        header.resize(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
        good = checkSeriesHeader(header, m_shape, level, file.string());
    }
    if (!good) {
        ::close(opened);
        return tl::unexpected(good.error());
    }
    return fd = opened;
}

Result<int> SlotFiles::privateFile(int level) const {
    int& fd = m_private_fds[static_cast<std::size_t>(level)];
    if (fd >= 0) return fd;
    const char* given = std::getenv("TMPDIR");
    const fs::path folder = given != nullptr && *given != '\0' ? given : "/tmp";
    fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {  // a file system without unnamed files
        auto name = (folder / "wattline-series-XXXXXX").string();
        fd = ::mkostemp(name.data(), O_CLOEXEC);
        if (fd >= 0) ::unlink(name.c_str());
    }
    if (fd >= 0) return fd;
    return fail(ExitCode::Environment,
                "cannot keep series in " + folder.string() + reason() +
                    "; set TMPDIR to a folder with space that can be written");
}

Result<void> SlotFiles::write(const SlotLayout& layout, std::int64_t slot, std::uint32_t stream,
                              std::span<const double> content) {
    const auto offset = layout.offset(slot, stream);
    const auto level = static_cast<std::size_t>(layout.level());
    if (m_place.owned && inFolder(layout, slot, stream)) {
        const auto fd = folderFile(layout.level(), true);
        if (fd && writeAt(*fd, asBytes(content), offset)) return {};
        auto& first = m_first_private[level];
        if (first.empty()) first.assign(m_shape.streams, kNone);
        first[stream] = slot;
    }
    m_private = true;
    const auto fd = privateFile(layout.level());
    if (!fd) return tl::unexpected(fd.error());
    if (writeAt(*fd, asBytes(content), offset)) return {};
    return fail(ExitCode::Environment,
                "the series cannot be stored" + reason() +
                    "; free some space, then make them again with 'wattline rebuild'");
}

Result<void> SlotFiles::read(const SlotLayout& layout, std::int64_t slot, std::uint32_t stream,
                             std::size_t first, std::span<double> out) const {
    const bool in_folder = inFolder(layout, slot, stream);
    const auto fd = in_folder ? folderFile(layout.level(), false) : privateFile(layout.level());
    if (!fd) return tl::unexpected(fd.error());
    const auto bytes = std::as_writable_bytes(out);
    const auto n = readAt(*fd, {reinterpret_cast<char*>(bytes.data()), bytes.size()},
                          layout.offset(slot, stream) + first * sizeof(double));
    if (n == static_cast<ssize_t>(bytes.size())) return {};
    const auto name = in_folder ? path(layout.level()).string() : "an unnamed file of series";
    if (n < 0) return fail(ExitCode::Environment, "cannot read " + name + reason());
    return fail(ExitCode::Integrity, name + " is shorter than it should be; make the series again "
                                            "with 'wattline rebuild'");
}

}  // namespace wattline

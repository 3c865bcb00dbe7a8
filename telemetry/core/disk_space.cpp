// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/disk_space.h"

#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/quota.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPrefixes = "KMGTP";

fs::path nearestExisting(fs::path path) {
    std::error_code ignored;
    while (!fs::exists(path, ignored) && path.has_parent_path() && path != path.parent_path())
        path = path.parent_path();
    return path;
}

/// Asks the kernel of the file system itself; servers of network file systems mostly keep it to
/// themselves.
std::optional<std::uint64_t> quotaLeft([[maybe_unused]] const fs::path& folder) {
#ifdef SYS_quotactl_fd
    const int fd = ::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return std::nullopt;
    struct dqblk quota {};
    const auto result =
        ::syscall(SYS_quotactl_fd, fd, QCMD(Q_GETQUOTA, USRQUOTA), ::geteuid(), &quota);
    ::close(fd);
    if (result != 0 || (quota.dqb_valid & QIF_BLIMITS) == 0 || quota.dqb_bhardlimit == 0)
        return std::nullopt;
    const std::uint64_t limit = quota.dqb_bhardlimit * 1024;  // the kernel counts limits in KiB
    return limit > quota.dqb_curspace ? limit - quota.dqb_curspace : 0;
#else
    return std::nullopt;
#endif
}

}  // namespace

Result<DiskSpace> diskSpaceOf(const fs::path& path) {
    const auto folder = nearestExisting(path);
    struct statvfs info {};
    if (::statvfs(folder.c_str(), &info) != 0)
        return fail(ExitCode::Environment, "cannot tell the free space of " + folder.string() +
                                               " (" + std::strerror(errno) +
                                               "); check the disk or choose another WATTLINE_HOME");
    DiskSpace space;
    space.total = std::uint64_t{info.f_blocks} * info.f_frsize;
    space.free = std::uint64_t{info.f_bavail} * info.f_frsize;
    space.quota_left = quotaLeft(folder);
    return space;
}

std::uint64_t diskUse(const fs::path& path) {
    constexpr std::uint64_t kBlock = 512;  // st_blocks counts these, whatever the file system
    const auto own = [](const fs::path& each) -> std::uint64_t {
        struct stat info {};
        return ::lstat(each.c_str(), &info) == 0
                   ? static_cast<std::uint64_t>(info.st_blocks) * kBlock
                   : 0;
    };
    auto bytes = own(path);
    std::error_code error;
    if (!fs::is_directory(fs::symlink_status(path, error))) return bytes;
    constexpr auto kOptions = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator it(path, kOptions, error), end; !error && it != end;
         it.increment(error))
        bytes += own(it->path());
    return bytes;
}

std::string bytesText(std::uint64_t bytes) {
    double value = static_cast<double>(bytes);
    std::size_t power = 0;
    while (value >= 1023.95 && power < kPrefixes.size()) {
        value /= 1024.0;
        ++power;
    }
    std::array<char, 32> text{};
    if (power == 0)
        std::snprintf(text.data(), text.size(), "%llu B", static_cast<unsigned long long>(bytes));
    else
        std::snprintf(text.data(), text.size(), "%.1f %ciB", value, kPrefixes[power - 1]);
    return text.data();
}

std::optional<std::uint64_t> parseBytes(const std::string& text) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !std::isfinite(value) || value < 0.0) return std::nullopt;
    std::string unit;
    for (const char c :
         std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end)))
        if (c != ' ') unit += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (!unit.empty() && unit != "B") {
        const auto power = kPrefixes.find(unit.front());
        const auto rest = unit.substr(1);
        if (power == std::string_view::npos || (!rest.empty() && rest != "B" && rest != "IB"))
            return std::nullopt;
        value = std::ldexp(value, 10 * (static_cast<int>(power) + 1));
    }
    if (value >= 0x1p63) return std::nullopt;
    return static_cast<std::uint64_t>(value);
}

}  // namespace wattline

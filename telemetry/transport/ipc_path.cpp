// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/ipc_path.h"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace wattline {
namespace {

constexpr std::string_view kScheme = "ipc://";

}  // namespace

std::optional<std::filesystem::path> ipcFile(const std::string& endpoint) {
    if (!endpoint.starts_with(kScheme)) return std::nullopt;
    return std::filesystem::path(endpoint.substr(kScheme.size()));
}

bool someoneListens(const std::filesystem::path& file) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string_view path = file.native();
    if (path.size() >= sizeof address.sun_path) return false;
    path.copy(address.sun_path, path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return false;
    // The socket interface takes every address family through this one type.
    const bool refused =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EAGAIN && errno != EINPROGRESS;  // a full queue is a listener, too
    ::close(fd);
    return !refused;
}

Result<void> checkSocketFolder(const std::filesystem::path& folder,
                               const std::string& longest_name) {
    struct stat info {};
    if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
        return fail(ExitCode::Environment,
                    "there is no folder " + folder.string() + " for the hub's sockets; create it");
    if (info.st_uid != ::geteuid() || (info.st_mode & 077U) != 0)
        return fail(ExitCode::Environment,
                    "other users can enter " + folder.string() +
                        ", so the hub opens no sockets there; run: chmod 700 " + folder.string());
    if ((folder / longest_name).native().size() >= sizeof(sockaddr_un::sun_path))
        return fail(ExitCode::Environment,
                    "the path " + folder.string() +
                        " is too long for a socket; set XDG_RUNTIME_DIR to a shorter one");
    return {};
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace wattline::cli {
namespace {

namespace fs = std::filesystem;

/// 0 or an errno value.
int writeThrough(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

int writeTo(const fs::path& path, std::string_view bytes, bool durable) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return errno;
    int failure = writeThrough(fd, bytes);
    if (failure == 0 && durable && fsync(fd) != 0) failure = errno;
    if (::close(fd) != 0 && failure == 0) failure = errno;
    return failure;
}

Result<void> outcome(int failure, const fs::path& path) {
    if (failure == 0) return {};
    const bool full = failure == ENOSPC || failure == EFBIG || failure == EDQUOT;
    return fail(ExitCode::Environment, "cannot write " + path.string() + " (" +
                                           std::strerror(failure) + "); " +
                                           (full ? "free some space or choose" : "choose") +
                                           " another file with --output");
}

}  // namespace

Result<void> writeOutputFile(const fs::path& path, std::string_view bytes) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return outcome(EISDIR, path);
    if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored))
        return outcome(writeTo(path, bytes, false), path);
    const fs::path temporary = path.string() + ".part" + std::to_string(getpid());
    int failure = writeTo(temporary, bytes, true);
    if (failure == 0 && rename(temporary.c_str(), path.c_str()) != 0) failure = errno;
    if (failure != 0) unlink(temporary.c_str());
    return outcome(failure, path);
}

std::string extensionOf(const fs::path& path) {
    auto text = path.extension().string();
    if (!text.empty()) text.erase(0, 1);
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

}  // namespace wattline::cli

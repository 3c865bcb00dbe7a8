// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/journal_tally.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "telemetry/wire/journal.h"
#include "telemetry/wire/journal_name.h"

namespace wattline::wire {

using Block = std::array<std::byte, kTallyBytes>;

TallyFile::~TallyFile() {
    if (m_fd >= 0) ::close(m_fd);
}

int TallyFile::create(const std::filesystem::path& path) noexcept {
    m_fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return m_fd < 0 ? errno : overwrite(Block{});
}

int TallyFile::overwrite(std::span<const std::byte> frame) noexcept {
    if (frame.size() > kTallyBytes) return EMSGSIZE;
    std::size_t done = 0;
    while (done < frame.size()) {
        const auto n =
            ::pwrite(m_fd, frame.data() + done, frame.size() - done, static_cast<off_t>(done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n < 0 ? errno : EIO;
        done += static_cast<std::size_t>(n);
    }
    return ::fdatasync(m_fd) == 0 ? 0 : errno;
}

std::optional<Heartbeat> readTally(const std::filesystem::path& folder, std::uint32_t attempt,
                                   std::uint32_t rank) {
    const int fd = ::open((folder / tallyName(attempt, rank)).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    Block block{};
    const auto n = ::pread(fd, block.data(), block.size(), 0);
    ::close(fd);
    const auto bytes = std::span(block).first(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    const auto frame = decode(bytes);
    if (!frame || frame->kind != Kind::Heartbeat || frame->envelope.attempt != attempt ||
        frame->envelope.rank != rank)
        return std::nullopt;
    const auto said = parseHeartbeat(frame->json());
    if (!said) return std::nullopt;
    return *said;
}

}  // namespace wattline::wire

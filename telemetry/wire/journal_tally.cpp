// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/journal_tally.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "telemetry/wire/journal.h"
#include "telemetry/wire/journal_name.h"

namespace wattline::wire {

using Block = std::array<std::byte, kTallyBytes>;

FileResult<void> TallyFile::create(const std::filesystem::path& path, Files& files) {
    auto file = files.open(path, Files::Mode::Overwrite);
    if (!file) return tl::unexpected(file.error());
    m_file = std::move(*file);
    return overwrite(Block{});
}

FileResult<void> TallyFile::overwrite(std::span<const std::byte> frame) {
    const auto failed = [](int code) {
        return tl::unexpected(std::error_code(code, std::generic_category()));
    };
    if (frame.size() > kTallyBytes) return failed(EMSGSIZE);
    for (std::size_t done = 0; done < frame.size();) {
        const auto n = m_file->pwrite(frame.subspan(done), done);
        if (!n) return tl::unexpected(n.error());
        if (*n == 0) return failed(EIO);
        done += *n;
    }
    return m_file->sync();
}

std::optional<Heartbeat> readTally(const std::filesystem::path& folder, std::uint32_t attempt,
                                   std::uint32_t rank, Files& files) {
    const auto file = files.open(folder / tallyName(attempt, rank), Files::Mode::Read);
    if (!file) return std::nullopt;
    Block block{};
    const auto n = (*file)->pread(block, 0);
    if (!n) return std::nullopt;
    const auto bytes = std::span(block).first(*n);
    const auto frame = decode(bytes);
    if (!frame || frame->kind != Kind::Heartbeat || frame->envelope.attempt != attempt ||
        frame->envelope.rank != rank)
        return std::nullopt;
    const auto said = parseHeartbeat(frame->json());
    if (!said) return std::nullopt;
    return *said;
}

}  // namespace wattline::wire

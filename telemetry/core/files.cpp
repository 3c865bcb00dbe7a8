// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/files.h"

#include <array>
#include <cerrno>
#include <unistd.h>

namespace wattline {

FileResult<void> appendAll(OpenFile& file, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto written = file.append(bytes);
        if (!written) return tl::unexpected(written.error());
        if (*written == 0) return tl::unexpected(std::error_code(EIO, std::generic_category()));
        bytes = bytes.subspan(*written);
    }
    return {};
}

namespace {

FileResult<void> writeWhole(const std::filesystem::path& path, std::string_view text,
                            Files& files) {
    auto file = files.open(path, Files::Mode::Overwrite);
    if (!file) return tl::unexpected(file.error());
    if (auto ok = appendAll(**file, std::as_bytes(std::span(text))); !ok) return ok;
    return (*file)->sync();
}

}  // namespace

Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view text,
                                 Files& files) {
    const std::filesystem::path temporary = path.string() + ".tmp" + std::to_string(::getpid());
    auto done = writeWhole(temporary, text, files);
    const bool written = done.has_value();
    if (written) done = files.rename(temporary, path);
    if (!done) {
        static_cast<void>(files.remove(temporary));
        return fail(ExitCode::Environment,
                    std::string("cannot ") + (written ? "rename " : "write ") + path.string() +
                        " (" + done.error().message() + "); free some space or check the folder");
    }
    // Best effort: the file is whole either way, a crash of the host may bring the old one back.
    static_cast<void>(files.syncFolder(path.parent_path()));
    return {};
}

Result<std::string> readFile(const std::filesystem::path& path, Files& files) {
    const auto cannot = [&](const std::error_code& why) {
        return fail(ExitCode::NotFound,
                    "cannot read " + path.string() + " (" + why.message() + ")");
    };
    const auto file = files.open(path, Files::Mode::Read);
    if (!file) return cannot(file.error());
    std::string text;
    std::array<char, 16384> buffer{};
    for (;;) {
        const auto read = (*file)->pread(std::as_writable_bytes(std::span(buffer)), text.size());
        if (!read) return cannot(read.error());
        if (*read == 0) return text;
        text.append(buffer.data(), *read);
    }
}

}  // namespace wattline

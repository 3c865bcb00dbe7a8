// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/compressed_part.h"

#include <algorithm>
#include <utility>
#include <vector>
#include <zstd.h>

#include "telemetry/wire/journal_name.h"

namespace wattline::wire {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{256} << 10;
/// 3 is the library's own choice: journals shrink by a third to a half, at 200 MB/s and more.
constexpr int kLevel = 3;
/// What a stranger's file may make us allocate: 8 MiB. Ours need 2.
constexpr int kMaxWindowLog = 23;

tl::unexpected<std::error_code> damaged() {
    return tl::unexpected(std::make_error_code(std::errc::bad_message));
}

tl::unexpected<std::error_code> noMemory() {
    return tl::unexpected(std::make_error_code(std::errc::not_enough_memory));
}

struct FreeDecoder {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};
struct FreeEncoder {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
};

/// What a compressed file holds, as if it were a file.
class CompressedPart final : public OpenFile {
public:
    explicit CompressedPart(std::unique_ptr<OpenFile> file)
        : m_file(std::move(file)), m_decoder(ZSTD_createDCtx()), m_input(kChunkBytes) {
        if (m_decoder) ZSTD_DCtx_setParameter(m_decoder.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
    }

    FileResult<std::size_t> append(std::span<const std::byte> /*bytes*/) override {
        return readOnly();
    }
    FileResult<std::size_t> pwrite(std::span<const std::byte> /*bytes*/,
                                   std::uint64_t /*offset*/) override {
        return readOnly();
    }
    FileResult<void> truncate(std::uint64_t /*size*/) override {
        return tl::unexpected(std::make_error_code(std::errc::read_only_file_system));
    }
    FileResult<void> sync() override { return {}; }

    FileResult<std::size_t> pread(std::span<std::byte> into, std::uint64_t offset) override {
        if (!m_decoder) return noMemory();
        if (offset < m_position) rewind();
        std::vector<std::byte> skipped;
        while (m_position < offset) {
            skipped.resize(std::min<std::uint64_t>(kChunkBytes, offset - m_position));
            const auto n = decode(skipped);
            if (!n || *n == 0) return n;
        }
        return decode(into);
    }

private:
    static tl::unexpected<std::error_code> readOnly() {
        return tl::unexpected(std::make_error_code(std::errc::read_only_file_system));
    }

    void rewind() {
        ZSTD_DCtx_reset(m_decoder.get(), ZSTD_reset_session_only);
        m_position = m_file_offset = 0;
        m_pending = {};
        m_frame_open = m_broken = false;
    }

    /// As many bytes as fit, or fewer; 0 at the end of the content.
    FileResult<std::size_t> decode(std::span<std::byte> into) {
        ZSTD_outBuffer out{into.data(), into.size(), 0};
        while (!m_broken && out.pos < out.size) {
            if (m_pending.empty()) {
                const auto more = m_file->pread(m_input, m_file_offset);
                if (!more) return more;
                if (*more == 0) break;
                m_file_offset += *more;
                m_pending = std::span(m_input).first(*more);
            }
            ZSTD_inBuffer in{m_pending.data(), m_pending.size(), 0};
            const auto left = ZSTD_decompressStream(m_decoder.get(), &out, &in);
            m_broken = ZSTD_isError(left) != 0U || m_position + out.pos > kMaxPartContentBytes;
            m_pending = m_pending.subspan(in.pos);
            m_frame_open = left != 0;
        }
        m_position += out.pos;
        // What could be read is answered first; the next call comes here with nothing more.
        const bool cut_off = m_frame_open || m_file_offset == 0;
        if (out.pos == 0 && out.size > 0 && (m_broken || cut_off)) return damaged();
        return out.pos;
    }

    std::unique_ptr<OpenFile> m_file;
    std::unique_ptr<ZSTD_DCtx, FreeDecoder> m_decoder;
    std::vector<std::byte> m_input;
    std::span<const std::byte> m_pending;  ///< of m_input, not yet decoded
    std::uint64_t m_file_offset = 0;       ///< how far the file was read
    std::uint64_t m_position = 0;          ///< how far the content was decoded
    bool m_frame_open = false, m_broken = false;
};

/// Gives the encoder `piece` and writes what it makes of it; `last` closes the file.
FileResult<void> encode(ZSTD_CCtx& encoder, std::span<const std::byte> piece, bool last,
                        std::vector<std::byte>& output, OpenFile& to) {
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    for (;;) {
        ZSTD_outBuffer out{output.data(), output.size(), 0};
        const auto left =
            ZSTD_compressStream2(&encoder, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left) != 0U) return damaged();
        if (auto ok = appendAll(to, std::span(output).first(out.pos)); !ok) return ok;
        if (last ? left == 0 : in.pos == in.size) return {};
    }
}

}  // namespace

FileResult<std::unique_ptr<OpenFile>> openPart(const std::filesystem::path& part, Files& files) {
    auto file = files.open(part, Files::Mode::Read);
    const auto name = parseJournalName(part.filename().string());
    if (!file || !name || !name->compressed) return file;
    return decompressed(std::move(*file));
}

std::unique_ptr<OpenFile> decompressed(std::unique_ptr<OpenFile> file) {
    return std::make_unique<CompressedPart>(std::move(file));
}

FileResult<void> compress(OpenFile& from, OpenFile& to, std::uint64_t bytes) {
    const std::unique_ptr<ZSTD_CCtx, FreeEncoder> encoder(ZSTD_createCCtx());
    if (!encoder) return noMemory();
    ZSTD_CCtx_setParameter(encoder.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(encoder.get(), ZSTD_c_checksumFlag, 1);
    // A file that grew or shrank meanwhile makes the encoder fail: nobody may write to it any more.
    ZSTD_CCtx_setPledgedSrcSize(encoder.get(), bytes);
    std::vector<std::byte> input(kChunkBytes);
    std::vector<std::byte> output(kChunkBytes);
    for (std::uint64_t offset = 0;;) {
        const auto n = from.pread(input, offset);
        if (!n) return tl::unexpected(n.error());
        offset += *n;
        const bool last = *n == 0;
        if (auto ok = encode(*encoder, std::span(input).first(*n), last, output, to); !ok)
            return ok;
        if (last) return {};
    }
}

}  // namespace wattline::wire

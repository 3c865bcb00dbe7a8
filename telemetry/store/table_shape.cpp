// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/table_shape.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <span>

#include "telemetry/wire/crc32c.h"
#include "telemetry/wire/frame.h"

namespace wattline {
namespace {

static_assert(std::endian::native == std::endian::little, "columns are written as they lie");

constexpr std::string_view kMagic = "WLS1";  // of version 1, too: an older program names versions
constexpr std::uint32_t kMaxColumns = 256;
constexpr std::uint32_t kMaxNameBytes = 1024;
constexpr std::size_t kCrcBytes = sizeof(std::uint32_t);

/// What the unfinished slots of all streams of a level may take in memory. The lower levels are
/// read most, and larger slots mean fewer reads.
constexpr std::array<std::size_t, kLevels> kBudget{4 << 20, 4 << 20, 2 << 20, 2 << 20,
                                                   1 << 20, 1 << 19, 1 << 19, 1 << 19,
                                                   1 << 19, 1 << 19, 1 << 19, 1 << 19};
constexpr std::size_t kMinRows = 32, kMaxRows = 1024;
constexpr std::size_t kMinNodes = 8, kMaxNodes = 1024;

std::int64_t nodesOfSlot(const TableShape& shape, int level) {
    const auto value_bytes = level == 0 ? sizeof(double) : 3 * sizeof(double) + sizeof(float);
    const auto node = shape.axes.size() * sizeof(double) + shape.values.size() * value_bytes;
    const auto all = std::max<std::size_t>(1, node * shape.streams);
    const auto fits = kBudget[static_cast<std::size_t>(level)] / all / kMinNodes * kMinNodes;
    return static_cast<std::int64_t>(level == 0 ? std::clamp(fits, kMinRows, kMaxRows)
                                                : std::clamp(fits, kMinNodes, kMaxNodes));
}

void put(std::string& out, std::uint32_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}

void put(std::string& out, const std::vector<std::string>& names) {
    put(out, static_cast<std::uint32_t>(names.size()));
    for (const auto& name : names) {
        put(out, static_cast<std::uint32_t>(name.size()));
        out += name;
    }
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
    std::optional<std::string> name() {
        const auto length = number();
        if (!length || *length > kMaxNameBytes) return std::nullopt;
        const auto text = bytes(*length);
        return text ? std::optional(std::string(*text)) : std::nullopt;
    }
    std::optional<std::vector<std::string>> names() {
        const auto count = number();
        if (!count || *count > kMaxColumns) return std::nullopt;
        std::vector<std::string> out;
        for (std::uint32_t i = 0; i < *count; ++i) {
            auto each = name();
            if (!each) return std::nullopt;
            out.push_back(std::move(*each));
        }
        return out;
    }

private:
    std::string_view m_rest;
};

std::uint32_t checksum(std::string_view bytes) {
    return wire::crc32c(std::as_bytes(std::span(bytes)));
}

tl::unexpected<Error> damaged(const std::string& file) {
    return fail(ExitCode::Integrity,
                file + " is no series file or is damaged; it is made again from the journal");
}

std::optional<SeriesHeader> parseColumns(HeaderReader in) {
    const auto level = in.number();
    const auto streams = in.number();
    const auto levels = in.number();
    const auto nodes = in.number();
    auto name = in.name();
    auto axes = in.names();
    auto values = in.names();
    if (!level || !streams || !levels || !nodes || !name || !axes || !values) return std::nullopt;
    if (*levels == 0 || *levels > kLevels || *level >= *levels || *streams == 0 ||
        *streams > wire::kMaxRanks)
        return std::nullopt;
    return SeriesHeader{{std::move(*name), std::move(*axes), std::move(*values), *streams,
                         static_cast<int>(*levels)},
                        static_cast<int>(*level),
                        *nodes};
}

}  // namespace

SlotLayout::SlotLayout(const TableShape& shape, int level)
    : m_level(level), m_nodes(nodesOfSlot(shape, level)), m_axes(shape.axes.size()),
      m_values(shape.values.size()), m_halves(level == 0 ? 2 : 7), m_streams(shape.streams) {}

std::string seriesFileName(const TableShape& shape, int level) {
    return shape.name + "." + std::to_string(level) + ".wls";
}

std::string encodeSeriesHeader(const TableShape& shape, int level) {
    std::string out(kMagic);
    put(out, kSeriesVersion);
    put(out, static_cast<std::uint32_t>(level));
    put(out, shape.streams);
    put(out, static_cast<std::uint32_t>(shape.levels));
    put(out, static_cast<std::uint32_t>(SlotLayout(shape, level).nodes()));
    put(out, static_cast<std::uint32_t>(shape.name.size()));
    out += shape.name;
    put(out, shape.axes);
    put(out, shape.values);
    out.resize(kSlotFileHeaderBytes - kCrcBytes, '\0');
    put(out, checksum(out));
    return out;
}

Result<SeriesHeader> parseSeriesHeader(std::string_view bytes, const std::string& file) {
    HeaderReader in(bytes);
    if (in.bytes(kMagic.size()) != kMagic) return damaged(file);
    const auto version = in.number();
    if (version && *version > kSeriesVersion)
        return fail(ExitCode::Failed, file + " was written by a newer Wattline (version " +
                                          std::to_string(*version) +
                                          " of the format); update Wattline to read it");
    if (version && *version >= 1 && *version < kSeriesVersion)
        return fail(ExitCode::Integrity, file + " is of version " + std::to_string(*version) +
                                             " of the format, of an older Wattline; it is made "
                                             "again from the journal");
    if (!version || bytes.size() < kSlotFileHeaderBytes) return damaged(file);
    const auto body = bytes.substr(0, kSlotFileHeaderBytes - kCrcBytes);
    std::uint32_t sum = 0;
    std::memcpy(&sum, bytes.data() + body.size(), sizeof sum);
    if (sum != checksum(body)) return damaged(file);
    auto header = parseColumns(in);
    if (!header || header->nodes != SlotLayout(header->shape, header->level).nodes())
        return damaged(file);
    return std::move(*header);
}

Result<void> checkSeriesHeader(std::string_view bytes, const TableShape& shape, int level,
                               const std::string& file) {
    const auto header = parseSeriesHeader(bytes, file);
    if (!header) return tl::unexpected(header.error());
    if (header->shape != shape || header->level != level) return damaged(file);
    return {};
}

}  // namespace wattline

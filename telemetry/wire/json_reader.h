// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline::wire {

/// True when arrays and objects nest deeper than in any message of ours. The JSON library copies
/// and writes values by recursion: a megabyte of opening brackets would use up the stack.
[[nodiscard]] bool nestsTooDeep(std::string_view text) noexcept;

/// One JSON object from an untrusted source, read key by key into typed values.
/// The first thing wrong is kept as a sentence and all further reads do nothing, so that a parser
/// reads all its keys and asks once: `if (auto ok = in.status(); !ok) ...`. Unknown keys are fine.
/// Hides the JSON library, which may appear in .cpp files only. Threads: one owner.
class JsonReader {
public:
    /// `what` names the object in sentences, as in "a hello" or "run.json".
    [[nodiscard]] static Result<JsonReader> parse(std::string_view text, std::string what);

    /// Reads a key that must be there. T: std::string, bool, int, std::int64_t, std::uint32_t,
    /// std::uint64_t, double. A number out of T's range is refused.
    template <typename T> void required(std::string_view key, T& out) { read(key, out, true); }
    /// Reads a key that may be absent or null; `out` then stays as it is.
    template <typename T> void optional(std::string_view key, T& out) { read(key, out, false); }
    template <typename T> void optional(std::string_view key, std::optional<T>& out) {
        T value{};
        if (has(key) && read(key, value, false)) out = std::move(value);
    }

    /// The object at `key`; empty when it is absent or null. Its errors must be asked of it.
    [[nodiscard]] std::optional<JsonReader> object(std::string_view key);
    /// The objects of the array at `key`; none when it is absent or null.
    [[nodiscard]] std::vector<JsonReader> objects(std::string_view key);

    /// Keeps `reason` as the error unless there is one already.
    void refuse(std::string_view key, std::string_view reason);
    [[nodiscard]] Result<void> status() const;

private:
    struct Node;
    JsonReader(std::shared_ptr<const Node> node, std::string what);
    [[nodiscard]] bool has(std::string_view key) const;
    bool read(std::string_view key, std::string& out, bool required);
    bool read(std::string_view key, bool& out, bool required);
    bool read(std::string_view key, int& out, bool required);
    bool read(std::string_view key, std::int64_t& out, bool required);
    bool read(std::string_view key, std::uint32_t& out, bool required);
    bool read(std::string_view key, std::uint64_t& out, bool required);
    bool read(std::string_view key, double& out, bool required);
    template <typename T> bool readInteger(std::string_view key, T& out, bool required);

    std::shared_ptr<const Node> m_node;
    std::string m_what;
    std::optional<std::string> m_error;
};

}  // namespace wattline::wire

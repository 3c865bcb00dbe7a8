// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Values as bytes and back, for state that only this version of the program reads again: one
/// function names an object's members for both directions,
///
///   template <typename Archive> void persist(Archive& archive) { archive(m_windows, m_holds); }
///
/// A plain struct goes as it lies in memory, with its size before it, so that bytes of another
/// layout are noticed. A reader trusts nothing: what does not fit into the bytes that are left
/// makes it failed(), and everything read after that stays as it was. Threads: one owner.
namespace wattline {

template <typename T, typename Archive>
concept Persistent = requires(T& value, Archive& archive) {
    value.persist(archive);
};

class ArchiveWriter {
public:
    static constexpr bool kReading = false;

    template <typename... Ts> void operator()(const Ts&... values) { (put(values), ...); }
    void raw(std::span<const double> numbers) {
        m_bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes());
    }
    [[nodiscard]] const std::string& bytes() const noexcept { return m_bytes; }

private:
    void size(std::size_t count) { plain(static_cast<std::uint64_t>(count)); }
    template <typename T> void plain(const T& value) {
        char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        m_bytes.append(bytes, sizeof(T));
    }
    template <typename T> void put(const T& value) {
        if constexpr (Persistent<T, ArchiveWriter>) {
            const_cast<T&>(value).persist(*this);  // writing leaves the members as they are
        } else {
            static_assert(std::is_trivially_copyable_v<T>);
            if constexpr (std::is_class_v<T>) plain(static_cast<std::uint32_t>(sizeof(T)));
            plain(value);
        }
    }
    void put(const std::string& text) {
        size(text.size());
        m_bytes += text;
    }
    template <typename T> void put(const std::optional<T>& value) {
        plain(static_cast<std::uint8_t>(value.has_value()));
        if (value) put(*value);
    }
    template <typename A, typename B> void put(const std::pair<A, B>& value) {
        put(value.first);
        put(value.second);
    }
    template <typename Range> void putAll(const Range& range) {
        size(range.size());
        for (const auto& each : range)
            put(each);
    }
    template <typename T> void put(const std::vector<T>& values) { putAll(values); }
    template <typename T> void put(const std::deque<T>& values) { putAll(values); }
    template <typename K, typename V> void put(const std::map<K, V>& values) { putAll(values); }

    std::string m_bytes;
};

class ArchiveReader {
public:
    static constexpr bool kReading = true;

    explicit ArchiveReader(std::string_view bytes) : m_rest(bytes) {}
    template <typename... Ts> void operator()(Ts&... values) { (get(values), ...); }
    void raw(std::span<double> numbers) {
        const auto bytes = take(numbers.size_bytes());
        if (!m_failed && !bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
    }
    [[nodiscard]] bool failed() const noexcept { return m_failed; }
    /// For an owner that finds a value impossible.
    void fail() noexcept { m_failed = true; }
    [[nodiscard]] bool atEnd() const noexcept { return !m_failed && m_rest.empty(); }

private:
    std::string_view take(std::size_t count) {
        if (m_failed || m_rest.size() < count) {
            m_failed = true;
            return {};
        }
        const auto out = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return out;
    }
    template <typename T> void plain(T& value) {
        const auto bytes = take(sizeof(T));
        if (!m_failed) std::memcpy(&value, bytes.data(), sizeof(T));
    }
    /// How many elements follow; each takes a byte at least, so a larger number is nonsense.
    std::size_t size() {
        std::uint64_t count = 0;
        plain(count);
        if (count > m_rest.size()) m_failed = true;
        return m_failed ? 0 : static_cast<std::size_t>(count);
    }
    template <typename T> void get(T& value) {
        if constexpr (Persistent<T, ArchiveReader>) {
            value.persist(*this);
        } else {
            static_assert(std::is_trivially_copyable_v<T>);
            if constexpr (std::is_class_v<T>) {
                std::uint32_t bytes = sizeof(T);
                plain(bytes);
                if (bytes != sizeof(T)) m_failed = true;
            }
            plain(value);
        }
    }
    void get(bool& value) {
        std::uint8_t byte = 0;
        plain(byte);
        if (byte > 1) m_failed = true;
        if (!m_failed) value = byte == 1;
    }
    void get(std::string& text) { text = take(size()); }
    template <typename T> void get(std::optional<T>& value) {
        bool there = false;
        get(there);
        value.reset();
        if (there && !m_failed) get(value.emplace());
    }
    template <typename A, typename B> void get(std::pair<A, B>& value) {
        get(value.first);
        get(value.second);
    }
    template <typename Range> void getAll(Range& range) {
        range.clear();
        const auto count = size();
        for (std::size_t i = 0; i < count && !m_failed; ++i)
            get(range.emplace_back());
    }
    template <typename T> void get(std::vector<T>& values) { getAll(values); }
    template <typename T> void get(std::deque<T>& values) { getAll(values); }
    template <typename K, typename V> void get(std::map<K, V>& values) {
        values.clear();
        const auto count = size();
        for (std::size_t i = 0; i < count && !m_failed; ++i) {
            std::pair<K, V> each;
            get(each);
            if (!m_failed) values.insert(std::move(each));
        }
    }

    std::string_view m_rest;
    bool m_failed = false;
};

}  // namespace wattline

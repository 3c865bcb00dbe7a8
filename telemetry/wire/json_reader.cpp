// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/json_reader.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace wattline::wire {

/// A value inside a document that lives as long as anybody reads from it.
struct JsonReader::Node {
    std::shared_ptr<const nlohmann::json> document;
    const nlohmann::json* value = nullptr;

    [[nodiscard]] const nlohmann::json* find(std::string_view key) const {
        const auto it = value->find(std::string(key));
        return it == value->end() || it->is_null() ? nullptr : &*it;
    }
};

namespace {

using nlohmann::json;

/// A JSON integer as T; empty when it is none or does not fit.
template <typename T> std::optional<T> integer(const json& value) {
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (std::in_range<T>(number)) return static_cast<T>(number);
    } else if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        if (std::in_range<T>(number)) return static_cast<T>(number);
    }
    return std::nullopt;
}

template <typename T> std::string rangeText() {
    return "must be a whole number from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
           std::to_string(std::numeric_limits<T>::max());
}

}  // namespace

bool nestsTooDeep(std::string_view text) noexcept {
    constexpr int kDeepest = 64;
    int depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_text && c == '\\')
            ++i;  // what is escaped ends no text
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && (c == '[' || c == '{') && ++depth > kDeepest)
            return true;
        else if (!in_text && (c == ']' || c == '}'))
            --depth;
    }
    return false;
}

JsonReader::JsonReader(std::shared_ptr<const Node> node, std::string what)
    : m_node(std::move(node)), m_what(std::move(what)) {}

Result<JsonReader> JsonReader::parse(std::string_view text, std::string what) {
    if (nestsTooDeep(text))
        return fail(ExitCode::Usage, what + " is JSON nested deeper than any that is expected");
    try {
        auto document = std::make_shared<json>(json::parse(text, nullptr, false));
        if (document->is_discarded())
            return fail(ExitCode::Usage, what + " is not valid JSON; it is damaged or cut off");
        if (!document->is_object())
            return fail(ExitCode::Usage, what + " is JSON but not an object; one is expected");
        auto node = std::make_shared<Node>();
        node->value = document.get();
        node->document = std::move(document);
        return JsonReader(std::move(node), std::move(what));
    } catch (const std::exception& error) {
        return fail(ExitCode::Usage, what + " cannot be read as JSON (" + error.what() + ")");
    }
}

void JsonReader::refuse(std::string_view key, std::string_view reason) {
    if (!m_error) m_error = m_what + ": \"" + std::string(key) + "\" " + std::string(reason);
}

Result<void> JsonReader::status() const {
    if (m_error) return fail(ExitCode::Usage, *m_error);
    return {};
}

bool JsonReader::has(std::string_view key) const {
    return m_node->find(key) != nullptr;
}

std::optional<JsonReader> JsonReader::object(std::string_view key) {
    const auto* value = m_node->find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_object()) {
        refuse(key, "must be an object");
        return std::nullopt;
    }
    auto node = std::make_shared<Node>(Node{m_node->document, value});
    return JsonReader(std::move(node), m_what + ", " + std::string(key));
}

std::vector<JsonReader> JsonReader::objects(std::string_view key) {
    std::vector<JsonReader> found;
    const auto* array = m_node->find(key);
    if (array == nullptr) return found;
    if (!array->is_array()) {
        refuse(key, "must be an array");
        return found;
    }
    for (const auto& value : *array) {
        if (!value.is_object()) {
            refuse(key, "must hold objects only");
            return {};
        }
        found.push_back(JsonReader(std::make_shared<Node>(Node{m_node->document, &value}),
                                   m_what + ", " + std::string(key)));
    }
    return found;
}

bool JsonReader::read(std::string_view key, std::string& out, bool required) {
    const auto* value = m_node->find(key);
    if (value != nullptr && value->is_string()) {
        out = value->get_ref<const std::string&>();
        return true;
    }
    if (value != nullptr || required)
        refuse(key, value == nullptr ? "is missing" : "must be a text");
    return false;
}

bool JsonReader::read(std::string_view key, bool& out, bool required) {
    const auto* value = m_node->find(key);
    if (value != nullptr && value->is_boolean()) {
        out = value->get<bool>();
        return true;
    }
    if (value != nullptr || required)
        refuse(key, value == nullptr ? "is missing" : "must be true or false");
    return false;
}

bool JsonReader::read(std::string_view key, double& out, bool required) {
    const auto* value = m_node->find(key);
    if (value != nullptr && value->is_number() && std::isfinite(value->get<double>())) {
        out = value->get<double>();
        return true;
    }
    if (value != nullptr || required)
        refuse(key, value == nullptr ? "is missing" : "must be a finite number");
    return false;
}

template <typename T> bool JsonReader::readInteger(std::string_view key, T& out, bool required) {
    const auto* value = m_node->find(key);
    const auto number = value == nullptr ? std::nullopt : integer<T>(*value);
    if (number) {
        out = *number;
        return true;
    }
    if (value != nullptr || required) refuse(key, value == nullptr ? "is missing" : rangeText<T>());
    return false;
}

bool JsonReader::read(std::string_view key, int& out, bool required) {
    return readInteger(key, out, required);
}
bool JsonReader::read(std::string_view key, std::int64_t& out, bool required) {
    return readInteger(key, out, required);
}
bool JsonReader::read(std::string_view key, std::uint32_t& out, bool required) {
    return readInteger(key, out, required);
}
bool JsonReader::read(std::string_view key, std::uint64_t& out, bool required) {
    return readInteger(key, out, required);
}

}  // namespace wattline::wire

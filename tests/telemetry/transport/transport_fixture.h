// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include "telemetry/transport/hub_sockets.h"
#include "tests/support/temporary_folder.h"

namespace wattline::test {

inline Bytes bytesOf(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

inline std::string textOf(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Waits for a condition instead of a time; false when it does not come about within `patience`.
inline bool eventually(const std::function<bool()>& condition,
                       std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

/// The next message, within ten seconds.
inline std::optional<HubSockets::Incoming> nextMessage(HubSockets& hub) {
    std::optional<HubSockets::Incoming> message;
    eventually([&] { return (message = hub.receive(50)).has_value(); });
    return message;
}

inline std::unique_ptr<HubSockets> bindHub(const std::filesystem::path& folder) {
    auto hub = HubSockets::bind(folder);
    EXPECT_TRUE(hub) << hub.error().message;
    return hub ? std::move(*hub) : nullptr;
}

}  // namespace wattline::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/transport/keys.h"

namespace wattline {

using Bytes = std::vector<std::byte>;

/// A client's DEALER. Threads: one owner.
class ClientSocket {
public:
    /// On ipc.
    [[nodiscard]] static Result<std::unique_ptr<ClientSocket>> connect(const std::string& endpoint);
    /// On tcp: with the control key of the folder, else with its view key; refused without. The
    /// hub must have the secret half of the folder's hub.pub.
    [[nodiscard]] static Result<std::unique_ptr<ClientSocket>> connect(const std::string& endpoint,
                                                                       const KeyFolder& keys);
    ~ClientSocket();
    ClientSocket(const ClientSocket&) = delete;
    ClientSocket& operator=(const ClientSocket&) = delete;
    bool send(std::string_view json);
    [[nodiscard]] std::optional<std::vector<Bytes>> receive(int timeout_ms);
    /// One sentence when the hub was reached and did not let us in, or is not this workspace's;
    /// empty while nothing of that kind was seen.
    [[nodiscard]] const std::string& refusal();

private:
    struct Impl;
    explicit ClientSocket(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline

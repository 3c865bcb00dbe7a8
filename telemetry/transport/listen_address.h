// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "telemetry/core/result.h"

namespace wattline {

/// One address of this machine on which a hub listens: never all of them.
struct ListenAddress {
    std::string host;  ///< numeric; an IPv6 one in brackets
    int port = 0;      ///< of ingest; clients use the next one. 0: any two that are free

    /// For zmq_bind(); `offset` 0: ingest, 1: clients.
    [[nodiscard]] std::string endpoint(int offset) const;
};

/// `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`. HOST is an address or a name of this machine;
/// what stands for every interface ("*", 0.0.0.0, ::) is refused with a sentence, because a hub
/// listens only where it was told to.
[[nodiscard]] Result<ListenAddress> parseListenAddress(std::string_view text);

}  // namespace wattline

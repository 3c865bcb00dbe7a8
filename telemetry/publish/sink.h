// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace wattline {

/// Where a publisher sends frames, and whence commands come. The ZeroMQ one is in transport.
/// Threads: created anywhere, then used by the publisher's thread alone. Nothing blocks or throws.
class Sink {
public:
    virtual ~Sink() = default;
    /// False when the frame was not taken; the hub will read it from the journal.
    virtual bool send(std::span<const std::byte> frame) noexcept = 0;
    /// The next frame from the hub, if one has arrived.
    virtual std::optional<std::vector<std::byte>> receive() noexcept = 0;
    /// Called about once a second: a chance to follow a hub that moved.
    virtual void tend() noexcept {}
};

class NullSink final : public Sink {
public:
    bool send(std::span<const std::byte>) noexcept override { return false; }
    std::optional<std::vector<std::byte>> receive() noexcept override { return std::nullopt; }
};

}  // namespace wattline

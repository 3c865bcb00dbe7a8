// SPDX-License-Identifier: Apache-2.0
#include "app/hub/frame_intake.h"

#include "telemetry/wire/frame.h"

namespace wattline {

void FrameIntake::take(std::span<const std::byte> bytes, const std::string& peer) {
    const auto frame = wire::decode(bytes);
    if (!frame) {
        ++(frame.error().error == wire::DecodeError::UnknownKind ? m_counters.unknown_frames
                                                                 : m_counters.bad_frames);
        return;
    }
    if (!m_registry.ingest(*frame, peer)) {
        ++m_counters.bad_frames;
        return;
    }
    ++m_counters.frames;
    m_commands.watch(*frame);
}

}  // namespace wattline

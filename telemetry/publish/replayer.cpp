// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/replayer.h"

#include <utility>

namespace wattline {
namespace {

/// A turn comes every 20 ms: 1,600 frames a second, of up to 4,096 records each.
constexpr int kFramesATurn = 32;
/// Frames that are looked at to find those that are wanted.
constexpr int kLooksATurn = 8'192;

}  // namespace

Replayer::Replayer(std::filesystem::path journal_folder, std::uint32_t attempt, std::uint32_t rank,
                   Files& files)
    : m_folder(std::move(journal_folder)), m_attempt(attempt), m_rank(rank), m_files(files) {}

void Replayer::ask(const wire::Replay& wanted) {
    const bool goes_on = m_wanted && m_wanted->from <= wanted.from;
    m_wanted = wanted;
    if (goes_on) return;  // what lies behind us is not wanted
    m_position = {};
}

void Replayer::turn(Sink& sink) {
    if (!m_wanted) return;
    m_stream = {m_attempt, m_rank, {}};
    for (auto& stream : wire::listJournals(m_folder, m_files))
        if (stream.attempt == m_attempt && stream.rank == m_rank) m_stream = std::move(stream);
    int sent = 0, looked = 0;
    bool done = false;
    const auto send_again = [&](const wire::FrameView& frame) {
        if (++looked > kLooksATurn) return false;
        if (!frame.sequenced()) return true;
        const auto first = frame.envelope.first_sequence;
        if (first + frame.count <= m_wanted->from) return true;
        done = first > m_wanted->to;
        if (done || sent == kFramesATurn || !sink.send(frame.bytes())) return false;
        ++sent;
        return true;
    };
    const auto read = wire::readJournalWhile(m_stream, m_position, send_again, m_files);
    // At the end of the journal, or where it cannot be read: the hub asks again if it must.
    const bool stopped_early = looked > kLooksATurn || sent == kFramesATurn;
    const bool refused = read && !done && !stopped_early && sent == 0 && read->frames == 0;
    if (!read || done || refused || !stopped_early) m_wanted.reset();
}

}  // namespace wattline

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/gate.h"

#include <array>
#include <zmq.h>

namespace wattline {
namespace {

/// Where ZeroMQ asks; the name is ZAP's.
constexpr const char* kQuestions = "inproc://zeromq.zap.01";
constexpr int kWaitMs = 100;  ///< the gate ends within this time

std::string_view textOf(std::span<const std::byte> part) noexcept {
    return {reinterpret_cast<const char*>(part.data()), part.size()};
}

std::span<const std::byte> bytesOf(std::string_view text) noexcept {
    return std::as_bytes(std::span(text));
}

/// A request of ZAP 1.0: version, id, domain, address, identity, mechanism, credentials.
struct Question {
    std::string_view id, door, mechanism;
    std::span<const std::byte> key;
};
std::optional<Question> parse(std::span<const std::span<const std::byte>> parts) noexcept {
    constexpr std::size_t kParts = 7;
    constexpr std::size_t kKeyBytes = 32;
    if (parts.size() != kParts || textOf(parts[0]) != "1.0") return std::nullopt;
    const Question question{textOf(parts[1]), textOf(parts[2]), textOf(parts[5]), parts[6]};
    if (question.mechanism != "CURVE" || question.key.size() != kKeyBytes) return std::nullopt;
    return question;
}

}  // namespace

std::string_view name(PeerRole role) noexcept {
    constexpr std::array<std::string_view, 3> kNames{"rank", "view", "control"};
    return kNames.at(static_cast<std::size_t>(role));
}

Result<std::unique_ptr<Gate>> Gate::open(const ZmqContext& context, AllowList allowed,
                                         const std::vector<Watched>& watched) {
    auto questions = ZmqSocket::open(context, ZmqRole::Reply, {});
    if (!questions) return tl::unexpected(questions.error());
    if (auto ok = questions->bind(kQuestions); !ok) return tl::unexpected(ok.error());
    std::vector<Listener> listeners;
    for (const auto& socket : watched) {
        auto monitor = ZmqMonitor::connect(context, socket.monitor);
        if (!monitor) return tl::unexpected(monitor.error());
        listeners.push_back({std::move(*monitor), socket.wants_key});
    }
    return std::unique_ptr<Gate>(
        new Gate(std::move(allowed), std::move(*questions), std::move(listeners)));
}

// The sockets move to the gate's thread here; starting a thread is the barrier that ZeroMQ asks
// for.
Gate::Gate(AllowList allowed, ZmqSocket questions, std::vector<Listener> listeners)
    : m_allowed(std::move(allowed)), m_questions(std::move(questions)),
      m_listeners(std::move(listeners)),
      m_thread([this](const std::stop_token& stop) { serve(stop); }) {}

Refusals Gate::refusals() const noexcept {
    return {m_unknown_key.load(std::memory_order_relaxed),
            m_wrong_role.load(std::memory_order_relaxed),
            m_bad_handshake.load(std::memory_order_relaxed),
            m_other_user.load(std::memory_order_relaxed)};
}

void Gate::serve(const std::stop_token& stop) noexcept {
    std::array<void*, 16> handles{m_questions.handle()};
    std::size_t count = 1;
    for (const auto& listener : m_listeners)
        if (count < handles.size()) handles.at(count++) = listener.monitor.handle();
    ZmqMessage question;
    while (!stop.stop_requested()) {
        if (waitReadable(std::span(handles).first(count), kWaitMs) == 0) continue;
        while (m_questions.receive(question) != ZmqSocket::Received::Nothing)
            answer(question);
        for (auto& listener : m_listeners)
            while (const auto failure = listener.monitor.next())
                note(*failure, listener.wants_key);
    }
}

void Gate::answer(const ZmqMessage& message) noexcept {
    const auto question = parse(message.parts());
    const PeerRole* role = nullptr;
    if (question) {
        std::array<char, 41> key{};
        zmq_z85_encode(key.data(), reinterpret_cast<const std::uint8_t*>(question->key.data()),
                       question->key.size());
        role = judge(question->door, key.data());
    } else {
        m_bad_handshake.fetch_add(1, std::memory_order_relaxed);
    }
    const auto part = [&](std::size_t i) {
        return i < message.parts().size() ? message.parts()[i] : std::span<const std::byte>();
    };
    const std::array<std::span<const std::byte>, 6> reply{
        bytesOf("1.0"),
        part(1),
        bytesOf(role != nullptr ? "200" : "400"),
        bytesOf(role != nullptr ? "OK" : "this key may not come in here"),
        bytesOf(role != nullptr ? name(*role) : std::string_view()),
        std::span<const std::byte>()};
    m_questions.send(reply);
}

const PeerRole* Gate::judge(std::string_view door, std::string_view key) noexcept {
    const auto it = m_allowed.find(std::string(key));
    if (it == m_allowed.end()) {
        m_unknown_key.fetch_add(1, std::memory_order_relaxed);
        return nullptr;
    }
    const bool is_rank = it->second == PeerRole::Rank;
    if ((door == kIngestDoor && is_rank) || (door == kClientDoor && !is_rank)) return &it->second;
    m_wrong_role.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
}

void Gate::note(ZmqFailure failure, bool wants_key) noexcept {
    switch (failure) {
    case ZmqFailure::AcceptRefused:
        m_other_user.fetch_add(1, std::memory_order_relaxed);
        break;
    case ZmqFailure::Protocol:
        m_bad_handshake.fetch_add(1, std::memory_order_relaxed);
        break;
    // On ipc that is how a process asks whether somebody listens.
    case ZmqFailure::Unknown:
        if (wants_key) m_bad_handshake.fetch_add(1, std::memory_order_relaxed);
        break;
    case ZmqFailure::Authentication:
        break;  // answer() has counted it
    }
}

}  // namespace wattline

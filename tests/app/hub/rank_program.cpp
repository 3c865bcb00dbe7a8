// SPDX-License-Identifier: Apache-2.0
// A rank without a model: the real publisher and the real sink, steps by the clock.
//   rank_program RUN_FOLDER RANK WORLD_SIZE STEPS STEP_US [BOOT_ID]
// With a boot id it claims to be on that host.
// Obeys hold, resume and stop as rank 0 does. Exit code 0 finished, 7 stopped.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/core/workspace.h"
#include "telemetry/publish/publisher.h"
#include "telemetry/transport/rank_sink.h"

namespace {

using namespace wattline;

wire::Hello helloOf(const RunFolder& folder, std::uint32_t rank, std::uint32_t world,
                    std::int64_t steps) {
    const auto& clock = systemClock();
    wire::Hello hello;
    hello.run = folder.id();
    hello.rank = rank;
    hello.world_size = world;
    hello.host = hostName();
    hello.boot_id = bootId();
    hello.version = WATTLINE_VERSION;
    hello.pid = getpid();
    hello.started_mono_ns = clock.monotonicNs();
    hello.started_unix_ns = clock.realtimeNs();
    hello.steps_planned = steps;
    return hello;
}

class Rank {
public:
    Rank(Publisher& publisher, std::int64_t steps, std::chrono::microseconds step_time)
        : m_publisher(publisher), m_steps(steps), m_step_time(step_time) {}

    int run() {
        m_publisher.setState(RunState::Running);
        while (m_step < m_steps && !m_stop) {
            while (auto command = m_publisher.takeCommand())
                obey(*command);
            if (!m_held && !m_stop) trainOneStep();
            std::this_thread::sleep_for(m_step_time);
        }
        const bool closed = m_publisher.close(m_stop ? "stopped" : "finished").has_value();
        return !closed ? 1 : m_stop ? 7 : 0;
    }

private:
    void trainOneStep() {
        const auto now = systemClock().monotonicNs();
        StepRecord record;
        record.end_ns = now;
        record.step = static_cast<std::uint64_t>(++m_step);
        record.samples = 8;
        record.epoch = 1;
        record.loss = 1.0 / static_cast<double>(m_step);
        record.duration_ns = now - m_last_ns;
        m_last_ns = now;
        m_publisher.record(record);
    }

    void obey(const wire::Command& command) {
        wire::Event answer;
        answer.kind = "command";
        answer.step = m_step;
        answer.command_id = command.id;
        answer.command = std::string(name(command.kind));
        answer.accepted = true;
        m_publisher.event(answer);
        wire::Event edge;
        edge.step = m_step;
        edge.command_id = command.id;
        if (command.kind == CommandKind::Stop) {
            m_stop = true;
            edge.kind = "stopping";
        } else {
            m_held = command.kind == CommandKind::Hold;
            edge.kind = m_held ? "held" : "resumed";
            m_publisher.setState(m_held ? RunState::Held : RunState::Running);
        }
        m_publisher.event(edge);
    }

    Publisher& m_publisher;
    std::int64_t m_steps, m_step = 0;
    std::chrono::microseconds m_step_time;
    std::int64_t m_last_ns = systemClock().monotonicNs();
    bool m_held = false, m_stop = false;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6 && argc != 7) return 2;
    const RunFolder folder{argv[1]};
    const auto rank = static_cast<std::uint32_t>(std::atoi(argv[2]));
    const auto steps = std::atoll(argv[4]);
    PublisherOptions options;
    options.run_folder = folder.path;
    options.hello = helloOf(folder, rank, static_cast<std::uint32_t>(std::atoi(argv[3])), steps);
    options.takes_commands = rank == 0;
    const auto lease = folder.path.parent_path().parent_path() / "hub.json";
    const std::string boot_id = argc == 7 ? argv[6] : "";
    if (!boot_id.empty()) options.hello.boot_id = boot_id;
    const auto sinks = RankSinks::open({lease, 1, boot_id, folder.path});
    if (!sinks) return 4;
    auto publisher = Publisher::open(std::move(options), (*sinks)->make(), systemClock());
    if (!publisher) {
        std::fprintf(stderr, "%s\n", publisher.error().message.c_str());
        return 4;
    }
    return Rank(**publisher, steps, std::chrono::microseconds(std::atoll(argv[5]))).run();
}

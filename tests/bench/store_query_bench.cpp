// SPDX-License-Identifier: Apache-2.0
// `query_10M`, `query_100M`: one question after the other to an open history, over any range, axis
// and series. `query_10M_hub`: the same through a hub's socket. `open_10M`: a new process, to its
// first answer over the whole range. `heal_10M`: series made again from the journals.
#include <array>
#include <atomic>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdlib>
#include <random>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "app/client/hub_call.h"
#include "app/hub/hub_server.h"
#include "telemetry/transport/hub_sockets.h"
#include "tests/bench/store_data.h"

namespace wattline::bench {
namespace {

constexpr std::int64_t kTenMillion = 10'000'000, kHundredMillion = 100'000'000;

/// Series of the run and of single ranks in turn, each over a random range of a random axis.
class Questions {
public:
    Questions(RunHistory& history, const RunId& run) : m_run(run) {
        for (int axis = 0; axis < kAxisCount; ++axis) {
            SeriesQuery query;
            query.series = "loss";
            query.axis = static_cast<Axis>(axis);
            const auto whole = history.query(query);
            if (whole && whole->x_last > whole->x_first)
                m_axes.push_back({query.axis, whole->x_first, whole->x_last});
        }
    }

    [[nodiscard]] SeriesQuery next() {
        static constexpr std::array<const char*, 4> kNames{"loss", "step_time", "communication",
                                                           "throughput"};
        SeriesQuery query;
        query.run = m_run;
        const auto& axis = m_axes[m_random() % m_axes.size()];
        query.axis = axis.axis;
        query.series = kNames[m_random() % kNames.size()];
        if (m_random() % 2 == 0 && query.series != "throughput")
            query.series = "rank/" + std::to_string(m_random() % kRanks) + "/" + query.series;
        std::uniform_real_distribution<double> place(axis.first, axis.last);
        const double a = place(m_random), b = place(m_random);
        if (m_random() % 4 != 0) {
            query.from = std::min(a, b);
            query.to = std::max(a, b);
        }
        return query;
    }

private:
    struct Whole {
        Axis axis;
        double first, last;
    };
    RunId m_run;
    std::vector<Whole> m_axes;
    std::mt19937_64 m_random{1};
};

void query(benchmark::State& state, std::int64_t records, Keep keep) {
    auto& history = benchHistory(records, keep);
    Questions questions(history, benchSpec().id);
    for (auto _ : state) {
        const auto columns = history.query(questions.next());
        if (!columns) return state.SkipWithError(columns.error().message.c_str());
        benchmark::DoNotOptimize(columns->x.data());
    }
}
void query_10M(benchmark::State& state) {
    query(state, kTenMillion, Keep::Everything);
}
void query_100M(benchmark::State& state) {
    query(state, kHundredMillion, Keep::SeriesOnly);
}
BENCHMARK(query_10M)->Unit(benchmark::kMicrosecond);
BENCHMARK(query_100M)->Unit(benchmark::kMicrosecond);

std::string requestOf(const SeriesQuery& query, std::uint64_t id) {
    return R"({"id":)" + std::to_string(id) + R"(,"method":"series","params":{"run":")" +
           query.run + R"(","series":")" + query.series + R"(","axis":")" +
           std::string(name(query.axis)) + R"(","from":)" + std::to_string(query.from) +
           R"(,"to":)" + std::to_string(query.to) + R"(,"columns":1600}})";
}

HubOptions quietHub() {
    HubOptions options;
    options.idle_seconds = 0;
    options.log_to_file = false;
    return options;
}

/// A hub in this process, on its own thread and with its real sockets.
class Hub {
public:
    explicit Hub(const std::filesystem::path& home)
        : m_workspace(Workspace::open(home).value()),
          m_server(HubServer::open(m_workspace, quietHub()).value()),
          m_thread([this] { m_server->run(m_stop); }),
          m_client(ClientSocket::connect(readHubLease(m_workspace)->client).value()) {}
    ~Hub() {
        m_stop = true;
        m_thread.join();
    }
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    [[nodiscard]] bool ask(const SeriesQuery& query) {
        constexpr int kPatienceMs = 20'000;
        if (!m_client->send(requestOf(query, ++m_id))) return false;
        const auto parts = m_client->receive(kPatienceMs);
        return parts && parts->size() == 2;
    }

private:
    Workspace m_workspace;
    std::unique_ptr<HubServer> m_server;
    std::atomic<bool> m_stop = false;
    std::thread m_thread;
    std::unique_ptr<ClientSocket> m_client;
    std::uint64_t m_id = 0;
};

void query_10M_hub(benchmark::State& state) {
    const auto& run = benchRun(kTenMillion, Keep::Everything);
    Questions questions(benchHistory(kTenMillion, Keep::Everything), benchSpec().id);
    Hub hub(run.home);
    if (!hub.ask(questions.next())) return state.SkipWithError("the hub does not answer");
    for (auto _ : state)
        if (!hub.ask(questions.next())) return state.SkipWithError("the hub does not answer");
}
BENCHMARK(query_10M_hub)->Unit(benchmark::kMicrosecond);

/// The program beside this one that opens a run and answers one question.
std::filesystem::path opener() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path() /
           "wattline-bench-open";
}

void open_10M(benchmark::State& state) {
    const auto folder = benchRun(kTenMillion, Keep::Everything).folder.path.string();
    auto program = opener().string();
    for (auto _ : state) {
        char* arguments[] = {program.data(), const_cast<char*>(folder.c_str()), nullptr};
        pid_t child = 0;
        int status = -1;
        if (::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0)
            return state.SkipWithError("cannot start wattline-bench-open");
        // Waits busily, so that this process's time, which decides how often to repeat, is the
        // child's.
        while (::waitpid(child, &status, WNOHANG) == 0)
            ;
        if (status != 0) return state.SkipWithError("wattline-bench-open failed");
    }
}
BENCHMARK(open_10M)->Unit(benchmark::kMillisecond);

void heal_10M(benchmark::State& state) {
    const auto& run = benchRun(kTenMillion, Keep::Everything);
    for (auto _ : state) {
        const auto history = RunHistory::open(run.folder, {RunHistory::Series::Rebuilt, {}});
        if (!history) return state.SkipWithError(history.error().message.c_str());
        if ((*history)->summary().records_stored < kTenMillion)
            return state.SkipWithError("records are missing");
    }
}
BENCHMARK(heal_10M)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wattline::bench

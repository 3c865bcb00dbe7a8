// SPDX-License-Identifier: Apache-2.0
#include "app/client/hub_connection.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "app/client/hub_protocol.h"
#include "app/client/snapshot_merge.h"
#include "telemetry/core/mutex.h"

namespace wattline {
namespace {

using namespace std::chrono;
using Time = steady_clock::time_point;

constexpr auto kSnapshotPeriod = milliseconds(100);
constexpr auto kLeaseCheckPeriod = milliseconds(500);
constexpr auto kPatience = seconds(15);  ///< for an answer, from the moment of asking
constexpr auto kFirstRetry = milliseconds(250);
constexpr auto kLastRetry = seconds(4);
constexpr int kReceiveMs = 10;

/// What a caller wants of the hub. `done` is called exactly once.
struct Request {
    std::string method, params;
    std::function<void(Result<HubAnswer>)> done;
    Time asked = steady_clock::now();
};

/// A caller's callback must not end the connection's thread.
void finish(Request& request, Result<HubAnswer> answer) noexcept {
    try {
        request.done(std::move(answer));
    } catch (...) {  // NOLINT(bugprone-empty-catch): it is the caller's, who asked not to know
    }
}

tl::unexpected<Error> unreachable(const std::string& message) {
    return fail(ExitCode::Unreachable, message);
}

}  // namespace

struct HubConnection::Impl {
    Impl(Workspace the_workspace, Start the_start)
        : workspace(std::move(the_workspace)), start(the_start), merge(workspace.root().string()) {
        merge.disconnected("connecting to the hub of " + workspace.root().string());
        publish();
        thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }

    void ask(std::string method, std::string params, std::function<void(Result<HubAnswer>)> done) {
        const MutexLock lock(mutex);
        queue.push_back({std::move(method), std::move(params), std::move(done)});
    }

    // --- the connection's thread --------------------------------------------------------------

    void run(const std::stop_token& stop) {
        auto retry = milliseconds(kFirstRetry);
        while (!stop.stop_requested()) {
            if (connect(stop)) {
                retry = kFirstRetry;
                serve(stop);
                hangUp("the hub ended before it answered; try again");
            } else {
                waitBeforeRetry(stop, retry);
                retry = std::min<milliseconds>(retry * 2, kLastRetry);
            }
        }
        failAll("the connection to the hub was closed");
    }

    bool connect(const std::stop_token& stop) {
        auto found = findHub(workspace, start == Start::IfMissing, stop);
        if (found) {
            if (auto opened = connectToHub(*found); opened) {
                lease = std::move(*found);
                socket = std::move(*opened);
                merge.connected(lease);
                snapshot_id.reset();
                pages.reset();
                next_snapshot = next_lease_check = steady_clock::now();
                return true;
            } else {
                found = tl::unexpected(opened.error());
            }
        }
        merge.disconnected(found.error().message);
        publish();
        return false;
    }

    /// Until the hub is gone or `stop` is requested.
    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested() && hubIsThere()) {
            sendQueued();
            pollSnapshot();
            if (auto parts = socket->receive(kReceiveMs)) take(std::move(*parts));
            expire();
        }
    }

    /// A socket does not tell when its peer died; the lease does.
    bool hubIsThere() {
        const auto now = steady_clock::now();
        if (now < next_lease_check) return true;
        next_lease_check = now + kLeaseCheckPeriod;
        const auto found = readHubLease(workspace);
        if (!found || found->pid != lease.pid || found->term != lease.term) return false;
        return isElsewhere(*found) ? !isAbandoned(workspace, *found) : isAlive(*found);
    }

    void sendQueued() {
        std::deque<Request> waiting;
        {
            const MutexLock lock(mutex);
            waiting.swap(queue);
        }
        for (auto& request : waiting) {
            const auto id = ++last_id;
            if (socket->send(encodeRequest(id, request.method, request.params)))
                in_flight.emplace(id, std::move(request));
            else
                finish(request, unreachable("the hub takes no more requests; try again"));
        }
    }

    void pollSnapshot() {
        const auto now = steady_clock::now();
        if (snapshot_id && now - snapshot_asked < kPatience) return;
        if (now < next_snapshot) return;
        snapshot_id = ++last_id;
        snapshot_asked = now;
        next_snapshot = now + kSnapshotPeriod;
        socket->send(encodeRequest(
            *snapshot_id, "snapshot",
            "{\"since\":" + std::to_string(pages ? pages->revision : merge.since()) + "}"));
    }

    void take(std::vector<Bytes> parts) {
        auto decoded = decodeAnswer(std::move(parts));
        if (!decoded) return;  // not an answer to anything that was asked
        if (snapshot_id && decoded->id == *snapshot_id) {
            snapshot_id.reset();
            takeSnapshot(std::move(decoded->answer));
            return;
        }
        const auto it = in_flight.find(decoded->id);
        if (it == in_flight.end()) return;  // it came too late: its caller was told so
        auto request = std::move(it->second);
        in_flight.erase(it);
        finish(request, std::move(decoded->answer));
    }

    void takeSnapshot(Result<HubAnswer> answer) {
        if (!answer) return;
        if (auto changes = decodeSnapshot(answer->result); changes) {
            if (pages)
                append(*pages, std::move(*changes));
            else
                pages = std::move(*changes);
            if (pages->more) {
                next_snapshot = steady_clock::now();
                return;  // half a list would look as if the other half were gone
            }
            merge.apply(std::move(*std::exchange(pages, std::nullopt)));
            publish();
        } else {
            merge.disconnected(changes.error().message);
            publish();
        }
    }

    void expire() {
        const auto now = steady_clock::now();
        for (auto it = in_flight.begin(); it != in_flight.end();) {
            if (now - it->second.asked < kPatience) {
                ++it;
                continue;
            }
            auto request = std::move(it->second);
            it = in_flight.erase(it);
            finish(request, unreachable("the hub did not answer within 15 s; see hub.log"));
        }
    }

    void hangUp(const std::string& why) {
        socket.reset();
        auto lost = std::move(in_flight);
        in_flight.clear();
        for (auto& [id, request] : lost)
            finish(request, unreachable(why));
        merge.disconnected("the hub is gone; looking for it");
        publish();
    }

    /// Requests that nobody could send in time are told so.
    void waitBeforeRetry(const std::stop_token& stop, milliseconds time) {
        std::mutex gate;
        std::condition_variable_any changed;
        std::unique_lock lock(gate);
        changed.wait_for(lock, stop, time, [] { return false; });
        std::deque<Request> old;
        {
            const MutexLock queue_lock(mutex);
            while (!queue.empty() && steady_clock::now() - queue.front().asked > kPatience) {
                old.push_back(std::move(queue.front()));
                queue.pop_front();
            }
        }
        for (auto& request : old)
            finish(request, unreachable(merge.current()->status));
    }

    void failAll(const std::string& why) {
        hangUp(why);
        std::deque<Request> waiting;
        {
            const MutexLock lock(mutex);
            waiting.swap(queue);
        }
        for (auto& request : waiting)
            finish(request, unreachable(why));
    }

    void publish() {
        auto snapshot = merge.current();
        const MutexLock lock(mutex);
        published = std::move(snapshot);
    }

    Workspace workspace;
    Start start;

    Mutex mutex;
    std::deque<Request> queue WATTLINE_GUARDED_BY(mutex);
    std::shared_ptr<const Snapshot> published WATTLINE_GUARDED_BY(mutex);

    // Of the connection's thread alone:
    SnapshotMerge merge;
    HubLease lease;
    std::unique_ptr<ClientSocket> socket;
    std::map<std::uint64_t, Request> in_flight;
    std::uint64_t last_id = 0;
    std::optional<SnapshotChanges> pages;      ///< of a snapshot that has not come whole
    std::optional<std::uint64_t> snapshot_id;  ///< the snapshot request in flight
    Time snapshot_asked, next_snapshot, next_lease_check;

    std::jthread thread;  ///< last: it uses all of the above
};

HubConnection::HubConnection(Workspace workspace, Start start)
    : m_impl(std::make_unique<Impl>(std::move(workspace), start)) {}

HubConnection::~HubConnection() = default;

std::shared_ptr<const Snapshot> HubConnection::snapshot() const {
    const MutexLock lock(m_impl->mutex);
    return m_impl->published;
}

void HubConnection::requestSeries(SeriesQuery query, SeriesCallback done) {
    m_impl->ask("series", encodeSeriesParams(query),
                [done = std::move(done)](Result<HubAnswer> answer) {
                    done(answer ? decodeSeries(*answer) : tl::unexpected(answer.error()));
                });
}

void HubConnection::preview(RunSpec spec, PreviewCallback done) {
    m_impl->ask("preview", encodeSpecParams(withAbsolutePaths(std::move(spec))),
                [done = std::move(done)](Result<HubAnswer> answer) {
                    done(answer ? decodePreview(answer->result) : tl::unexpected(answer.error()));
                });
}

void HubConnection::launch(RunSpec spec, LaunchCallback done) {
    m_impl->ask("launch", encodeSpecParams(withAbsolutePaths(std::move(spec))),
                [done = std::move(done)](Result<HubAnswer> answer) {
                    done(answer ? decodeLaunch(answer->result) : tl::unexpected(answer.error()));
                });
}

void HubConnection::command(RunId run, CommandKind kind, CommandCallback done) {
    m_impl->ask("command", encodeCommandParams(run, kind, makeCommandId()),
                [done = std::move(done)](Result<HubAnswer> answer) {
                    done(answer ? Result<void>() : tl::unexpected(answer.error()));
                });
}

}  // namespace wattline

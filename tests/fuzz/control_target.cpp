// SPDX-License-Identifier: Apache-2.0
// Control messages: what a client sends to the hub, what a hub answers, and the small files by
// which hub, ranks and job.sh talk. The first byte says which reader gets the rest.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/client/hub_protocol.h"
#include "app/hub/request_handler.h"
#include "telemetry/core/host.h"
#include "telemetry/power/number_file.h"
#include "telemetry/publish/control_folder.h"
#include "telemetry/wire/messages.h"
#include "tests/fuzz/fuzz_support.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using fuzz::require;

constexpr const char* kRun = "20261121-104512-7f3a";

/// A hub without sockets: the real handler, registry and desk over a workspace with one run that
/// goes on (its job is this process). Nothing enforces a stop here: tend() is never called.
class Hub {
public:
    Hub() : m_workspace(prepare()), m_registry(openRegistry()) {
        m_commands = std::make_unique<CommandDesk>(
            m_workspace, *m_registry, systemClock(),
            [](const std::string&, std::span<const std::byte>) { return false; });
        m_handler = std::make_unique<RequestHandler>(RequestHandler::Parts{
            m_workspace, *m_registry, *m_commands, m_launches, m_counters, systemClock(),
            HubLease{}, [] { return TransportCounters{}; }, [] { return DiskWatch::Report{}; }});
    }

    /// Every answer to one message.
    std::vector<std::vector<Bytes>> ask(std::span<const std::byte> message, PeerRole role) {
        std::vector<std::vector<Bytes>> answers;
        m_posted = m_counters.bad_requests;
        m_handler->handle(std::span(&message, 1), role,
                          [&](std::vector<Bytes> parts) { answers.push_back(std::move(parts)); });
        // Previews and launches are answered by a thread of their own: its work ends here.
        std::atomic<bool> over{false};
        while (!m_launches.post([&over] { return [&over] { over = true; }; }))
            finishLaunches();
        while (!over)
            finishLaunches();
        return answers;
    }
    [[nodiscard]] bool refusedLast() const { return m_counters.bad_requests != m_posted; }
    [[nodiscard]] RunFolder run() const { return m_workspace.runFolder(kRun); }
    [[nodiscard]] const Workspace& workspace() const { return m_workspace; }

private:
    static Workspace prepare() {
        // No trainer and no mpirun: a launch that gets through is refused for that.
        setenv("PATH", "/nonexistent", 1);
        spdlog::set_level(spdlog::level::off);
        auto workspace = Workspace::open(fuzz::scratchFolder() / "home");
        require(workspace.has_value(), "a workspace can be made");
        RunSpec spec;
        spec.id = kRun;
        spec.lbs = 8;
        const auto folder = workspace->runFolder(kRun);
        const auto text = wire::toJson(*completed(spec));
        fuzz::writeWhole(folder.spec(), std::as_bytes(std::span(text)));
        fs::create_directories(folder.control());
        const auto self = identifySelf();
        const auto job = "{\"boot_id\": \"" + self.boot_id +
                         "\", \"pid\": " + std::to_string(self.pid) +
                         ", \"start_ticks\": " + std::to_string(self.start_ticks) + "}";
        fuzz::writeWhole(folder.jobRecord(), std::as_bytes(std::span(job)));
        return *workspace;
    }
    std::unique_ptr<RunRegistry> openRegistry() {
        auto registry = RunRegistry::open(m_workspace, systemClock());
        require(registry.has_value(), "a registry can be opened");
        return std::move(*registry);
    }
    void finishLaunches() {
        for (auto& finish : m_launches.takeFinished())
            finish();
        std::this_thread::yield();
    }

    Workspace m_workspace;
    std::unique_ptr<RunRegistry> m_registry;
    HubCounters m_counters;
    std::int64_t m_posted = 0;
    std::unique_ptr<CommandDesk> m_commands;
    std::unique_ptr<RequestHandler> m_handler;
    LaunchDesk m_launches;  ///< last: its thread ends first
};

std::size_t filesUnder(const fs::path& folder) {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().filename().string().rfind("catalog.db", 0) != 0) ++count;
    return count;
}

/// An id that is given must not lead out of control/: whatever a request did, it made at most one
/// file, there, which a rank understands.
void checkRequest(std::span<const std::byte> message, PeerRole role) {
    static Hub hub;
    static const auto before = filesUnder(hub.workspace().root());
    const auto answers = hub.ask(message, role);
    require(answers.size() <= 1, "a request is answered at most once");
    require(!answers.empty() || hub.refusedLast(), "what gets no answer is counted as bad");
    for (const auto& parts : answers)
        require(decodeAnswer(parts).has_value(), "an answer of the hub can be read by a client");
    std::size_t commands = 0;
    for (const auto& entry : fs::directory_iterator(hub.run().control())) {
        const auto text = fuzz::readWhole(entry.path());
        require(wire::parseCommand(fuzz::textOf(text)).has_value(), "a command file holds one");
        ++commands;
    }
    require(commands <= 1, "a request writes at most one command");
    require(commands == 0 || role == PeerRole::Control, "who may only look steers nothing");
    require(filesUnder(hub.workspace().root()) == before + commands,
            "a request makes no file but control/ID.json");
    for (const auto& entry : fs::directory_iterator(hub.run().control()))
        fs::remove(entry.path());
}

void checkAnswer(std::span<const std::byte> bytes) {
    // A second part follows the first zero byte, as the numbers of a series do.
    const auto zero = std::find(bytes.begin(), bytes.end(), std::byte{0});
    std::vector<Bytes> parts{{bytes.begin(), zero}};
    if (zero != bytes.end()) parts.emplace_back(zero + 1, bytes.end());
    const auto answer = decodeAnswer(parts);
    if (!answer || !answer->answer) return;
    (void)decodeSnapshot(answer->answer->result);
    (void)decodePreview(answer->answer->result);
    (void)decodeLaunch(answer->answer->result);
    if (const auto series = decodeSeries(*answer->answer))
        require(series->x.size() == series->mean.size(), "columns have one length");
}

template <typename Parse> void checkText(std::string_view text, Parse parse) {
    using wire::toJson;  // beside that of a lease, which is found by its argument
    const auto first = parse(text);
    if (!first) {
        require(!first.error().message.empty(), "what is refused is refused with a sentence");
        return;
    }
    const auto again = toJson(*first);
    const auto second = parse(again);
    require(second && toJson(*second) == again, "what was read can be written and read again");
}

void checkControlFile(std::span<const std::byte> bytes) {
    const auto folder = fuzz::scratchFolder() / "control";
    fuzz::writeWhole(folder / "c-1.json", bytes);
    const auto found = ControlFolder(folder, 0).poll(systemClock());
    require(found.commands.size() + found.refused.size() == 1,
            "a command file is understood or refused, once");
}

void checkNumberFile(std::span<const std::byte> bytes) {
    const auto file = fuzz::scratchFolder() / "energy_uj";
    fuzz::writeWhole(file, bytes);
    if (const auto number = numberIn(file))
        require(*number >= 0.0, "a number of /sys is not negative");
    (void)firstLine(file);
}

}  // namespace
}  // namespace wattline

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wattline;
    if (size == 0) return 0;
    const auto bytes = fuzz::bytesOf(data, size).subspan(1);
    const auto text = fuzz::textOf(bytes);
    switch (data[0]) {
    case 'q':
        // Counting the images of a whole file system is allowed, and would take this target hours.
        if (text.find("imagefolder") != std::string_view::npos) break;
        checkRequest(bytes, PeerRole::Control);
        checkRequest(bytes, PeerRole::View);
        break;
    case 'a':
        checkAnswer(bytes);
        break;
    case 'c':
        checkControlFile(bytes);
        break;
    case 'l':
        checkText(text, parseHubLease);
        break;
    case 's':
        checkText(text, wire::parseRunSpec);
        break;
    case 'u':
        checkText(text, [](std::string_view json) { return wire::parseRunSummary(json); });
        break;
    case 'n':
        checkNumberFile(bytes);
        break;
    default:
        break;
    }
    return 0;
}

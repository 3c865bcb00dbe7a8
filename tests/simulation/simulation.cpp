// SPDX-License-Identifier: Apache-2.0
// wattline-simulation: plays histories, one a seed, and says which of them broke a promise.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <spdlog/spdlog.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "tests/simulation/judge.h"

namespace {

using namespace wattline;
using sim::Happened;

constexpr const char* kHelp =
    "Usage: wattline-simulation [--seed N | --seeds A..B] [--rich] [--verbose]\n"
    "\n"
    "Plays whole histories of a run (ranks, hub, network, file system, a person with commands) in\n"
    "which processes die, hosts crash, disks fill, file systems stall and networks break, and "
    "judges\n"
    "each by what the monitor promises. The same seed gives the same history.\n"
    "\n"
    "  --seed N       one history\n"
    "  --seeds A..B   these, both ends included; default 1..100\n"
    "  --rich         fail, too, when any kind of event came up too rarely to mean anything\n"
    "  --verbose      let the product log to stderr\n"
    "\n"
    "Example: wattline-simulation --seeds 1..500 --rich\n";

struct Options {
    std::uint64_t first = 1, last = 100;
    bool rich = false, verbose = false;
};

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Options> parse(const std::vector<std::string_view>& arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto value = i + 1 < arguments.size() ? arguments[i + 1] : std::string_view();
        if (arguments[i] == "--rich") {
            options.rich = true;
        } else if (arguments[i] == "--verbose") {
            options.verbose = true;
        } else if (arguments[i] == "--seed" || arguments[i] == "--seeds") {
            const auto dots = value.find("..");
            const auto first = number(value.substr(0, dots));
            const auto last =
                dots == std::string_view::npos ? first : number(value.substr(dots + 2));
            if (!first || !last || *first > *last) return std::nullopt;
            options.first = *first;
            options.last = *last;
            ++i;
        } else {
            return std::nullopt;
        }
    }
    return options;
}

/// A folder in memory for the catalog, the one file that is real.
std::filesystem::path makeWorkspace() {
    const bool shared_memory = std::filesystem::exists("/dev/shm");
    std::string pattern =
        shared_memory ? "/dev/shm/wattline-simulation-XXXXXX" : "/tmp/wattline-simulation-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
        std::perror("mkdtemp");
        std::exit(4);
    }
    return pattern;
}

std::vector<std::string> play(std::uint64_t seed, sim::Statistics& statistics) {
    const auto workspace = makeWorkspace();
    std::vector<std::string> broken;
    {
        sim::World world(seed, workspace);
        world.play();
        world.heal();
        world.end();
        broken = sim::judge(world);
        statistics.add(world.statistics());
    }
    std::error_code ignored;
    std::filesystem::remove_all(workspace, ignored);
    return broken;
}

/// False when some kind of event came up less often than once in 50 histories.
bool reportRichness(const sim::Statistics& statistics, std::uint64_t histories) {
    bool rich = true;
    for (std::size_t i = 0; i < sim::kHappenings; ++i) {
        const auto count = statistics.counts.at(i);
        const bool enough = count * 50 >= histories;
        rich = rich && enough;
        std::printf("  %-20s %10llu%s\n", sim::kHappeningNames.at(i),
                    static_cast<unsigned long long>(count), enough ? "" : "   too few");
    }
    return rich;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments[0] == "--help") {
        std::fputs(kHelp, stdout);
        return 0;
    }
    const auto options = parse(arguments);
    if (!options) {
        std::fputs(kHelp, stderr);
        return 2;
    }
    if (!options->verbose) {
        spdlog::set_level(spdlog::level::off);
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        ::dup2(nowhere, STDERR_FILENO);  // what ranks would tell their user
    }
    sim::Statistics statistics;
    std::uint64_t failed = 0;
    const auto before = std::chrono::steady_clock::now();
    for (auto seed = options->first; seed <= options->last; ++seed) {
        const auto broken = play(seed, statistics);
        if (broken.empty()) continue;
        ++failed;
        std::printf("seed %llu broke %zu promises; again: %s --seed %llu --verbose\n",
                    static_cast<unsigned long long>(seed), broken.size(), argv[0],
                    static_cast<unsigned long long>(seed));
        for (const auto& sentence : broken)
            std::printf("  %s\n", sentence.c_str());
        std::fflush(stdout);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
    const auto histories = options->last - options->first + 1;
    std::printf("%llu histories in %.1f s, %llu failed\n",
                static_cast<unsigned long long>(histories), took.count(),
                static_cast<unsigned long long>(failed));
    const bool rich = reportRichness(statistics, histories);
    return failed > 0 || (options->rich && !rich) ? 1 : 0;
}

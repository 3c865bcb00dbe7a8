// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/run_sources.h"
#include "app/cli/text_table.h"
#include "app/cli/wording.h"
#include "telemetry/core/clock.h"
#include "telemetry/core/disk_space.h"
#include "telemetry/housekeeping/prune_plan.h"
#include "telemetry/housekeeping/trash.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;

struct Options {
    std::string older_than, max_size;
    int trash_days = 7;
    bool empty_trash = false, remove = false, yes = false, dry_run = false, json = false;
};

/// What happened, or would.
struct Outcome {
    PrunePlan plan;
    std::vector<TrashedRun> emptied;
    std::uint64_t emptied_bytes = 0;
};

/// "30d", "12h", "2w": nanoseconds.
std::optional<std::int64_t> parseAge(const std::string& text) {
    constexpr std::int64_t kMost = 100'000;
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [unit, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || unit + 1 != end || number < 0 || number > kMost)
        return std::nullopt;
    switch (*unit) {
    case 'h':
        return number * 3'600 * kSecond;
    case 'd':
        return number * kDay * kSecond;
    case 'w':
        return number * 7 * kDay * kSecond;
    default:
        return std::nullopt;
    }
}

Result<PrunePolicy> policyOf(const Options& options) {
    PrunePolicy policy;
    if (!options.older_than.empty()) {
        policy.older_than_ns = parseAge(options.older_than);
        if (!policy.older_than_ns)
            return fail(ExitCode::Usage, "'" + options.older_than +
                                             "' is no age for --older-than; give hours, days or "
                                             "weeks, as in 12h, 30d or 8w");
    }
    if (!options.max_size.empty()) {
        policy.max_bytes = parseBytes(options.max_size);
        if (!policy.max_bytes)
            return fail(ExitCode::Usage, "'" + options.max_size +
                                             "' is no size for --max-size; give bytes, as in 50G "
                                             "or 500M");
    }
    if (!policy.older_than_ns && !policy.max_bytes && !options.empty_trash)
        return fail(ExitCode::Usage, "say which runs may go: --older-than 30d, --max-size 50G, or "
                                     "both; add --dry-run to see them first");
    if (options.remove && !options.yes && !options.dry_run)
        return fail(ExitCode::Usage, "--delete cannot be undone; look at it with --dry-run, then "
                                     "add --yes");
    return policy;
}

/// Runs that cannot be read are in no plan: what they hold is looked at first.
std::vector<StoredRun> storedRuns(const Workspace& workspace) {
    std::vector<StoredRun> stored;
    for (const auto& run : listRuns(workspace).runs) {
        const auto folder = workspace.runFolder(run.spec.id);
        stored.push_back({run.spec.id, run.state, lastChangeNs(folder), diskUse(folder.path)});
    }
    return stored;
}

/// The trash first: it may make the room that is wanted, and never holds what goes now.
Result<void> emptyTrash(const Workspace& workspace, const Options& options, std::int64_t now_s,
                        Outcome& outcome) {
    for (auto& run : listTrash(workspace)) {
        const bool due = now_s - run.trashed_unix_s > options.trash_days * kDay;
        if (!due && !options.empty_trash) continue;
        if (!options.dry_run)
            if (auto ok = deleteForGood(run); !ok) return ok;
        outcome.emptied_bytes += run.bytes;
        outcome.emptied.push_back(std::move(run));
    }
    return {};
}

/// By way of the trash even when deleted: a run is never there by half.
Result<void> remove(const Workspace& workspace, const StoredRun& run, const Options& options,
                    std::int64_t now_s) {
    if (auto ok = moveToTrash(workspace, run.id, now_s); !ok) return ok;
    if (!options.remove) return {};
    for (const auto& trashed : listTrash(workspace))
        if (trashed.id == run.id && trashed.trashed_unix_s == now_s) return deleteForGood(trashed);
    return {};
}

Json toJson(const Outcome& outcome, const Options& options) {
    auto runs = Json::array();
    for (const auto& run : outcome.plan.go)
        runs.push_back({{"id", run.id},
                        {"state", name(run.state)},
                        {"changed_unix_ns", run.changed_unix_ns},
                        {"bytes", run.bytes}});
    auto emptied = Json::array();
    for (const auto& run : outcome.emptied)
        emptied.push_back(run.id);
    return {{"dry_run", options.dry_run},
            {"deleted", options.remove},
            {"runs", std::move(runs)},
            {"bytes", outcome.plan.bytes_go},
            {"bytes_stay", outcome.plan.bytes_stay},
            {"live_runs", outcome.plan.live},
            {"small_enough", outcome.plan.small_enough},
            {"trash_emptied", std::move(emptied)},
            {"trash_bytes", outcome.emptied_bytes}};
}

std::string count(std::size_t number, const std::string& thing) {
    return counted(static_cast<std::int64_t>(number), thing);
}

std::string toText(const Outcome& outcome, const Options& options) {
    std::string text;
    if (!outcome.emptied.empty())
        text += (options.dry_run ? "Would empty the trash of " : "Emptied the trash of ") +
                count(outcome.emptied.size(), "run") + ", " + bytesText(outcome.emptied_bytes) +
                ".\n";
    if (outcome.plan.go.empty()) return text + "No run goes.\n";
    TextTable table({{"RUN"}, {"STATE"}, {"DAYS"}, {"SIZE", TextTable::Align::Right}});
    for (const auto& run : outcome.plan.go)
        table.addRow({run.id, std::string(name(run.state)),
                      fixed(static_cast<double>(systemClock().realtimeNs() - run.changed_unix_ns) /
                                static_cast<double>(kDay * kSecond),
                            1),
                      bytesText(run.bytes)});
    text += table.text();
    const auto what =
        count(outcome.plan.go.size(), "run") + ", " + bytesText(outcome.plan.bytes_go);
    if (options.remove)
        return text + (options.dry_run ? "Would delete " : "Deleted ") + what + ".\n";
    text += (options.dry_run ? "Would move to the trash: " : "Moved to the trash: ") + what + ".\n";
    return text + "Their space is free when the trash is emptied: by a prune in " +
           count(static_cast<std::size_t>(options.trash_days), "day") +
           ", or with 'wattline prune --empty-trash'. Until then, 'wattline restore RUN'.\n";
}

Result<void> prune(Console& console, const Options& options) {
    const auto policy = policyOf(options);
    if (!policy) return tl::unexpected(policy.error());
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto now_ns = systemClock().realtimeNs();
    Outcome outcome;
    if (auto ok = emptyTrash(*workspace, options, now_ns / kSecond, outcome); !ok) return ok;
    outcome.plan = planPrune(storedRuns(*workspace), *policy, now_ns);
    if (!options.dry_run)
        for (const auto& run : outcome.plan.go)
            if (auto ok = remove(*workspace, run, options, now_ns / kSecond); !ok) return ok;
    console.write(options.json ? toJson(outcome, options).dump(2) + "\n"
                               : toText(outcome, options));
    if (outcome.plan.small_enough) return {};
    return fail(ExitCode::Failed, "what stays takes " + bytesText(outcome.plan.bytes_stay) +
                                      ", more than --max-size; " + count(outcome.plan.live, "run") +
                                      " of it go on and are never pruned");
}

}  // namespace

void addPrune(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "prune", "Move old runs to the trash, from where 'restore' brings them back");
    auto options = std::make_shared<Options>();
    command->add_option("--older-than", options->older_than,
                        "Runs whose last record is older: 12h, 30d, 8w");
    command->add_option("--max-size", options->max_size,
                        "The oldest runs, until the rest takes no more: 50G, 500M");
    command->add_flag("--dry-run", options->dry_run, "Show what would go; change nothing");
    command
        ->add_option("--trash-days", options->trash_days,
                     "Days that a run stays in the trash before a later prune deletes it")
        ->check(CLI::Range(0, 36'500))
        ->capture_default_str();
    command->add_flag("--empty-trash", options->empty_trash, "Delete what is in the trash now");
    command->add_flag("--delete", options->remove, "Delete at once, not by way of the trash");
    command->add_flag("--yes", options->yes, "Confirms --delete");
    command->add_flag("--json", options->json, "One object: the runs, their bytes, what stays");
    command->footer("A run that goes on is never touched, nor one that cannot be read.\n\n"
                    "Examples:\n"
                    "  wattline prune --older-than 30d --dry-run\n"
                    "  wattline prune --older-than 30d --max-size 50G\n"
                    "  wattline prune --empty-trash\n"
                    "  wattline prune --older-than 52w --delete --yes");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return prune(console, *options); };
    });
}

}  // namespace wattline::cli

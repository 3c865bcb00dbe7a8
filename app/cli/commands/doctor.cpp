// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/checkup.h"
#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/doctor_text.h"
#include "app/cli/self_test.h"
#include "app/cli/sensor_checkup.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kWatchNs = 600'000'000;  ///< six updates of a sensor that looks each 0.1 s

Json orNull(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json checkJson(const Check& check) {
    return {{"key", check.key},
            {"ok", check.ok},
            {"detail", check.detail},
            {"advice", check.advice.empty() ? Json(nullptr) : Json(check.advice)}};
}

Json sensorJson(const SensorLine& line) {
    const auto& d = line.device;
    return {{"id", d.id},
            {"label", d.label},
            {"scope", d.scope},
            {"part_of", d.part_of.empty() ? Json(nullptr) : Json(d.part_of)},
            {"sensor", d.sensor},
            {"method", name(d.method)},
            {"attributed", d.attributed},
            {"tells", line.tells},
            {"update_period_s", orNull(line.power_s)},
            {"counter_tick_s", orNull(line.counter_s)}};
}

Json energyJson(const TestedEnergy& energy) {
    return {{"sensor", energy.sensor},
            {"method", name(energy.method)},
            {"energy_j", energy.j},
            {"u_j", energy.u_j}};
}

Json testJson(const SelfTest& test) {
    auto list = Json::array();
    for (const auto& each : test.comparisons)
        list.push_back({{"kind", name(each.kind)},
                        {"device", each.device},
                        {"first", energyJson(each.first)},
                        {"second", energyJson(each.second)},
                        {"agree", each.agree}});
    return {{"seconds", test.seconds},
            {"reads", test.reads},
            {"failed_reads", test.failed_reads},
            {"comparisons", std::move(list)},
            {"nothing_to_compare",
             test.nothing_to_compare.empty() ? Json(nullptr) : Json(test.nothing_to_compare)}};
}

std::string toJson(const Findings& found) {
    Json document = {{"version", WATTLINE_VERSION}, {"checks", Json::array()}};
    for (const auto& check : found.checks)
        document["checks"].push_back(checkJson(check));
    document["sensors"] = Json::array();
    for (const auto& line : found.sensors)
        document["sensors"].push_back(sensorJson(line));
    document["self_test"] = found.self_test ? testJson(*found.self_test) : Json(nullptr);
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// What else is missing only narrows what can be done; without these nothing can be kept, and with
/// sensors that contradict each other no figure can be believed.
Result<void> verdict(const Findings& found) {
    for (const auto& check : found.checks)
        if (!check.ok && (check.key == "workspace" || check.key == "disk"))
            return fail(ExitCode::Environment, check.key + ": " + check.detail +
                                                   (check.advice.empty() ? "" : "; ") +
                                                   check.advice);
    if (found.self_test && !found.self_test->agree())
        return fail(ExitCode::Failed, "two sensors differ by more than both of their "
                                      "uncertainties; see the self-test");
    return {};
}

struct Asked {
    bool json = false;
    bool self_test = false;
    double seconds = 10.0;
};

Result<void> doctor(Console& console, const Asked& asked) {
    DetectOptions options;
    options.every_sensor = true;
    const auto detected = detectSources(options);
    Findings found;
    found.sensors = checkSensors(detected.sources, systemClock(), kWatchNs);
    found.checks = checkMachine(Workspace::look(), detected.reports);
    if (asked.self_test) {
        SelfTestOptions test;
        test.duration_ns = static_cast<std::int64_t>(asked.seconds * kNanosPerSecond);
        found.self_test = runSelfTest(detected.sources, systemClock(), test);
    }
    console.write(asked.json ? toJson(found) : toText(found));
    return verdict(found);
}

}  // namespace

void addDoctor(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "doctor", "Say what this machine can train and measure, and what to do about the rest");
    auto asked = std::make_shared<Asked>();
    command->add_flag("--json", asked->json,
                      "One object: checks, sensors and, if asked for, self_test");
    command->add_flag("--self-test", asked->self_test,
                      "Read all sensors for 10 s and compare those that see the same thing");
    command->add_option("--seconds", asked->seconds, "How long the self-test reads (1 to 600)")
        ->check(CLI::Range(1.0, 600.0))
        ->needs("--self-test");
    command->footer("Examples:\n"
                    "  wattline doctor\n"
                    "  wattline doctor --self-test\n"
                    "  wattline doctor --json | jq '.checks[] | select(.ok | not)'");
    command->callback([&chosen, asked] {
        chosen = [asked](Console& console) { return doctor(console, *asked); };
    });
}

}  // namespace wattline::cli

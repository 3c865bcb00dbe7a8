// SPDX-License-Identifier: Apache-2.0
#include "app/cli/factor_options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>

#include "telemetry/export/factors_file.h"
#include "telemetry/runs/run_history.h"

namespace wattline::cli {
namespace {

std::optional<double> number(const std::string& text) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

void say(std::string& origin, const std::string& what) {
    origin += (origin.empty() ? "" : "; ") + what;
}

Result<CarbonIntensity> readCarbon(const std::string& text,
                                   const std::filesystem::path& relative_to) {
    if (const auto constant = number(text)) return CarbonIntensity{{{0.0, *constant}}};
    const auto path = relative_to / text;
    const auto bytes = readFile(path);
    if (!bytes) return tl::unexpected(bytes.error());
    return parseCarbonCourse(*bytes, path.string());
}

/// factors.json of the workspace; no such file: no factors.
Result<Factors> readSettings(const Workspace& workspace) {
    Factors factors;
    const auto path = workspace.root() / "factors.json";
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return factors;
    const auto text = readFile(path);
    if (!text) return tl::unexpected(text.error());
    const auto settings = parseFactorSettings(*text, path.string());
    if (!settings) return tl::unexpected(settings.error());
    factors.pue = settings->pue;
    factors.price_per_kwh = settings->price_per_kwh;
    factors.currency = settings->currency;
    if (settings->carbon_g_per_kwh)
        factors.carbon = CarbonIntensity{{{0.0, *settings->carbon_g_per_kwh}}};
    if (!settings->carbon_file.empty()) {
        auto course = readCarbon(settings->carbon_file, workspace.root());
        if (!course) return tl::unexpected(course.error());
        factors.carbon = std::move(*course);
    }
    factors.origin = path.string();
    if (!settings->carbon_file.empty()) say(factors.origin, "carbon: " + settings->carbon_file);
    return factors;
}

}  // namespace

void addFactorOptions(CLI::App& command, FactorRequest& request) {
    const auto* group = "Factors (off unless given here or in WORKSPACE/factors.json)";
    command.add_option("--pue", request.pue, "The site's energy over its computers', 1 or more")
        ->group(group);
    command.add_option("--price", request.price, "Of a kWh, in --currency")->group(group);
    command.add_option("--currency", request.currency, "EUR, USD, ...")->group(group);
    command
        .add_option("--carbon", request.carbon,
                    "Grams of CO2 equivalents a kWh: a number, or a .csv or .json file with UTC "
                    "times (columns time, g_per_kwh)")
        ->group(group);
    command.add_flag("--no-factors", request.none, "Leave factors.json out")->group(group);
}

Result<Factors> readFactors(const Workspace& workspace, const FactorRequest& request) {
    auto factors = request.none ? Result<Factors>(Factors{}) : readSettings(workspace);
    if (!factors) return factors;
    if (request.pue) {
        factors->pue = request.pue;
        say(factors->origin, "--pue");
    }
    if (request.price) {
        factors->price_per_kwh = request.price;
        say(factors->origin, "--price");
    }
    if (!request.currency.empty()) factors->currency = request.currency;
    if (!request.carbon.empty()) {
        auto carbon = readCarbon(request.carbon, {});
        if (!carbon) return tl::unexpected(carbon.error());
        factors->carbon = std::move(*carbon);
        say(factors->origin, "--carbon " + request.carbon);
    }
    if (auto ok = checkFactors(*factors); !ok) return tl::unexpected(ok.error());
    return factors;
}

Result<DerivedFigures> deriveFor(const Workspace& workspace, const RunSummary& run,
                                 const std::string& run_text, const Factors& factors) {
    if (!factors.carbon || factors.carbon->isConstant()) return derive(run, factors, {});
    const auto folder = workspace.find(run_text);
    if (!folder) return tl::unexpected(folder.error());
    auto history = RunHistory::open(*folder);
    if (!history) return tl::unexpected(history.error());
    return derive(run, factors, (*history)->energyTrace());
}

}  // namespace wattline::cli

// SPDX-License-Identifier: Apache-2.0
#include "trainer/cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

namespace wattline::trainer {
namespace {

constexpr const char* kExamples =
    R"(Examples:
  wattline-train --model resnet18 --data digits --epochs 8
  mpirun -n 2 wattline-train --model resnet18 --data digits --lbs 32 --epochs 8
  mpirun -n 4 wattline-train --model resnet50 --data imagefolder:photos --gbs 256 --lbs 16
  mpirun -n 2 wattline-train --model resnet50 --data synthetic --lbs 8 --steps 20

Every rank trains; the global batch is LBS x ranks x accumulation. The run is recorded in a folder
of the workspace (WATTLINE_HOME), where 'wattline list' finds it; no hub is needed.
Exit codes: 0 finished or stopped, 1 failed, 2 wrong option or data, 3 not found, 4 environment.)";

/// 0 means "not given" in a RunSpec, so a 0 that was given is refused here; completed() checks the
/// rest.
CLI::Validator aboveZero() {
    return {[](const std::string& text) {
                const auto number = std::strtod(text.c_str(), nullptr);
                return number > 0.0 ? std::string() : "is " + text + ", but must be above 0";
            },
            "> 0"};
}

/// An unsigned number would take -1 and wrap around.
CLI::Validator notNegative() {
    return {[](const std::string& text) {
                return text.find('-') == std::string::npos
                           ? std::string()
                           : "is " + text + ", but must be 0 or more";
            },
            ">= 0"};
}

void addOptions(CLI::App& app, Options& options) {
    auto& spec = options.spec;
    app.add_option("--model", spec.model, "resnet18 or resnet50")->capture_default_str();
    app.add_option("--data", spec.dataset, "digits, synthetic or imagefolder:PATH")
        ->capture_default_str();
    app.add_option("--recipe", spec.recipe, "study or digits; default: what fits the data");
    app.add_option("--lbs", spec.lbs, "local batch size: samples per rank and micro-step")
        ->check(aboveZero());
    app.add_option("--gbs", spec.gbs, "global batch size; with --lbs the accumulation follows")
        ->check(aboveZero());
    app.add_option("--epochs", spec.epochs, "passes over the data (default 8)")->check(aboveZero());
    app.add_option("--steps", spec.steps, "optimizer steps; ends the run before its epochs do")
        ->check(aboveZero());
    app.add_option("--seed", spec.seed, "of the model, the order and the augmentation")
        ->check(notNegative())
        ->capture_default_str();
    app.add_option("--threads", spec.threads_per_rank, "compute threads per rank")
        ->capture_default_str();
    app.add_option("--image-size", spec.image_size, "pixels; default: the data's own");
    app.add_option("--classes", spec.classes, "of synthetic data (default 1000)")
        ->check(aboveZero());
    app.add_option("--device", spec.device_kind, "cpu; this build has no other")
        ->check(CLI::IsMember({"cpu"}))
        ->capture_default_str();
    app.add_option("--rated-power-w", spec.rated_power_w,
                   "watts of this host's CPUs under load, where only an estimate is possible")
        ->check(aboveZero());
    app.add_option("--sample-period-ms", spec.sample_period_ms, "of power readings")
        ->capture_default_str();
    app.add_option("--idle-baseline", spec.idle_baseline_s,
                   "seconds of doing nothing before the run, to show what it draws above idle")
        ->check(notNegative());
    app.add_option("--name", spec.name, "of the run, for people");
    app.add_option("--run-folder", options.run_folder,
                   "an existing run folder with its run.json; default: a new one");
    app.add_flag("!--no-telemetry", options.telemetry,
                 "leave no run and take no commands: to measure what recording costs");
}

/// CLI11's messages as one sentence.
std::string sentence(std::string text) {
    for (auto& c : text)
        if (c == '\n') c = ' ';
    while (!text.empty() && (text.back() == ' ' || text.back() == '.'))
        text.pop_back();
    return text + "; see wattline-train --help";
}

}  // namespace

Result<Options> parseOptions(int argc, const char* const* argv) {
    Options options;
    CLI::App app{"Trains a network data-parallel over MPI ranks and records what it costs.",
                 "wattline-train"};
    app.set_version_flag("--version", WATTLINE_VERSION);
    app.footer(kExamples);
    addOptions(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        options.help = app.help();
    } catch (const CLI::CallForVersion&) {
        options.help = "wattline-train " WATTLINE_VERSION "\n";
    } catch (const CLI::ExtrasError&) {
        const auto extras = app.remaining();
        const auto option =
            std::ranges::find_if(extras, [](const auto& word) { return word.starts_with('-'); });
        return fail(ExitCode::Usage, "there is no option " +
                                         (option == extras.end() ? extras.front() : *option) +
                                         "; see wattline-train --help");
    } catch (const CLI::ParseError& error) {
        return fail(ExitCode::Usage, sentence(error.what()));
    }
    return options;
}

}  // namespace wattline::trainer

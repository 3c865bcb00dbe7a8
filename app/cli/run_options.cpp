// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_options.h"

#include <CLI/CLI.hpp>

namespace wattline::cli {
namespace {

/// Zero means "not given" inside a RunSpec, so a person who gives it is told, not misunderstood.
const CLI::Validator kAboveZero(
    [](const std::string& text) {
        try {
            std::size_t used = 0;
            const double value = std::stod(text, &used);
            if (used == text.size() && value > 0.0) return std::string();
        } catch (const std::exception&) {
            return std::string();  // no number at all: the conversion says so better
        }
        return "give a number above 0, not " + text;
    },
    "");

/// CLI11 would take -1 for the largest unsigned number.
const CLI::Validator kNotNegative(
    [](const std::string& text) {
        return text.starts_with("-") ? "give a whole number from 0 on, not " + text : std::string();
    },
    "");

}  // namespace

void RunOptions::addTo(CLI::App& command) {
    auto& s = m_spec;
    command.add_option("--model", s.model, "resnet18 or resnet50")->capture_default_str();
    command.add_option("--data", s.dataset, "digits, synthetic or imagefolder:PATH")
        ->capture_default_str();
    command.add_option("--recipe", s.recipe, "study or digits; default: what fits the data");
    command.add_option("--ranks", s.ranks, "MPI ranks")->check(kAboveZero)->capture_default_str();
    command.add_option("--lbs", s.lbs, "Local batch size: samples per rank and micro-step")
        ->check(kAboveZero);
    command.add_option("--gbs", s.gbs, "Global batch size: samples per optimizer step")
        ->check(kAboveZero);
    command.add_option("--epochs", s.epochs, "Passes over the data (default 8 without --steps)")
        ->check(kAboveZero);
    command.add_option("--steps", s.steps, "Optimizer steps; ends the run before its epochs do")
        ->check(kAboveZero);
    command.add_option("--seed", s.seed, "Same seed, same losses")
        ->check(kNotNegative)
        ->capture_default_str();
    command.add_option("--threads", s.threads_per_rank, "Threads per rank")
        ->check(kAboveZero)
        ->capture_default_str();
    command.add_option("--image-size", s.image_size, "Pixels; default: the dataset's own")
        ->check(kAboveZero);
    command.add_option("--classes", s.classes, "Classes of synthetic data")->check(kAboveZero);
    command
        .add_option("--rated-power-w", s.rated_power_w,
                    "Rated power of this host's CPUs, for the estimate where no sensor is")
        ->check(kAboveZero);
    command.add_option("--idle-baseline", s.idle_baseline_s,
                       "Seconds of doing nothing before the run, to show what it draws above idle");
    command.add_option("--sample-period-ms", s.sample_period_ms, "Between power readings")
        ->check(kAboveZero)
        ->capture_default_str();
    command.add_option("--name", s.name, "For people; default: model, ranks x LBS");
}

}  // namespace wattline::cli

// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/run_spec.h"

#include <algorithm>

namespace wattline {
namespace {

Result<void> checkRanges(const RunSpec& s) {
    const auto out_of_range = [](const char* what, auto value, auto low, auto high) {
        return fail(ExitCode::Usage, std::string(what) + " is " + std::to_string(value) +
                                         "; give a number from " + std::to_string(low) + " to " +
                                         std::to_string(high));
    };
    constexpr int kMaxBatch = 1 << 24;
    if (s.ranks < 1 || s.ranks > 65536) return out_of_range("--ranks", s.ranks, 1, 65536);
    if (s.lbs < 0 || s.lbs > kMaxBatch) return out_of_range("--lbs", s.lbs, 1, kMaxBatch);
    if (s.gbs < 0 || s.gbs > kMaxBatch) return out_of_range("--gbs", s.gbs, 1, kMaxBatch);
    if (s.epochs < 0 || s.epochs > 1'000'000)
        return out_of_range("--epochs", s.epochs, 1, 1'000'000);
    if (s.steps < 0) return out_of_range("--steps", s.steps, 1, 1'000'000'000);
    if (s.threads_per_rank < 1 || s.threads_per_rank > 1024)
        return out_of_range("--threads", s.threads_per_rank, 1, 1024);
    if (!(s.idle_baseline_s >= 0.0 && s.idle_baseline_s <= 3600.0))
        return fail(ExitCode::Usage, "--idle-baseline must be a number of seconds from 0 to 3600");
    if (s.sample_period_ms < 10 || s.sample_period_ms > 60'000)
        return out_of_range("--sample-period-ms", s.sample_period_ms, 10, 60'000);
    if (s.image_size != 0 && (s.image_size < 16 || s.image_size > 1024))
        return out_of_range("--image-size", s.image_size, 16, 1024);
    if (!(s.rated_power_w >= 0.0 && s.rated_power_w < 1e6))
        return fail(ExitCode::Usage, "--rated-power-w must be a power in watts, above 0");
    return {};
}

Result<void> completeBatch(RunSpec& s) {
    if (s.lbs == 0 && s.gbs == 0) s.lbs = 32;
    const long long per_micro_step = static_cast<long long>(s.lbs) * s.ranks;
    if (s.gbs == 0) {
        const long long gbs = per_micro_step * std::max(1, s.accumulation);
        if (gbs > (1 << 24))
            return fail(ExitCode::Usage, "LBS " + std::to_string(s.lbs) + " on " +
                                             std::to_string(s.ranks) +
                                             " ranks makes a global batch above 16,777,216; lower "
                                             "--lbs or --ranks");
        s.gbs = static_cast<int>(gbs);
        s.accumulation = std::max(1, s.accumulation);
        return {};
    }
    if (s.lbs == 0) {
        if (s.gbs % s.ranks != 0)
            return fail(ExitCode::Usage, "a global batch of " + std::to_string(s.gbs) +
                                             " does not divide over " + std::to_string(s.ranks) +
                                             " ranks; use --gbs " +
                                             std::to_string((s.gbs / s.ranks + 1) * s.ranks) +
                                             " or another --ranks");
        s.lbs = s.gbs / s.ranks;
        s.accumulation = 1;
        return {};
    }
    if (s.gbs % per_micro_step != 0)
        return fail(ExitCode::Usage,
                    "a global batch of " + std::to_string(s.gbs) + " is no multiple of " +
                        std::to_string(s.ranks) + " ranks x LBS " + std::to_string(s.lbs) + " = " +
                        std::to_string(per_micro_step) + "; use --gbs " +
                        std::to_string((s.gbs / per_micro_step + 1) * per_micro_step) +
                        " or leave --lbs out");
    s.accumulation = static_cast<int>(s.gbs / per_micro_step);
    return {};
}

/// At most 60 bytes, cut between two characters of UTF-8.
std::string shortened(const std::string& text) {
    constexpr std::size_t kMost = 60;
    if (text.size() <= kMost) return text;
    std::size_t end = kMost - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end) + "...";
}

}  // namespace

std::string displayName(const RunSpec& spec) {
    auto text = spec.name.empty() ? shortened(spec.command) : spec.name;
    if (text.empty())
        text = spec.model + " \u00b7 " + std::to_string(spec.ranks) + " \u00d7 LBS " +
               std::to_string(spec.lbs);
    return spec.simulated ? text + " (simulated)" : text;
}

Result<RunSpec> completed(RunSpec s) {
    if (auto ok = checkRanges(s); !ok) return tl::unexpected(ok.error());
    if (s.model != "resnet18" && s.model != "resnet50")
        return fail(ExitCode::Usage,
                    "there is no model '" + s.model + "'; choose resnet18 or resnet50");
    const bool folder = s.dataset.starts_with("imagefolder:");
    if (s.dataset != "digits" && s.dataset != "synthetic" && !folder)
        return fail(ExitCode::Usage, "there is no dataset '" + s.dataset +
                                         "'; choose digits, synthetic or imagefolder:PATH");
    if (folder && s.dataset == "imagefolder:")
        return fail(ExitCode::Usage, "imagefolder: needs a folder, as in imagefolder:data/train");
    if (s.classes != 0 && s.dataset != "synthetic")
        return fail(ExitCode::Usage, "--classes is for synthetic data; leave it out for " +
                                         (folder ? "an image folder" : s.dataset));
    if (s.dataset.find('\0') != std::string::npos)  // the system would look at the part before it
        return fail(ExitCode::Usage, "the image folder's path holds a zero byte; give it without");
    if (s.device_kind != "cpu" && s.device_kind != "gpu")
        return fail(ExitCode::Usage,
                    "there is no kind of device '" + s.device_kind + "'; choose cpu or gpu");
    if (s.recipe.empty()) s.recipe = s.dataset == "digits" ? "digits" : "study";
    if (s.recipe != "digits" && s.recipe != "study")
        return fail(ExitCode::Usage,
                    "there is no recipe '" + s.recipe + "'; choose study or digits");
    if (s.image_size == 0) s.image_size = s.dataset == "digits" ? 32 : 224;
    if (s.epochs == 0 && s.steps == 0) s.epochs = 8;
    if (auto ok = completeBatch(s); !ok) return tl::unexpected(ok.error());
    return s;
}

}  // namespace wattline

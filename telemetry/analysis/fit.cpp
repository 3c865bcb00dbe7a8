// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/fit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "telemetry/analysis/uncertainty.h"
#include "telemetry/core/units.h"

namespace wattline {
namespace {

struct Moments {
    double n = 0.0, x_mean = 0.0, y_mean = 0.0, sxx = 0.0, sxy = 0.0, syy = 0.0;
};

bool isPoint(double x, double y) {
    return std::isfinite(x) && std::isfinite(y);
}

/// Two passes: hours of run in the thousands and slopes of parts per million both survive.
Moments momentsOf(std::span<const double> x, std::span<const double> y) {
    Moments m;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!isPoint(x[i], y[i])) continue;
        m.n += 1.0;
        m.x_mean += x[i];
        m.y_mean += y[i];
    }
    if (m.n == 0.0) return m;
    m.x_mean /= m.n;
    m.y_mean /= m.n;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!isPoint(x[i], y[i])) continue;
        m.sxx += (x[i] - m.x_mean) * (x[i] - m.x_mean);
        m.sxy += (x[i] - m.x_mean) * (y[i] - m.y_mean);
        m.syy += (y[i] - m.y_mean) * (y[i] - m.y_mean);
    }
    return m;
}

/// Lag-1 autocorrelation, not below 0: alternating residuals must not narrow the interval.
double lagOne(const std::vector<double>& residuals, double sum_squares) {
    double products = 0.0;
    for (std::size_t i = 1; i < residuals.size(); ++i)
        products += residuals[i] * residuals[i - 1];
    return sum_squares > 0.0 ? std::max(0.0, products / sum_squares) : 0.0;
}

}  // namespace

double LinearFit::bandAt(double x) const noexcept {
    const double mean = effective_n > 0.0 ? residual_sd / std::sqrt(effective_n) : 0.0;
    return std::hypot(kCoverage * mean, u_slope * (x - x_mean));
}

std::optional<LinearFit> fitLine(std::span<const double> x, std::span<const double> y) {
    if (x.size() != y.size()) return std::nullopt;
    const Moments m = momentsOf(x, y);
    if (m.n < 3.0 || !(m.sxx > 0.0)) return std::nullopt;
    LinearFit fit;
    fit.slope = m.sxy / m.sxx;
    fit.offset = m.y_mean - fit.slope * m.x_mean;
    fit.x_mean = m.x_mean;
    fit.sxx = m.sxx;

    std::vector<double> residuals;
    residuals.reserve(x.size());
    double sum_squares = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!isPoint(x[i], y[i])) continue;
        residuals.push_back(y[i] - fit.at(x[i]));
        sum_squares += residuals.back() * residuals.back();
    }
    // Below rounding error the residuals are noise of the arithmetic, not of the data.
    constexpr double kRounding = 1e-24;
    if (sum_squares <= kRounding * (m.syy + m.n * m.y_mean * m.y_mean)) sum_squares = 0.0;
    const double r1 = lagOne(residuals, sum_squares);
    fit.effective_n = std::max(3.0, m.n * (1.0 - r1) / (1.0 + r1));
    fit.residual_sd = std::sqrt(sum_squares / (m.n - 2.0));
    // Santer et al. 2000 (doi 10.1029/1999JD901105): the variance of the residuals and of the slope
    // with n_eff - 2 degrees of freedom.
    fit.u_slope = kCoverage * std::sqrt(sum_squares / (fit.effective_n - 2.0) / m.sxx);
    fit.u_offset = fit.bandAt(0.0);
    return fit;
}

std::optional<PowerSlope> powerSlope(std::span<const double> gpu_hours,
                                     std::span<const double> energy_j, const EnergyRange& range) {
    const auto fit = fitLine(gpu_hours, energy_j);
    if (!fit) return std::nullopt;
    PowerSlope s;
    s.fit = *fit;
    s.w = fit->slope / kSecondsPerHour;
    const double from_fit = fit->u_slope / kSecondsPerHour;
    const bool known = range.j > 0.0 && std::isfinite(range.low_j) && std::isfinite(range.high_j);
    const double below = known ? s.w * (1.0 - range.low_j / range.j) : 0.0;
    const double above = known ? s.w * (range.high_j / range.j - 1.0) : 0.0;
    s.low_w = s.w - std::hypot(from_fit, below);
    s.high_w = s.w + std::hypot(from_fit, above);
    s.u_w = std::max(s.w - s.low_w, s.high_w - s.w);
    return s;
}

}  // namespace wattline

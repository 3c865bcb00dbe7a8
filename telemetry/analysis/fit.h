// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

namespace wattline {

/// y = offset + slope x by least squares, with the band of the mean.
struct LinearFit {
    double slope = 0.0, offset = 0.0;
    double u_slope = 0.0, u_offset = 0.0;  ///< k = 2
    double residual_sd = 0.0;
    double x_mean = 0.0, sxx = 0.0;  ///< for the band
    double effective_n = 0.0;        ///< after correction for autocorrelated residuals
    [[nodiscard]] double at(double x) const noexcept { return offset + slope * x; }
    [[nodiscard]] double bandAt(double x) const noexcept;  ///< half width, k = 2
};

/// Points with a NaN are left out; empty with fewer than 3 points or without spread in x.
/// Residuals within one run are autocorrelated: u uses n (1 - r1)/(1 + r1) effective points.
[[nodiscard]] std::optional<LinearFit> fitLine(std::span<const double> x,
                                               std::span<const double> y);

/// An energy with its interval (k = 2), as in a run's summary or headline.
struct EnergyRange {
    double j = 0.0, low_j = 0.0, high_j = 0.0;
};

/// Slope of energy (J) over GPU hours in watts per GPU, k = 2. The interval joins the scatter about
/// the line with the relative interval of the energy itself (the sensor's gain moves every point
/// alike, so the scatter alone does not show it): "266 W ± 15", for an estimate "69-690 W".
struct PowerSlope {
    double w = 0.0, u_w = 0.0, low_w = 0.0, high_w = 0.0;
    LinearFit fit;  ///< in joules over GPU hours; its u and band are scatter only
};
[[nodiscard]] std::optional<PowerSlope> powerSlope(std::span<const double> gpu_hours,
                                                   std::span<const double> energy_j,
                                                   const EnergyRange& range);

}  // namespace wattline

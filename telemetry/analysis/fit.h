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

}  // namespace wattline

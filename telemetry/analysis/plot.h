// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wattline {

/// A plot as values: what window, command line and export draw alike. Pure description; the cairo
/// back end (telemetry/render) and the window's widget turn the same description into pixels.
struct PlotSeries {
    std::string label;                 ///< "2 x 32"
    std::string note;                  ///< "266 W ± 2" beside the line's end; may be empty
    int colour = 0;                    ///< index into the theme's series colours
    bool estimated = false;            ///< dashed line, hollow points, the word
    std::vector<double> x, y;          ///< NaN in y breaks the line
    std::vector<double> y_min, y_max;  ///< per pixel column; empty: no min/max
    std::vector<double> band_x, band_low, band_high;  ///< interval of the fit; empty: none
    std::vector<double> fit_x, fit_y;                 ///< fitted line; empty: none
    bool points = false;                              ///< draw markers
    bool simulated = false;  ///< of a run that is: dashed, too, and its label says so already
    std::string basis{};     ///< of energies: method and scope, "counter, 3 of 4 hosts; board"
};

struct PlotMark {
    double x = 0.0, x_end = 0.0;  ///< x_end > x: a span (a hold)
    std::string text;
};

struct PlotDescription {
    std::string title, subtitle;
    std::string x_label, y_label;
    std::vector<PlotSeries> series;
    std::vector<PlotMark> marks;
    bool y_from_zero = true;
    bool x_log = false, y_log = false;
    std::string footnote;  ///< method, uncertainty and provenance: "u is k = 2 - NVML counter"
};

/// Axis limits and ticks for a range of data: round numbers, grown in jumps so that a live plot's
/// axes do not crawl. From 10,000 on the texts have a suffix: k, M, G. A range that is not a range
/// (empty, NaN) gives 0..1.
struct AxisTicks {
    double low = 0.0, high = 1.0;
    std::vector<double> at;
    std::vector<std::string> text;
};
[[nodiscard]] AxisTicks niceTicks(double low, double high, int wanted, bool from_zero);
/// Powers of ten (every second, third, ... when there are many); both limits > 0.
[[nodiscard]] AxisTicks logTicks(double low, double high, int wanted);

/// A value with its uncertainty and unit as people write it: "12.44 kWh ± 0.09". The number of
/// digits follows from u (at most two significant ones), else `digits` significant ones. "–" for a
/// value that is not a number.
[[nodiscard]] std::string formatValue(double value, double u, const std::string& unit,
                                      int digits = 3);
/// An estimate's interval, two significant digits: "69–690 W".
[[nodiscard]] std::string formatRange(double low, double high, const std::string& unit);

/// The unit in which an energy of this size is read easily: J, Wh from 1 Wh, kWh from 1 kWh.
struct EnergyUnit {
    std::string name;
    double per_joule = 1.0;  ///< shown = joules x per_joule
};
[[nodiscard]] EnergyUnit energyUnit(double largest_j);

}  // namespace wattline

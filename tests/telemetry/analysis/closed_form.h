// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "telemetry/analysis/ledger.h"

/// Signals whose energy is known in closed form, and a sensor that looks at them: what the interval
/// of a figure is tested against.
namespace wattline::test {

/// Power that is piecewise linear in time from 0 on; before it, as at 0. Energies are exact.
class Signal {
public:
    explicit Signal(double first_w) { m_knots.push_back({0.0, first_w, 0.0}); }
    /// Straight to `w` at `t_s`; at the time of the last knot: a jump.
    Signal& to(double t_s, double w) {
        const auto& last = m_knots.back();
        m_knots.push_back({t_s, w, last.j + 0.5 * (last.w + w) * (t_s - last.t_s)});
        return *this;
    }
    /// The last power goes on until `t_s`.
    Signal& hold(double t_s) { return to(t_s, m_knots.back().w); }

    [[nodiscard]] double power(double t_s) const {
        const auto right = after(t_s);
        if (right == m_knots.begin()) return m_knots.front().w;
        const auto left = std::prev(right);
        if (right == m_knots.end() || right->t_s == left->t_s) return left->w;
        return std::lerp(left->w, right->w, (t_s - left->t_s) / (right->t_s - left->t_s));
    }
    [[nodiscard]] double energy(double from_s, double to_s) const {
        return upTo(to_s) - upTo(from_s);
    }

private:
    struct Knot {
        double t_s, w, j;
    };
    [[nodiscard]] std::vector<Knot>::const_iterator after(double t_s) const {
        return std::ranges::upper_bound(m_knots, t_s, {}, &Knot::t_s);
    }
    [[nodiscard]] double upTo(double t_s) const {
        const auto right = after(t_s);
        if (right == m_knots.begin()) return m_knots.front().w * t_s;
        const auto left = std::prev(right);
        return left->j + 0.5 * (left->w + power(t_s)) * (t_s - left->t_s);
    }
    std::vector<Knot> m_knots;
};

using Random = std::mt19937_64;

inline double uniform(Random& random, double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
}

/// A burst of `high_w` at the start of each step, `duty` of its mean length long, else `low_w`. The
/// first step begins at a random phase; steps vary by `jitter` of their length (normal).
struct Bursts {
    double step_s = 0.1, duty = 0.25;
    double low_w = 150.0, high_w = 650.0;
    double jitter = 0.0;

    [[nodiscard]] Signal make(Random& random, double end_s) const {
        std::normal_distribution<double> vary(0.0, 1.0);
        double t = -uniform(random, 0.0, step_s);
        Signal signal(t + duty * step_s > 0.0 ? high_w : low_w);
        while (t < end_s) {
            // A burst takes its time; what varies is the wait for the next step.
            const double wait = jitter > 0.0 ? jitter * vary(random) : 0.0;
            const double off = t + duty * step_s;
            const double next = std::max(off, t + step_s * (1.0 + wait));
            if (off > 0.0) signal.hold(off).to(off, low_w);
            if (next > 0.0) signal.hold(next).to(next, high_w);
            t = next;
        }
        return signal;
    }
};

/// How a sensor reads a signal.
struct Sensor {
    double period_s = 0.1;
    double averaged = 0.0;     ///< each reading is the mean over the last `averaged` of a period
    double noise_w = 0.0;      ///< normal, standard deviation of one reading
    double time_jitter = 0.0;  ///< readings are early or late by up to this share of a period
    double gaps_s = 0.0;       ///< one stretch of failed reads of this length, at a random place
    double gain_half = 0.05;   ///< its scale is off by up to this much
};

struct Trial {
    EnergyEntry entry;
    double truth_j = 0.0;
    double gain = 1.0;
};

/// Reads `signal` from 0 to beyond the window, feeds a ledger and asks it for the window.
inline Trial measure(const Signal& signal, const Sensor& sensor, Interval window,
                     const PowerDevice& device, const StepRhythm& rhythm, Random& random) {
    Trial trial;
    trial.gain = uniform(random, 1.0 - sensor.gain_half, 1.0 + sensor.gain_half);
    trial.truth_j = signal.energy(window.from_s, window.to_s);
    std::normal_distribution<double> noise(0.0, 1.0);
    EnergyLedger ledger;
    const auto account = ledger.addDevice(device);
    ledger.setRhythm(rhythm);
    const double gap_from = uniform(random, window.from_s, window.to_s - sensor.gaps_s);
    const double phase = uniform(random, 0.0, sensor.period_s);
    for (int i = 0;; ++i) {
        const double planned = phase + i * sensor.period_s;
        if (planned > window.to_s + sensor.period_s) break;
        const double late =
            sensor.time_jitter > 0.0 ? uniform(random, 0.0, sensor.time_jitter) : 0.0;
        const double t = planned + late * sensor.period_s;
        const double width = sensor.averaged * sensor.period_s;
        const double seen =
            width > 0.0 && t > width ? signal.energy(t - width, t) / width : signal.power(t);
        const bool failed = sensor.gaps_s > 0.0 && t >= gap_from && t <= gap_from + sensor.gaps_s;
        const double read = trial.gain * (seen + sensor.noise_w * noise(random));
        ledger.addSample(account, {t, failed ? std::nan("") : read, std::nan("")});
    }
    trial.entry = ledger.entries(window.from_s, window.to_s).at(0);
    return trial;
}

}  // namespace wattline::test

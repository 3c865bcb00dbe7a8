// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// What a stub of a vendor's library plays. The file that WATTLINE_STUB_SCRIPT names is read when
/// the library is initialised; without one there is one board of 100 W. `#` starts a comment, N is
/// a board's number or `*`, times are seconds. A line that is not understood ends the process.
///
///   devices COUNT NAME         boards 0..COUNT-1 of this name
///   device N NAME              one of them has another name
///   order I J K ...            the library counts the boards in this order
///   trace N T W T W ...        power in W: straight lines between the points, level outside them
///   square N LOW HIGH PERIOD DUTY   HIGH for the first DUTY of each PERIOD, LOW after it
///   counter N J                the energy counter at time 0
///   tick N S                   the counter moves every S
///   update N S                 the power sensor looks every S
///   mean S                     power usage is the mean over the last S
///   reset N T                  the counter starts again at 0 at T
///   scale N FACTOR             the counter counts this many times the truth (0: stands still)
///   fail WHAT [FROM TO]        WHAT answers "not supported" then; see each stub
///   fail-first WHAT COUNT      the first COUNT calls of WHAT do
///   poll-floor S               power asked again within S answers 0
///   module N W                 power of a module's CPU, on top of the GPU's
///   mig N                      the board is cut into slices
///   cost WHAT US               each call of WHAT burns US microseconds of processor time; of a
///                              real driver: counter 2400, field 0.5
///
/// Time is the process's since the first initialisation, or what WATTLINE_STUB_TIME says at each
/// call, so that a test owns it. Threads: one.
namespace wattline::stub {

struct Board {
    std::string name = "NVIDIA Stub";
    std::vector<std::pair<double, double>> trace{{0.0, 100.0}};
    double square_low = 0.0, square_high = 0.0, square_period = 0.0, square_duty = 0.0;
    double counter_j = 1000.0;
    double tick_s = 0.0, update_s = 0.0;
    double reset_s = std::numeric_limits<double>::infinity();
    double scale = 1.0;
    double module_w = 0.0;
    bool mig = false;

    [[nodiscard]] double power(double t) const;                 ///< W, the truth
    [[nodiscard]] double energy(double from, double to) const;  ///< J, the truth
    [[nodiscard]] double counter(double t) const;               ///< J, as the counter tells it
    [[nodiscard]] double sensed(double t) const;                ///< W, as the sensor tells it
};

class Script {
public:
    static Script load();  ///< from the environment

    [[nodiscard]] static double now();
    /// Burns the cost of one call and tells whether it is to fail.
    bool fails(const std::string& what);

    std::vector<Board> boards;
    std::vector<unsigned> order;  ///< index in the library -> board
    double mean_s = 0.0;
    double poll_floor_s = 0.0;

private:
    struct Failure {
        double from = 0.0, to = std::numeric_limits<double>::infinity();
    };
    bool readLibraryLine(const std::string& line);
    void readBoardLine(const std::string& line);
    void forBoards(const std::string& which, auto change);
    std::multimap<std::string, Failure> m_failures;
    std::map<std::string, int> m_fail_first;
    std::map<std::string, double> m_cost_us;
};

}  // namespace wattline::stub

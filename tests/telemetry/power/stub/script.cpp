// SPDX-License-Identifier: Apache-2.0
#include "tests/telemetry/power/stub/script.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

namespace wattline::stub {
namespace {

[[noreturn]] void refuse(const std::string& line) {
    std::fprintf(stderr, "stub: cannot read '%s'\n", line.c_str());
    std::abort();
}

double seconds(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Processor time, as the vendor's library would use it: a sleep would hide the sampler's cost.
void burn(double us) {
    const double end = seconds(CLOCK_THREAD_CPUTIME_ID) + us * 1e-6;
    while (seconds(CLOCK_THREAD_CPUTIME_ID) < end) {
    }
}

/// Integral of the straight lines through `points` from the first point to `t` (t may be before).
double integral(const std::vector<std::pair<double, double>>& points, double t) {
    const auto& [t0, w0] = points.front();
    if (t <= t0) return (t - t0) * w0;
    double sum = 0.0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const auto& [ta, wa] = points[i - 1];
        const auto& [tb, wb] = points[i];
        if (t < tb) return sum + (t - ta) * (wa + 0.5 * (wb - wa) * (t - ta) / (tb - ta));
        sum += 0.5 * (wa + wb) * (tb - ta);
    }
    return sum + (t - points.back().first) * points.back().second;
}

}  // namespace

double Board::power(double t) const {
    if (square_period > 0.0) {
        const double phase = t / square_period - std::floor(t / square_period);
        return phase < square_duty ? square_high : square_low;
    }
    const auto right = std::ranges::upper_bound(trace, t, {}, &std::pair<double, double>::first);
    if (right == trace.begin()) return trace.front().second;
    if (right == trace.end()) return trace.back().second;
    const auto& [ta, wa] = *std::prev(right);
    return wa + (right->second - wa) * (t - ta) / (right->first - ta);
}

double Board::energy(double from, double to) const {
    if (square_period <= 0.0) return integral(trace, to) - integral(trace, from);
    const auto until = [this](double t) {
        const double whole = std::floor(t / square_period);
        const double high = square_duty * square_period;
        const double rest = t - whole * square_period;
        return (whole * high + std::min(rest, high)) * (square_high - square_low) + t * square_low;
    };
    return until(to) - until(from);
}

double Board::counter(double t) const {
    if (tick_s > 0.0) t = std::floor(t / tick_s + 1e-9) * tick_s;
    const double from = t >= reset_s ? reset_s : 0.0;
    const double start = t >= reset_s ? 0.001 : counter_j;
    return start + scale * energy(from, std::max(t, from));
}

double Board::sensed(double t) const {
    return power(update_s > 0.0 ? std::floor(t / update_s + 1e-9) * update_s : t);
}

double Script::now() {
    static const double start = seconds(CLOCK_MONOTONIC);
    if (const char* given = std::getenv("WATTLINE_STUB_TIME")) return std::atof(given);
    return seconds(CLOCK_MONOTONIC) - start;
}

bool Script::fails(const std::string& what) {
    if (const auto cost = m_cost_us.find(what); cost != m_cost_us.end()) burn(cost->second);
    if (const auto first = m_fail_first.find(what); first != m_fail_first.end())
        if (first->second-- > 0) return true;
    const auto [begin, end] = m_failures.equal_range(what);
    return std::any_of(begin, end, [t = now()](const auto& each) {
        return t >= each.second.from && t < each.second.to;
    });
}

void Script::forBoards(const std::string& which, auto change) {
    if (which == "*")
        for (auto& board : boards)
            change(board);
    else if (const auto n = static_cast<std::size_t>(std::atoi(which.c_str())); n < boards.size())
        change(boards[n]);
    else
        refuse("board " + which);
}

/// A line about the library as a whole; false: it is about boards.
bool Script::readLibraryLine(const std::string& line) {
    std::istringstream in(line);
    std::string word, which;
    in >> word;
    double a = 0.0, b = 0.0;
    if (word == "order") {
        order.clear();
        for (unsigned i = 0; in >> i;)
            order.push_back(i);
        return true;
    }
    if (word == "mean") return static_cast<bool>(in >> mean_s);
    if (word == "poll-floor") return static_cast<bool>(in >> poll_floor_s);
    if (word != "cost" && word != "fail-first" && word != "fail") return false;
    in >> which;
    if (word == "fail") {
        Failure failure;
        if (in >> a >> b) failure = {a, b};
        m_failures.emplace(which, failure);
        return true;
    }
    if (!(in >> a)) return false;
    if (word == "cost")
        m_cost_us[which] = a;
    else
        m_fail_first[which] = static_cast<int>(a);
    return true;
}

void Script::readBoardLine(const std::string& line) {
    std::istringstream in(line);
    std::string word, which;
    in >> word;
    const auto name = [&] {
        std::string text;
        std::getline(in >> std::ws, text);
        return text;
    };
    const auto number = [&](double& out) { return static_cast<bool>(in >> out); };
    double a = 0.0, b = 0.0, c = 0.0, d = 0.0;
    if (word == "devices") {
        std::size_t count = 0;
        in >> count;
        boards.assign(count, Board{});
        order.clear();
        const auto called = name();
        for (std::size_t i = 0; i < count; ++i) {
            order.push_back(static_cast<unsigned>(i));
            boards[i].counter_j = 1000.0 * static_cast<double>(i + 1);
            if (!called.empty()) boards[i].name = called;
        }
    } else if (word == "device" && in >> which) {
        forBoards(which, [called = name()](Board& board) { board.name = called; });
    } else if (word == "mig" && in >> which) {
        forBoards(which, [](Board& board) { board.mig = true; });
    } else if (word == "trace" && in >> which) {
        std::vector<std::pair<double, double>> points;
        while (number(a) && number(b))
            points.emplace_back(a, b);
        if (points.empty()) refuse(line);
        forBoards(which, [&](Board& board) { board.trace = points; });
    } else if (word == "square" && in >> which && number(a) && number(b) && number(c) &&
               number(d)) {
        forBoards(which, [&](Board& board) {
            board.square_low = a;
            board.square_high = b;
            board.square_period = c;
            board.square_duty = d;
        });
    } else if (in >> which && number(a)) {
        const std::map<std::string, double Board::*> figures{
            {"counter", &Board::counter_j}, {"tick", &Board::tick_s}, {"update", &Board::update_s},
            {"reset", &Board::reset_s},     {"scale", &Board::scale}, {"module", &Board::module_w}};
        const auto figure = figures.find(word);
        if (figure == figures.end()) refuse(line);
        forBoards(which, [&](Board& board) { board.*figure->second = a; });
    } else {
        refuse(line);
    }
}

Script Script::load() {
    Script script;
    script.boards.emplace_back();
    script.order.push_back(0);
    const char* file = std::getenv("WATTLINE_STUB_SCRIPT");
    if (file == nullptr) return script;
    std::ifstream in(file);
    if (!in) refuse(file);
    for (std::string line; std::getline(in, line);) {
        line = line.substr(0, line.find('#'));
        if (line.find_first_not_of(" \t") == std::string::npos) continue;
        if (!script.readLibraryLine(line)) script.readBoardLine(line);
    }
    return script;
}

}  // namespace wattline::stub

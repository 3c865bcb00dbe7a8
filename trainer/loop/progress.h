// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>

namespace wattline::trainer {

struct Evaluation;
struct StepReport;

/// One line an epoch for the person who watches rank 0's output.
class Progress {
public:
    Progress(std::ostream& out, bool shown) : m_out(out), m_shown(shown) {}

    void step(const StepReport& report, std::int64_t samples, int ranks);
    /// `evaluation` may be null: there is no validation set.
    void epoch(int number, const Evaluation* evaluation);

private:
    std::ostream& m_out;
    bool m_shown;
    std::int64_t m_steps = 0, m_samples = 0, m_nanoseconds = 0;
    double m_loss = 0.0;
};

}  // namespace wattline::trainer

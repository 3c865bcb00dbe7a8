// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/progress.h"

#include <fmt/format.h>
#include <ostream>

#include "telemetry/core/units.h"
#include "trainer/loop/evaluation.h"
#include "trainer/loop/training_step.h"

namespace wattline::trainer {

void Progress::step(const StepReport& report, std::int64_t samples, int ranks) {
    ++m_steps;
    m_samples += samples;
    m_nanoseconds += report.record.duration_ns;
    m_loss += static_cast<double>(report.sum.loss) / ranks;
}

void Progress::epoch(int number, const Evaluation* evaluation) {
    if (m_shown && m_steps > 0) {
        const double seconds = static_cast<double>(m_nanoseconds) / kNanosPerSecond;
        m_out << fmt::format("epoch {:3d}  loss {:.4f}  {:.0f} samples/s", number,
                             m_loss / static_cast<double>(m_steps),
                             static_cast<double>(m_samples) / seconds);
        if (evaluation != nullptr)
            m_out << fmt::format("  validation loss {:.4f}  top-1 {:.2f} %  top-5 {:.2f} %",
                                 evaluation->loss, 100.0 * (1.0 - evaluation->top1_error),
                                 100.0 * (1.0 - evaluation->top5_error));
        else
            m_out << "  (no validation images)";
        m_out << '\n' << std::flush;
    }
    m_steps = m_samples = m_nanoseconds = 0;
    m_loss = 0.0;
}

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/unreadable_images.h"

#include <algorithm>
#include <ostream>

namespace wattline::trainer {
namespace {

constexpr std::int64_t kAlwaysTolerated = 3;
constexpr std::int64_t kToleratedShareInverse = 100;

}  // namespace

Result<void> UnreadableImages::observe(const std::vector<std::string>& mine, std::int64_t all,
                                       std::int64_t set_size, std::int64_t step) {
    for (const auto& sentence : mine) {
        if (!m_named.insert(sentence).second) continue;
        m_warnings << "warning: rank " + std::to_string(m_communicator.rank()) +
                          " skips an image: " + sentence + "\n"
                   << std::flush;
        wire::Event event;
        event.step = step;
        event.kind = "warning";
        event.text = "an image is skipped: " + sentence;
        m_link.event(std::move(event));
    }
    m_count += all;
    if (m_count <= std::max(kAlwaysTolerated, set_size / kToleratedShareInverse)) return {};
    if (mine.empty()) return m_communicator.agree({});
    return m_communicator.agree(
        fail(ExitCode::Failed, std::to_string(m_count) + " of " + std::to_string(set_size) +
                                   " images cannot be read, more than 1 %; repair the folder. The "
                                   "last one: " +
                                   mine.back()));
}

}  // namespace wattline::trainer

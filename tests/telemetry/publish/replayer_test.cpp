// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/replayer.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/telemetry/publish/fake_sink.h"
#include "tests/telemetry/publish/publish_fixture.h"

namespace wattline {
namespace {

/// A journal of 200 frames of one step each in small parts, sequences 1..200.
class ReplayerTest : public testing::Test {
protected:
    ReplayerTest() {
        auto journal = wire::JournalWriter::open(m_journal, 1, 0, 4096).value();
        for (std::uint64_t sequence = 1; sequence <= 200; ++sequence) {
            std::vector<std::byte> frame;
            const auto record = test::stepRecord(sequence);
            wire::appendSteps(frame, {"20261121-104512-7f3a", 1, 0, sequence},
                              std::span(&record, 1));
            EXPECT_TRUE(journal->append(frame));
        }
    }
    std::vector<std::uint64_t> sent() const {
        std::vector<std::uint64_t> sequences;
        for (const auto& bytes : m_script->sent())
            sequences.push_back(wire::decode(bytes)->envelope.first_sequence);
        return sequences;
    }
    void turns(int count) {
        for (int i = 0; i < count; ++i)
            m_replayer.turn(m_sink);
    }

    test::TemporaryFolder m_folder;
    std::filesystem::path m_journal = m_folder.path() / "journal";
    std::shared_ptr<test::SinkScript> m_script = std::make_shared<test::SinkScript>();
    test::FakeSink m_sink{m_script};
    Replayer m_replayer{m_journal, 1, 0, systemFiles()};
};

TEST_F(ReplayerTest, SendsExactlyWhatWasAskedForInOrderAFewFramesATurn) {
    turns(1);
    EXPECT_TRUE(sent().empty());
    m_replayer.ask({51, 150});
    turns(1);
    EXPECT_LT(sent().size(), 100U);
    turns(10);
    ASSERT_EQ(sent().size(), 100U);
    for (std::size_t i = 0; i < 100; ++i)
        EXPECT_EQ(sent()[i], 51 + i);
    EXPECT_TRUE(m_replayer.idle());
}

TEST_F(ReplayerTest, ASecondRequestThatGoesFurtherBackBeginsAnew) {
    m_replayer.ask({190, 200});
    turns(5);
    m_replayer.ask({1, 3});
    turns(5);
    const auto sequences = sent();
    ASSERT_EQ(sequences.size(), 14U);
    EXPECT_EQ(sequences[11], 1U);
    EXPECT_EQ(sequences[13], 3U);
}

TEST_F(ReplayerTest, AHubThatTakesNothingIsNotWaitedFor) {
    m_script->accepts = false;
    m_replayer.ask({1, 200});
    turns(2);
    EXPECT_TRUE(sent().empty());
    EXPECT_TRUE(m_replayer.idle());  // the hub asks again
}

}  // namespace
}  // namespace wattline

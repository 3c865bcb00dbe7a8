// SPDX-License-Identifier: Apache-2.0
#include "tests/trainer/support/mpi_main.h"

#include <gtest/gtest.h>
#include <iostream>

namespace wattline::trainer::test {
namespace {

const Communicator* g_ranks = nullptr;

/// A rank whose test failed would leave the others waiting in a collective: end them all.
class AbortOnFailure final : public testing::EmptyTestEventListener {
    void OnTestEnd(const testing::TestInfo& info) override {
        if (!info.result()->Failed()) return;
        std::cerr << "rank " << g_ranks->rank() << ": " << info.name() << " failed\n" << std::flush;
        g_ranks->abort(1);
    }
};

}  // namespace

const Communicator& ranks() {
    return *g_ranks;
}

}  // namespace wattline::trainer::test

int main(int argc, char** argv) {
    using namespace wattline::trainer;
    testing::InitGoogleTest(&argc, argv);
    const auto communicator = Communicator::start();
    if (!communicator) {
        std::cerr << communicator.error().message << '\n';
        return 1;
    }
    test::g_ranks = communicator->get();
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    if (test::ranks().rank() != 0) {
        auto* printer = listeners.Release(listeners.default_result_printer());
        struct FailuresOnly final : testing::EmptyTestEventListener {
            void OnTestPartResult(const testing::TestPartResult& part) override {
                if (part.failed()) std::cerr << part << std::flush;
            }
        };
        delete printer;
        listeners.Append(new FailuresOnly);
    }
    listeners.Append(new test::AbortOnFailure);
    return RUN_ALL_TESTS();
}

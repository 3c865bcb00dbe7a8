// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "telemetry/power/power_source.h"
#include "tests/support/temporary_folder.h"

namespace wattline::test {

inline constexpr ReadRequest kPower{};
inline constexpr ReadRequest kAll{.counter = true, .state = true};

/// What the stubs of vendors' libraries play (stub/script.h) and what time it is for them, while
/// this object lives. A stub reads its script when a source is opened.
class StubScript {
public:
    StubScript() {
        play("");
        setTime(0.0);
    }
    ~StubScript() {
        unsetenv("WATTLINE_STUB_SCRIPT");
        unsetenv("WATTLINE_STUB_TIME");
    }
    StubScript(const StubScript&) = delete;
    StubScript& operator=(const StubScript&) = delete;

    void play(const std::string& script) {
        const auto file = m_folder.path() / "script";
        std::ofstream(file) << script << "\n";
        setenv("WATTLINE_STUB_SCRIPT", file.c_str(), 1);
    }
    static void setTime(double seconds) {
        setenv("WATTLINE_STUB_TIME", std::to_string(seconds).c_str(), 1);
    }
    /// The stub's time is the machine's again, for tests with a real sampler.
    static void useRealTime() { unsetenv("WATTLINE_STUB_TIME"); }

private:
    TemporaryFolder m_folder;
};

}  // namespace wattline::test

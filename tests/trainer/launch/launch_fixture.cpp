// SPDX-License-Identifier: Apache-2.0
#include "tests/trainer/launch/launch_fixture.h"

#include <chrono>
#include <fstream>
#include <thread>

#include "trainer/launch/shell_quote.h"

namespace wattline::launch {

namespace fs = std::filesystem;

void LaunchFixture::writeMpirun(const std::string& body) {
    const auto file = root() / "mpirun";
    std::ofstream(file) << "#!/bin/bash\nprintf '%s\\n' \"$@\" >"
                        << shellQuote(argumentsFile().string()) << "\n"
                        << body << "\n";
    fs::permissions(file, fs::perms::owner_all);
}

fs::path LaunchFixture::argumentsFile() const {
    return root() / "arguments.txt";
}

Workspace LaunchFixture::workspace() const {
    return Workspace::open(root() / "home").value();
}

Tools LaunchFixture::tools() const {
    return {root() / "mpirun", "/bin/true", 2, false};
}

RunSpec LaunchFixture::digitsSpec() {
    RunSpec spec;
    spec.ranks = 2;
    spec.lbs = 32;
    spec.epochs = 2;
    return spec;
}

::testing::AssertionResult LaunchFixture::appears(const fs::path& file) {
    using namespace std::chrono_literals;
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!fs::exists(file)) {
        if (std::chrono::steady_clock::now() > deadline)
            return ::testing::AssertionFailure() << file << " did not appear within 10 s";
        std::this_thread::sleep_for(5ms);
    }
    return ::testing::AssertionSuccess();
}

std::string textOf(const fs::path& file) {
    return readFile(file).value_or("");
}

}  // namespace wattline::launch

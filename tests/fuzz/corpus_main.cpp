// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over files: the corpus as a regression test, with any compiler.
//   TARGET_corpus FILE_OR_FOLDER...
#include <algorithm>
#include <cstdio>

#include "tests/fuzz/fuzz_support.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> filesOf(const fs::path& path) {
    if (!fs::is_directory(path)) return {path};
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i)
        for (const auto& file : filesOf(argv[i])) {
            // Said before, not after: a crash shows which file it was.
            std::fprintf(stderr, "%s\n", file.c_str());
            const auto bytes = wattline::fuzz::readWhole(file);
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
            ++count;
        }
    std::fprintf(stderr, "%zu inputs, no promise broken\n", count);
    return count > 0 ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/fuzz_support.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace wattline::fuzz {

namespace fs = std::filesystem;

void require(bool holds, const char* promise) {
    if (holds) return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

std::span<const std::byte> bytesOf(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::map<std::size_t, std::vector<std::byte>> unpack(std::span<const std::byte> input,
                                                     std::size_t files) {
    constexpr std::size_t kHead = 3;
    std::map<std::size_t, std::vector<std::byte>> out;
    while (input.size() >= kHead) {
        const auto file = std::to_integer<std::size_t>(input[0]) % files;
        const auto wanted =
            std::to_integer<std::size_t>(input[1]) | (std::to_integer<std::size_t>(input[2]) << 8U);
        input = input.subspan(kHead);
        const auto bytes = input.first(std::min(wanted, input.size()));
        auto& content = out[file];
        content.insert(content.end(), bytes.begin(), bytes.end());
        input = input.subspan(bytes.size());
    }
    return out;
}

void pack(std::vector<std::byte>& input, std::size_t file, std::span<const std::byte> bytes) {
    constexpr std::size_t kMost = 0xFFFF;
    do {
        const auto piece = bytes.first(std::min(bytes.size(), kMost));
        input.push_back(static_cast<std::byte>(file));
        input.push_back(static_cast<std::byte>(piece.size() & 0xFFU));
        input.push_back(static_cast<std::byte>(piece.size() >> 8U));
        input.insert(input.end(), piece.begin(), piece.end());
        bytes = bytes.subspan(piece.size());
    } while (!bytes.empty());
}

const fs::path& scratchFolder() {
    struct Scratch {
        fs::path path;
        Scratch() {
            std::error_code error;
            const bool memory =
                fs::is_directory("/dev/shm", error) && access("/dev/shm", W_OK) == 0;
            auto name = ((memory ? fs::path("/dev/shm") : fs::temp_directory_path()) /
                         "wattline-fuzz-XXXXXX")
                            .string();
            require(mkdtemp(name.data()) != nullptr, "there is a place for temporary files");
            path = name;
        }
        ~Scratch() {
            std::error_code ignored;
            fs::remove_all(path, ignored);
        }
    };
    static const Scratch scratch;
    return scratch.path;
}

void writeWhole(const fs::path& file, std::span<const std::byte> bytes) {
    fs::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    const auto text = textOf(bytes);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    require(out.good(), "a temporary file can be written");
}

std::vector<std::byte> readWhole(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

}  // namespace wattline::fuzz

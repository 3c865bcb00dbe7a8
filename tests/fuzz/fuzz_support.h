// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The one function of a fuzz target: libFuzzer calls it with inputs that it makes up, the corpus
/// test with the files of tests/fuzz/corpus. Returns 0; a broken promise ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace wattline::fuzz {

/// A promise that must hold for every input. Says which one broke and aborts, in every build.
void require(bool holds, const char* promise);

[[nodiscard]] std::span<const std::byte> bytesOf(const std::uint8_t* data, std::size_t size);
[[nodiscard]] std::string_view textOf(std::span<const std::byte> bytes);

/// Several files in one input: entries of {u8 file, u16 little-endian length, bytes}. `file` counts
/// modulo `files`; entries of the same file follow each other in it. A length that is too large
/// ends with the input, so that every input is an archive.
[[nodiscard]] std::map<std::size_t, std::vector<std::byte>> unpack(std::span<const std::byte> input,
                                                                   std::size_t files);
/// Appends `bytes` as entries of `file`.
void pack(std::vector<std::byte>& input, std::size_t file, std::span<const std::byte> bytes);

/// A folder in memory (/dev/shm where there is one) that lives as long as the process.
[[nodiscard]] const std::filesystem::path& scratchFolder();
/// Makes or replaces a file; its folder is made.
void writeWhole(const std::filesystem::path& file, std::span<const std::byte> bytes);
[[nodiscard]] std::vector<std::byte> readWhole(const std::filesystem::path& file);

}  // namespace wattline::fuzz

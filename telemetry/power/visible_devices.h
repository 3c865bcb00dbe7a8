// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wattline {

/// The UUID of the board that carries a MIG instance; empty if there is no such instance.
using BoardOfMig = std::function<std::optional<std::string>(const std::string& mig_uuid)>;

/// Which GPUs a process may use, by CUDA's own rules: `visible` is CUDA_VISIBLE_DEVICES (not set:
/// all of them), a list of whole numbers (10 is GPU 10) or of UUIDs, which may be shortened as long
/// as they are unique; the first entry that names no device ends the list. An entry "MIG-..."
/// stands for its board. Returns indices into `uuids`, each once, in the order of the list.
[[nodiscard]] std::vector<std::size_t> visibleDevices(const std::vector<std::string>& uuids,
                                                      std::optional<std::string_view> visible,
                                                      const BoardOfMig& board_of_mig);

}  // namespace wattline

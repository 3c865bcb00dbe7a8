// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "trainer/distributed/communicator.h"

namespace wattline::trainer::test {

/// The ranks that run this test program.
[[nodiscard]] const Communicator& ranks();

}  // namespace wattline::trainer::test

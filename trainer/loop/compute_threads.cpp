// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/compute_threads.h"

#include <dlfcn.h>
#include <torch/torch.h>

namespace wattline::trainer {

void useComputeThreads(int threads) {
    at::set_num_threads(threads);
    at::set_num_interop_threads(1);
    // OpenBLAS keeps a pool of its own and reads its environment before main; torch does not link
    // it by name, so ask whether it is there.
    using SetThreads = void (*)(int);
    if (auto* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))
        reinterpret_cast<SetThreads>(symbol)(threads);
    at::globalContext().setDeterministicAlgorithms(true, false);
}

}  // namespace wattline::trainer

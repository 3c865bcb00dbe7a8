// SPDX-License-Identifier: Apache-2.0
#include "app/cli/health_checks.h"

#include <chrono>
#include <csignal>
#include <dlfcn.h>
#include <filesystem>
#include <link.h>
#include <string>
#include <sys/wait.h>
#include <thread>

#include "telemetry/core/spawn.h"

namespace wattline::cli {
namespace {

namespace fs = std::filesystem;

/// True when the program ends by itself with code 0; its output is dropped.
bool starts(std::vector<std::string> argv) {
    constexpr auto kLimit = std::chrono::seconds(20);
    DetachedProgram program;
    program.argv = std::move(argv);
    const auto pid = spawnDetached(program);
    if (!pid) return false;
    const auto end = std::chrono::steady_clock::now() + kLimit;
    int status = -1;
    while (std::chrono::steady_clock::now() < end) {
        const auto reaped = waitpid(*pid, &status, WNOHANG);
        if (reaped == *pid) return WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (reaped < 0) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    kill(*pid, SIGKILL);
    waitpid(*pid, &status, 0);
    return false;
}

Check checkMpi(const launch::Tools& tools) {
    if (tools.mpirun.empty())
        return {"mpi", false, "no mpirun in PATH",
                "install Open MPI (Debian: apt install openmpi-bin) or add its folder to PATH"};
    if (!starts({tools.mpirun.string(), "--version"}))
        return {"mpi", false, tools.mpirun.string() + " does not start",
                "run 'mpirun --version' and see what it says"};
    return {"mpi", true, tools.mpirun.string(), ""};
}

/// Its help is printed before MPI starts, but after the loader found MPI and libtorch.
Check checkTrainer(const launch::Tools& tools) {
    if (tools.trainer.empty())
        return {"trainer", false, "no wattline-train beside this program",
                "build it with libtorch and MPI; without it this program only looks at runs"};
    if (!starts({tools.trainer.string(), "--help"}))
        return {"trainer", false, tools.trainer.string() + " does not start",
                "run it with --help: the loader names the library of libtorch or MPI that it "
                "misses"};
    return {"trainer", true, tools.trainer.string() + " starts, with libtorch and MPI", ""};
}

/// The library that the loader gives whoever asks for BLAS, libtorch too.
Check checkBlas() {
    void* library = dlopen("libblas.so.3", RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr)
        return {"blas", false, "no libblas.so.3",
                "install it (Debian: apt install libopenblas0-pthread)"};
    link_map* map = nullptr;
    std::string path;
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr) path = map->l_name;
    dlclose(library);
    std::error_code error;
    const auto real = fs::canonical(path, error).string();
    if (error) return {"blas", false, "cannot tell which BLAS is in use", ""};
    const bool reference =
        real.find("openblas") == std::string::npos && real.find("mkl") == std::string::npos &&
        real.find("atlas") == std::string::npos && real.find("blis") == std::string::npos;
    return {"blas", !reference, real,
            reference ? "this looks like the reference BLAS, which is several times slower; "
                        "install another (Debian: apt install libopenblas0-pthread)"
                      : ""};
}

/// Commands, window and ranks talk over it; on a connection with keys it must know CURVE.
Check checkZeroMq() {
    void* library = dlopen("libzmq.so.5", RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr)
        return {"zeromq", false, "no libzmq.so.5", "install it (Debian: apt install libzmq5)"};
    using Version = void(int*, int*, int*);
    using Has = int(const char*);
    // POSIX: the result of dlsym may be converted to a function pointer.
    auto* version = reinterpret_cast<Version*>(dlsym(library, "zmq_version"));
    auto* has = reinterpret_cast<Has*>(dlsym(library, "zmq_has"));
    int major = 0, minor = 0, patch = 0;
    if (version != nullptr) version(&major, &minor, &patch);
    const bool curve = has != nullptr && has("curve") == 1;
    dlclose(library);
    const auto number =
        std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
    return {"zeromq", curve, number + (curve ? " with CURVE" : " without CURVE"),
            curve ? "" : "connections to other hosts need CURVE: install a libzmq that has it"};
}

/// What libtorch needs to train on GPUs; their sensors have checks of their own.
Check checkGpu() {
    for (const char* name : {"libcuda.so.1", "libamdhip64.so"}) {
        void* library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
        if (library == nullptr) continue;
        dlclose(library);
        return {"gpu", true, std::string(name) + " is there", ""};
    }
    return {"gpu", false, "no driver library of a GPU (libcuda.so.1, libamdhip64.so)",
            "training runs on CPUs; with a GPU, install its driver, or give it to the container"};
}

}  // namespace

std::vector<Check> checkHealth(const launch::Tools& tools) {
    return {checkMpi(tools), checkTrainer(tools), checkBlas(), checkZeroMq(), checkGpu()};
}

}  // namespace wattline::cli

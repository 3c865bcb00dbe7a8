// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/detect_sources.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "telemetry/analysis/ledger.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/power/stub_script.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

/// A host made of files and stubs: what is not put there is missing.
class DetectSourcesTest : public testing::Test {
protected:
    void SetUp() override {
        options.sysfs_root = folder.path() / "sys";
        options.proc_root = folder.path() / "proc";
        options.nvml_library = "/nowhere/libnvidia-ml.so.1";
        options.rocm_smi_library = "/nowhere/librocm_smi64.so";
        write("proc/stat", "cpu  1 0 0 1 0 0 0 0 0 0");
        unsetenv("CUDA_VISIBLE_DEVICES");
    }
    void write(const std::string& file, const std::string& text) {
        const auto path = folder.path() / file;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << text << "\n";
    }
    void addRapl() {
        const std::string zone = "sys/class/powercap/intel-rapl:0/";
        write(zone + "name", "package-0");
        write(zone + "energy_uj", "1");
        write(zone + "max_energy_range_uj", "262143328850");
    }
    void addPmCounters() {
        const std::string pm = "sys/cray/pm_counters/";
        write(pm + "freshness", "1");
        write(pm + "energy", "9 J 1 us");
        write(pm + "accel0_energy", "3 J 1 us");
    }
    std::vector<PowerDevice> devices() {
        std::vector<PowerDevice> all;
        found = detectSources(options);
        for (const auto& source : found.sources)
            for (const auto& device : source->devices())
                all.push_back(device);
        return all;
    }
    /// Scope of each device that the headline adds up.
    std::vector<std::string> added() {
        const auto all = devices();
        std::vector<const PowerDevice*> pointers;
        for (const auto& device : all)
            pointers.push_back(&device);
        std::vector<std::string> scopes;
        for (const auto i : headlineDevices(pointers))
            scopes.push_back(all[i].scope);
        return scopes;
    }
    test::TemporaryFolder folder;
    test::StubScript stub;
    DetectOptions options;
    DetectedSources found;
};

TEST_F(DetectSourcesTest, HostWithoutSensorsHasAnEstimateAndAReportForEachThatIsMissing) {
    const auto all = devices();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].method, EnergyMethod::Estimated);
    std::map<std::string, SensorAccess> access;
    for (const auto& report : found.reports) {
        access[report.sensor] = report.access;
        EXPECT_FALSE(report.detail.empty()) << report.sensor;
    }
    EXPECT_EQ(access.size(), 6u);
    EXPECT_EQ(access["NVML"], SensorAccess::Absent);
    EXPECT_EQ(access["estimate"], SensorAccess::Readable);
}

TEST_F(DetectSourcesTest, MeasuredCpusAreNotEstimatedToo) {
    addRapl();
    const auto all = devices();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].method, EnergyMethod::Counter);
}

TEST_F(DetectSourcesTest, CpusThatANodesOwnSensorMeasuresAreNotEstimatedToo) {
    addPmCounters();
    write("sys/cray/pm_counters/cpu_energy", "4 J 1 us");
    for (const auto& device : devices())
        EXPECT_NE(device.method, EnergyMethod::Estimated) << device.label;
}

TEST_F(DetectSourcesTest, ModuleIsNotAddedToTheCpuItContains) {
    stub.play("devices 1 NVIDIA GH200 480GB\n module 0 150");
    options.nvml_library = STUB_CURRENT;
    addRapl();
    EXPECT_THAT(added(), testing::ElementsAre("module"));
}

TEST_F(DetectSourcesTest, BoardAndPackageAreAdded) {
    stub.play("devices 2 NVIDIA H100");
    options.nvml_library = STUB_CURRENT;
    addRapl();
    EXPECT_THAT(added(), testing::ElementsAre("board", "board", "package"));
}

TEST_F(DetectSourcesTest, NodeIsCountedOnceAndItsPartsNotOnTop) {
    stub.play("devices 2 NVIDIA H100");
    options.nvml_library = STUB_CURRENT;
    addRapl();
    addPmCounters();
    EXPECT_THAT(added(), testing::ElementsAre("node"));
}

TEST_F(DetectSourcesTest, AcceleratorIsReadByOneSensorOnly) {
    const auto boards = [this] {
        const auto all = devices();
        return std::ranges::count(all, std::string(scope::kBoard), &PowerDevice::scope);
    };
    addPmCounters();
    EXPECT_EQ(boards(), 1) << "by pm_counters, where no library reads it";
    options.nvml_library = STUB_CURRENT;
    EXPECT_EQ(boards(), 1) << "by NVML, and not by pm_counters too";
    options.gpus = false;
    EXPECT_EQ(boards(), 0) << "idle GPUs are not a CPU run's";
}

TEST_F(DetectSourcesTest, EnvironmentNamesTheLibraries) {
    options.nvml_library.clear();
    options.rocm_smi_library.clear();
    setenv("WATTLINE_NVML_LIBRARY", STUB_CURRENT, 1);
    setenv("WATTLINE_ROCM_SMI_LIBRARY", STUB_ROCM, 1);
    stub.play("devices 1 Some board");
    stub.useRealTime();
    EXPECT_EQ(devices().size(), 3u) << "one of each, and the CPUs' estimate";
    unsetenv("WATTLINE_NVML_LIBRARY");
    unsetenv("WATTLINE_ROCM_SMI_LIBRARY");
}

TEST_F(DetectSourcesTest, FourRanksOfAHostGiveTheirDevicesTheSameIds) {
    stub.play("devices 2");
    options.nvml_library = STUB_CURRENT;
    addRapl();
    const auto first = devices();
    for (int rank = 1; rank < 4; ++rank) {
        const auto again = devices();
        ASSERT_EQ(again.size(), first.size());
        for (std::size_t i = 0; i < first.size(); ++i)
            EXPECT_EQ(again[i].id, first[i].id);
    }
}

}  // namespace
}  // namespace wattline

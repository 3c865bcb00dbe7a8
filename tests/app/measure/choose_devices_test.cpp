// SPDX-License-Identifier: Apache-2.0
#include "app/measure/choose_devices.h"

#include <gtest/gtest.h>

#include "tests/telemetry/power/board_sensor.h"

namespace wattline {
namespace {

PowerSources fourDevices() {
    PowerSources sources;
    sources.push_back(std::make_unique<test::BoardSensor>(
        std::vector<std::string>{"GPU-1", "GPU-10", "GPU-2"}, "boot"));
    sources.push_back(std::make_unique<test::BoardSensor>(
        std::vector<std::string>{"host:boot/package-0"}, "boot"));
    return sources;
}

std::vector<std::string> idsOf(const PowerSources& sources) {
    std::vector<std::string> ids;
    for (const auto& source : sources)
        for (const auto& device : source->devices())
            ids.push_back(device.id);
    return ids;
}

TEST(ChooseDevices, AllKindsAndIdsCanBeNamed) {
    EXPECT_EQ(idsOf(*chooseDevices(fourDevices(), "all")).size(), 4u);
    EXPECT_EQ(idsOf(*chooseDevices(fourDevices(), "GPU-2,host:")),
              (std::vector<std::string>{"GPU-2", "host:boot/package-0"}));
    EXPECT_EQ(idsOf(*chooseDevices(fourDevices(), "GPU-10")), (std::vector<std::string>{"GPU-10"}));
}

TEST(ChooseDevices, AChosenDeviceIsReadAsItself) {
    auto sources = fourDevices();
    const auto& sensor = dynamic_cast<const test::BoardSensor&>(*sources[0]);
    auto chosen = chooseDevices(std::move(sources), "GPU-2");
    ASSERT_TRUE(chosen);
    EXPECT_TRUE((*chosen)[0]->read(0, {}).power);
    EXPECT_EQ(sensor.reads(), 1);
    EXPECT_FALSE((*chosen)[0]->read(1, {}).power) << "there is no second one";
}

TEST(ChooseDevices, AWordThatNamesNoneIsRefusedWithWhatThereIs) {
    const auto refused = chooseDevices(fourDevices(), "GPU-1,tpu");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ExitCode::Usage);
    EXPECT_NE(refused.error().message.find("'tpu'"), std::string::npos);
    EXPECT_NE(refused.error().message.find("GPU-10"), std::string::npos);
    EXPECT_FALSE(chooseDevices({}, "gpu"));
    EXPECT_FALSE(chooseDevices(fourDevices(), ","));
}

}  // namespace
}  // namespace wattline

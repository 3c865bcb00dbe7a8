// SPDX-License-Identifier: Apache-2.0
#include "app/measure/choose_devices.h"

#include <algorithm>
#include <sstream>
#include <utility>

namespace wattline {
namespace {

/// Some devices of another source.
class ChosenSource final : public PowerSource {
public:
    ChosenSource(std::unique_ptr<PowerSource> source, std::vector<std::size_t> chosen)
        : m_source(std::move(source)), m_chosen(std::move(chosen)) {
        for (const auto index : m_chosen)
            m_devices.push_back(m_source->devices()[index]);
    }
    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override {
        return device < m_chosen.size() ? m_source->read(m_chosen[device], what) : PowerReading{};
    }
    [[nodiscard]] std::optional<Joules> counterRange(std::size_t device) const override {
        return device < m_chosen.size() ? m_source->counterRange(m_chosen[device]) : std::nullopt;
    }

private:
    std::unique_ptr<PowerSource> m_source;
    std::vector<std::size_t> m_chosen;
    std::vector<PowerDevice> m_devices;
};

std::vector<std::string> wordsOf(const std::string& text) {
    std::vector<std::string> words;
    std::istringstream in(text);
    for (std::string word; std::getline(in, word, ',');)
        if (!word.empty()) words.push_back(word);
    return words;
}

bool names(const std::string& word, const PowerDevice& device) {
    return word == device.kind || device.id.starts_with(word);
}

std::string listOf(const PowerSources& sources) {
    std::string list;
    for (const auto& source : sources)
        for (const auto& device : source->devices())
            list += (list.empty() ? "" : ", ") + device.id;
    return list.empty() ? "none at all" : list;
}

Result<void> checkWords(const std::vector<std::string>& words, const PowerSources& sources) {
    for (const auto& word : words) {
        const bool known = std::ranges::any_of(sources, [&](const auto& source) {
            return std::ranges::any_of(source->devices(),
                                       [&](const auto& device) { return names(word, device); });
        });
        if (!known)
            return fail(ExitCode::Usage, "--devices names '" + word +
                                             "', but this host's sensors know " + listOf(sources));
    }
    return {};
}

}  // namespace

Result<PowerSources> chooseDevices(PowerSources sources, const std::string& wanted) {
    if (wanted == "all") return sources;
    const auto words = wordsOf(wanted);
    if (words.empty())
        return fail(ExitCode::Usage, "--devices is empty; give all, gpu, cpu, or ids of devices");
    if (auto ok = checkWords(words, sources); !ok) return tl::unexpected(ok.error());
    PowerSources chosen;
    for (auto& source : sources) {
        std::vector<std::size_t> indices;
        for (std::size_t i = 0; i < source->devices().size(); ++i)
            if (std::ranges::any_of(
                    words, [&](const auto& word) { return names(word, source->devices()[i]); }))
                indices.push_back(i);
        if (!indices.empty())
            chosen.push_back(std::make_unique<ChosenSource>(std::move(source), std::move(indices)));
    }
    return chosen;
}

}  // namespace wattline

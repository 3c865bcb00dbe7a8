// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/datasets.h"

#include <algorithm>
#include <cctype>
#include <system_error>

namespace wattline::launch {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kImageFolderPrefix = "imagefolder:";

bool isJpegName(const fs::path& path) {
    auto extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension == ".jpg" || extension == ".jpeg";
}

Result<std::vector<fs::path>> sortedEntries(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        entries.push_back(it->path());
    if (error)
        return fail(ExitCode::Usage, "cannot read the image folder " + folder.string() + " (" +
                                         error.message() + "); check the path given with --data");
    std::ranges::sort(entries);
    return entries;
}

Result<std::vector<ImageClass>> listClasses(const fs::path& root) {
    auto folders = sortedEntries(root);
    if (!folders) return tl::unexpected(folders.error());
    std::vector<ImageClass> classes;
    for (const auto& folder : *folders) {
        std::error_code ignored;
        if (!fs::is_directory(folder, ignored)) continue;
        auto entries = sortedEntries(folder);
        if (!entries) return tl::unexpected(entries.error());
        ImageClass one{folder.filename().string(), {}};
        for (auto& entry : *entries)
            if (isJpegName(entry)) one.images.push_back(std::move(entry));
        if (!one.images.empty()) classes.push_back(std::move(one));
    }
    if (classes.empty())
        return fail(ExitCode::Usage, "there is no JPEG image in " + root.string() +
                                         "; it must hold one folder of .jpg files per class");
    return classes;
}

/// Splits classes in place: every tenth image moves over.
std::vector<ImageClass> holdOut(std::vector<ImageClass>& training) {
    std::vector<ImageClass> validation;
    for (auto& one : training) {
        ImageClass kept{one.name, {}};
        ImageClass held{one.name, {}};
        for (std::size_t i = 0; i < one.images.size(); ++i)
            (isHeldOut(i) ? held : kept).images.push_back(std::move(one.images[i]));
        one = std::move(kept);
        validation.push_back(std::move(held));
    }
    return validation;
}

/// Brings `found` into the order of `training`; refuses a class that training does not know.
Result<std::vector<ImageClass>> aligned(std::vector<ImageClass> found,
                                        const std::vector<ImageClass>& training,
                                        const fs::path& root) {
    std::vector<ImageClass> validation;
    for (const auto& one : training)
        validation.push_back({one.name, {}});
    for (auto& one : found) {
        const auto it = std::ranges::find(validation, one.name, &ImageClass::name);
        if (it == validation.end())
            return fail(ExitCode::Usage, "class '" + one.name + "' of " + root.string() +
                                             " has no training images; move it away or add some");
        it->images = std::move(one.images);
    }
    return validation;
}

}  // namespace

fs::path imageFolderPath(const RunSpec& spec) {
    if (!spec.dataset.starts_with(kImageFolderPrefix)) return {};
    return spec.dataset.substr(kImageFolderPrefix.size());
}

Result<ImageFolder> listImageFolder(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error))
        return fail(ExitCode::Usage, "there is no image folder " + path.string() +
                                         "; give an existing one with --data imagefolder:PATH");
    const bool split = fs::is_directory(path / "train", error);
    const auto training_root = split ? path / "train" : path;
    auto training = listClasses(training_root);
    if (!training) return tl::unexpected(training.error());
    ImageFolder folder;
    folder.training = std::move(*training);
    if (!split || !fs::is_directory(path / "val", error)) {
        folder.validation = holdOut(folder.training);
        return folder;
    }
    auto found = listClasses(path / "val");
    if (!found) return tl::unexpected(found.error());
    auto validation = aligned(std::move(*found), folder.training, path / "val");
    if (!validation) return tl::unexpected(validation.error());
    folder.validation = std::move(*validation);
    return folder;
}

}  // namespace wattline::launch

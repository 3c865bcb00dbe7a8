// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/image_folder.h"

#include <algorithm>
#include <cctype>

namespace wattline::trainer {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kValidationPeriod = 10;

bool isJpegName(const fs::path& path) {
    auto extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return extension == ".jpg" || extension == ".jpeg";
}

/// The sorted entries of a folder for which `wanted` holds.
template <typename Predicate>
Result<std::vector<fs::path>> entries(const fs::path& folder, Predicate wanted) {
    std::vector<fs::path> result;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;  // an entry that cannot be looked at is not wanted
        if (!it->path().filename().string().starts_with('.') && wanted(*it, ignored))
            result.push_back(it->path());
    }
    if (error)
        return fail(ExitCode::NotFound, "cannot read the image folder " + folder.string() + " (" +
                                            error.message() + "); check the path");
    std::ranges::sort(result);
    return result;
}

struct Listing {
    std::vector<std::string> classes;
    std::vector<ImageFile> files;
};

Result<Listing> listClasses(const fs::path& root) {
    const auto folders = entries(
        root, [](const fs::directory_entry& e, std::error_code& error) { return e.is_directory(error); });
    if (!folders) return tl::unexpected(folders.error());
    Listing listing;
    for (const auto& folder : *folders) {
        const auto files = entries(folder, [](const fs::directory_entry& e, std::error_code& error) {
            return isJpegName(e.path()) && e.is_regular_file(error);
        });
        if (!files) return tl::unexpected(files.error());
        const auto label = static_cast<std::int64_t>(listing.classes.size());
        for (const auto& file : *files)
            listing.files.push_back({file, label});
        listing.classes.push_back(folder.filename().string());
    }
    if (listing.files.empty())
        return fail(ExitCode::NotFound, "the image folder " + root.string() +
                                            " holds no .jpg or .jpeg files in class folders; give "
                                            "a folder with one sub-folder per class");
    return listing;
}

Result<ImageFolder> withOwnValidation(const fs::path& path) {
    auto training = listClasses(path / "train");
    if (!training) return tl::unexpected(training.error());
    auto validation = listClasses(path / "val");
    if (!validation) return tl::unexpected(validation.error());
    if (training->classes != validation->classes)
        return fail(ExitCode::Usage, "the class folders of " + (path / "train").string() + " and " +
                                         (path / "val").string() +
                                         " differ; give both the same sub-folders");
    return ImageFolder{std::move(training->classes), std::move(training->files),
                       std::move(validation->files)};
}

}  // namespace

Result<ImageFolder> listImageFolder(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error))
        return fail(ExitCode::NotFound,
                    "there is no image folder " + path.string() + "; check the path");
    const bool has_train = fs::is_directory(path / "train", error);
    if (has_train && fs::is_directory(path / "val", error)) return withOwnValidation(path);

    auto listing = listClasses(has_train ? path / "train" : path);
    if (!listing) return tl::unexpected(listing.error());
    ImageFolder folder;
    folder.classes = std::move(listing->classes);
    for (std::size_t i = 0; i < listing->files.size(); ++i)
        (i % kValidationPeriod == 0 ? folder.validation : folder.training)
            .push_back(std::move(listing->files[i]));
    if (folder.training.empty())
        return fail(ExitCode::Usage, "the image folder " + path.string() +
                                         " holds a single image; give at least two");
    return folder;
}

}  // namespace wattline::trainer

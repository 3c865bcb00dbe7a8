// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/image_folder_dataset.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "trainer/data/counter_rng.h"
#include "trainer/data/image.h"
#include "trainer/data/jpeg.h"
#include "trainer/launch/datasets.h"

namespace wattline::trainer {
namespace {

constexpr double kLowestScale = 0.5, kLowestRatio = 3.0 / 4.0, kHighestRatio = 4.0 / 3.0;
constexpr double kCentreShare = 224.0 / 256.0;

Crop centreSquare(ImageSize size) {
    const double side = kCentreShare * std::min(size.width, size.height);
    return {(size.width - side) / 2, (size.height - side) / 2, side, side};
}

/// torchvision's RandomResizedCrop: ten attempts at an area and a ratio that fit, then the centre.
Crop randomCrop(ImageSize size, CounterRng& rng) {
    const double area = static_cast<double>(size.width) * size.height;
    for (int attempt = 0; attempt < 10; ++attempt) {
        const double target = area * rng.uniform(kLowestScale, 1.0);
        const double ratio = std::exp(rng.uniform(std::log(kLowestRatio), std::log(kHighestRatio)));
        const double width = std::round(std::sqrt(target * ratio));
        const double height = std::round(std::sqrt(target / ratio));
        if (width < 1 || height < 1 || width > size.width || height > size.height) continue;
        const double x = std::floor(rng.uniform(0.0, size.width - width + 1));
        const double y = std::floor(rng.uniform(0.0, size.height - height + 1));
        return {x, y, width, height};
    }
    return centreSquare(size);
}

struct ImageFile {
    std::filesystem::path path;
    std::int64_t label = 0;
};

/// The label of an image is its class's place among the training classes.
std::vector<ImageFile> labelled(std::vector<launch::ImageClass> classes) {
    std::vector<ImageFile> files;
    for (std::size_t label = 0; label < classes.size(); ++label)
        for (auto& path : classes[label].images)
            files.push_back({std::move(path), static_cast<std::int64_t>(label)});
    return files;
}

class ImageFolderDataset final : public Dataset {
public:
    ImageFolderDataset(std::vector<ImageFile> files, std::int64_t classes, int side, bool augment)
        : m_files(std::move(files)), m_classes(classes), m_side(side), m_augment(augment) {}

    std::int64_t size() const override { return static_cast<std::int64_t>(m_files.size()); }
    std::int64_t classes() const override { return m_classes; }
    int side() const override { return m_side; }

    Result<std::int64_t> read(std::int64_t index, AugmentationKey key,
                              std::span<float> pixels) const override {
        const auto& file = m_files[static_cast<std::size_t>(index)];
        CounterRng rng(key.seed, stream::kAugmentation, key.epoch,
                       static_cast<std::uint64_t>(index));
        Crop crop;
        bool flip = false;
        const auto needed = [&](ImageSize size) {
            crop = m_augment ? randomCrop(size, rng) : centreSquare(size);
            flip = m_augment && rng.uniform() < 0.5;
            return m_side / std::min(crop.width, crop.height);
        };
        const auto jpeg = decodeJpegFile(file.path, needed);
        if (!jpeg) return tl::unexpected(jpeg.error());
        const double shrink_x = static_cast<double>(jpeg->image.width) / jpeg->full.width;
        const double shrink_y = static_cast<double>(jpeg->image.height) / jpeg->full.height;
        const Crop scaled{crop.x * shrink_x, crop.y * shrink_y, crop.width * shrink_x,
                          crop.height * shrink_y};
        resample(jpeg->image, scaled, flip, m_side, Normalisation{}, pixels);
        return file.label;
    }

private:
    std::vector<ImageFile> m_files;
    std::int64_t m_classes;
    int m_side;
    bool m_augment;
};

}  // namespace

Result<Datasets> openImageFolder(const std::filesystem::path& path,
                                 const ImageFolderOptions& options) {
    auto folder = launch::listImageFolder(path);
    if (!folder) return tl::unexpected(folder.error());
    const auto classes = static_cast<std::int64_t>(folder->training.size());
    return Datasets{std::make_unique<ImageFolderDataset>(labelled(std::move(folder->training)),
                                                         classes, options.side, options.augment),
                    std::make_unique<ImageFolderDataset>(labelled(std::move(folder->validation)),
                                                         classes, options.side, false)};
}

}  // namespace wattline::trainer

// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/open_datasets.h"

#include "trainer/data/digits_dataset.h"
#include "trainer/data/image_folder_dataset.h"
#include "trainer/data/synthetic_dataset.h"
#include "trainer/launch/datasets.h"

namespace wattline::trainer {
namespace {

Result<Datasets> open(const RunSpec& spec) {
    if (spec.dataset == "digits") return openDigits(spec.image_size);
    if (spec.dataset == "synthetic") return openSynthetic(spec.image_size, spec.classes);
    if (const auto path = launch::imageFolderPath(spec); !path.empty())
        return openImageFolder(path, {.side = spec.image_size, .augment = spec.recipe == "study"});
    return fail(ExitCode::Usage, "there is no dataset '" + spec.dataset +
                                     "'; choose digits, synthetic or imagefolder:PATH");
}

}  // namespace

Result<Datasets> openDatasets(const RunSpec& spec) {
    auto datasets = open(spec);
    if (!datasets) return datasets;
    const auto samples = datasets->training->size();
    if (samples < spec.gbs)
        return fail(ExitCode::Usage, spec.dataset + " has " + std::to_string(samples) +
                                         " training images, fewer than one global batch of " +
                                         std::to_string(spec.gbs) + "; lower --gbs or --lbs");
    return datasets;
}

}  // namespace wattline::trainer

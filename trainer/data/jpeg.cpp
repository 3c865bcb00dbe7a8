// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/jpeg.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <turbojpeg.h>

#include "telemetry/core/workspace.h"

namespace wattline::trainer {
namespace {

constexpr int kMaxSide = 32768;
constexpr std::size_t kMaxPixels = std::size_t{1} << 28;

struct DestroyDecoder {
    void operator()(void* handle) const noexcept { tjDestroy(handle); }
};

tjhandle decoder() {
    thread_local const std::unique_ptr<void, DestroyDecoder> handle(tjInitDecompress());
    return handle.get();
}

std::string reason() {
    return tjGetErrorStr2(decoder());
}

tjscalingfactor smallestScale(double needed) {
    constexpr std::array<tjscalingfactor, 3> kFast{{{1, 8}, {1, 4}, {1, 2}}};
    for (const auto scale : kFast)
        if (static_cast<double>(scale.num) / scale.denom >= needed) return scale;
    return {1, 1};
}

/// Harmless oddities are warnings too; missing data is not harmless, it comes out grey.
bool decoded(int status) {
    if (status == 0) return true;
    return tjGetErrorCode(decoder()) == TJERR_WARNING &&
           reason().find("Premature end") == std::string::npos &&
           reason().find("Corrupt JPEG data") == std::string::npos;
}

/// Adobe writes inverted inks, so that ink x black is the colour.
void cmykToRgb(std::span<const std::uint8_t> cmyk, std::vector<std::uint8_t>& rgb) {
    for (std::size_t i = 0; i < rgb.size(); ++i) {
        const auto pixel = cmyk.subspan(i / 3 * 4, 4);
        rgb[i] = static_cast<std::uint8_t>(pixel[i % 3] * pixel[3] / 255);
    }
}

}  // namespace

Result<DecodedJpeg> decodeJpeg(std::span<const std::byte> bytes,
                               const std::function<double(ImageSize)>& needed) {
    if (decoder() == nullptr) return fail(ExitCode::Environment, "libturbojpeg has no memory left");
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    DecodedJpeg result;
    int subsampling = 0, colours = 0;
    if (tjDecompressHeader3(decoder(), data, bytes.size(), &result.full.width, &result.full.height,
                            &subsampling, &colours) != 0)
        return fail(ExitCode::Usage, reason());
    const auto [width, height] = result.full;
    if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide ||
        static_cast<std::size_t>(width) * static_cast<std::size_t>(height) > kMaxPixels)
        return fail(ExitCode::Usage, "its size is " + std::to_string(width) + " x " +
                                         std::to_string(height) + " pixels");

    const auto scale = smallestScale(needed(result.full));
    auto& image = result.image;
    image.width = TJSCALED(width, scale);
    image.height = TJSCALED(height, scale);
    const auto pixels =
        static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
    image.rgb.resize(pixels * 3);
    const bool inks = colours == TJCS_CMYK || colours == TJCS_YCCK;
    std::vector<std::uint8_t> cmyk(inks ? pixels * 4 : 0);
    const int status =
        tjDecompress2(decoder(), data, bytes.size(), inks ? cmyk.data() : image.rgb.data(),
                      image.width, 0, image.height, inks ? TJPF_CMYK : TJPF_RGB, 0);
    if (!decoded(status)) return fail(ExitCode::Usage, reason());
    if (inks) cmykToRgb(cmyk, image.rgb);
    return result;
}

Result<DecodedJpeg> decodeJpegFile(const std::filesystem::path& path,
                                   const std::function<double(ImageSize)>& needed) {
    const auto bytes = readFile(path);
    if (!bytes) return tl::unexpected(bytes.error());
    auto image = decodeJpeg(std::as_bytes(std::span(*bytes)), needed);
    if (!image)
        return fail(image.error().code,
                    "cannot decode " + path.string() + " (" + image.error().message + ")");
    return image;
}

}  // namespace wattline::trainer

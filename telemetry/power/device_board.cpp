// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/device_board.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <sys/stat.h>
#include <type_traits>
#include <unistd.h>

namespace wattline {

/// One reading on the board.
struct DeviceBoard::Slot {
    std::uint64_t sequence = 0;  ///< from 1; 0: never written
    PowerRecord record;
    std::uint64_t check = 0;  ///< over all before
};

namespace {

constexpr std::uint64_t kSlots = 256;  ///< 25 s at the default period
constexpr off_t kAskedAt = 0, kSlotsAt = 4096;

// Locks are on bytes that need not exist: the reader's far beyond the file, then one a run.
constexpr std::int64_t kReaderByte = std::int64_t{1} << 40;
constexpr std::int64_t kRunBytes = std::int64_t{1} << 41;
constexpr std::int64_t kRunBytesEnd = std::int64_t{1} << 61;

/// A follower with a shorter period than the reader's leaves this.
struct Asked {
    std::int64_t period_ns = 0, at_ns = 0;
};
constexpr std::int64_t kAskedHoldsNs = 3'000'000'000;
constexpr std::int64_t kShortestNs = 1'000'000, kLongestNs = 60'000'000'000;

/// FNV-1a: the data is our own user's; this finds torn slots, not forged ones.
std::uint64_t fnv(std::span<const std::byte> bytes) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const auto b : bytes)
        hash = (hash ^ std::to_integer<std::uint64_t>(b)) * 0x100000001b3ULL;
    return hash;
}

std::uint64_t fnv(std::string_view text) noexcept {
    return fnv(std::as_bytes(std::span(text)));
}

std::string hex(std::uint64_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text(16, '0');
    for (auto it = text.rbegin(); it != text.rend(); ++it, value >>= 4)
        *it = kDigits[value & 15];
    return text;
}

struct flock byteRange(short type, std::int64_t from, std::int64_t bytes) noexcept {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = from;
    lock.l_len = bytes;
    return lock;
}

}  // namespace

Result<std::unique_ptr<DeviceBoard>> DeviceBoard::open(const std::filesystem::path& folder,
                                                       std::string_view boot_id,
                                                       std::string_view device_id) {
    static_assert(std::is_trivially_copyable_v<Slot> &&
                  sizeof(Slot) == sizeof(PowerRecord) + 2 * sizeof(std::uint64_t));
    // Another layout of a slot is another file, so two versions of this program never misread.
    const auto key = std::string(boot_id) + " " + std::string(device_id);
    const auto path =
        folder / ("power-" + hex(fnv(key)) + "-v1-" + std::to_string(sizeof(Slot)) + ".board");
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(ExitCode::Environment,
                    "cannot open " + path.string() + " (" + std::strerror(errno) +
                        "); power is not sampled on this host until that is mended");
    return std::unique_ptr<DeviceBoard>(new DeviceBoard(fd, path));
}

DeviceBoard::~DeviceBoard() {
    close(m_fd);
}

bool DeviceBoard::lockByte(std::int64_t offset) const {
    auto lock = byteRange(F_WRLCK, offset, 1);
    return fcntl(m_fd, F_OFD_SETLK, &lock) == 0;
}

bool DeviceBoard::claimRun(const RunId& run) {
    if (m_run == run) return true;
    const auto span = static_cast<std::uint64_t>(kRunBytesEnd - kRunBytes);
    if (!lockByte(kRunBytes + static_cast<std::int64_t>(fnv(run) % span))) return false;
    m_run = run;
    return true;
}

bool DeviceBoard::claimReader() {
    if (m_reader) return true;
    if (!lockByte(kReaderByte)) return false;
    m_reader = true;
    m_next = newestSequence() + 1;
    m_positioned = true;
    return true;
}

/// The kernel names any one lock of those in a range, so each found one splits it in two.
int DeviceBoard::locksOfOthers(std::int64_t from, std::int64_t to) const {
    if (from >= to) return 0;
    auto lock = byteRange(F_WRLCK, from, to - from);
    if (fcntl(m_fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
    return 1 + locksOfOthers(from, lock.l_start) + locksOfOthers(lock.l_start + lock.l_len, to);
}

int DeviceBoard::otherRuns() const {
    return locksOfOthers(kRunBytes, kRunBytesEnd);
}

bool DeviceBoard::isCurrent() const {
    struct stat ours {
    }, named{};
    return fstat(m_fd, &ours) == 0 && stat(m_path.c_str(), &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

std::optional<DeviceBoard::Slot> DeviceBoard::slot(std::uint64_t index) const {
    Slot slot;
    const auto at = kSlotsAt + static_cast<off_t>(index % kSlots * sizeof(Slot));
    if (pread(m_fd, &slot, sizeof slot, at) != static_cast<ssize_t>(sizeof slot))
        return std::nullopt;
    const auto bytes = std::as_bytes(std::span(&slot, 1)).first(offsetof(Slot, check));
    if (slot.sequence == 0 || slot.check != fnv(bytes)) return std::nullopt;
    return slot;
}

std::uint64_t DeviceBoard::newestSequence() const {
    std::uint64_t newest = 0;
    for (std::uint64_t i = 0; i < kSlots; ++i)
        if (const auto found = slot(i)) newest = std::max(newest, found->sequence);
    return newest;
}

void DeviceBoard::publish(const PowerRecord& record) {
    Slot slot;
    slot.sequence = m_next++;
    slot.record = record;
    slot.check = fnv(std::as_bytes(std::span(&slot, 1)).first(offsetof(Slot, check)));
    const auto at = kSlotsAt + static_cast<off_t>(slot.sequence % kSlots * sizeof slot);
    // A board that cannot be written (memory is full) shows nothing new; followers then read the
    // sensor themselves.
    (void)!pwrite(m_fd, &slot, sizeof slot, at);
}

std::vector<PowerRecord> DeviceBoard::takeNew() {
    std::vector<PowerRecord> records;
    if (!m_positioned) {
        m_next = newestSequence() + 1;
        m_positioned = true;
        return records;
    }
    for (std::uint64_t looked = 0; looked <= kSlots; ++looked) {
        const auto found = slot(m_next);
        if (!found || found->sequence < m_next) break;
        if (found->sequence > m_next) {  // went round since: the oldest that is still there
            m_next = newestSequence() - kSlots + 1;
            continue;
        }
        records.push_back(found->record);
        ++m_next;
    }
    return records;
}

std::optional<PowerRecord> DeviceBoard::lastCounter() const {
    std::optional<PowerRecord> last;
    for (std::uint64_t i = 0; i < kSlots; ++i) {
        const auto found = slot(i);
        if (!found || !std::isfinite(found->record.counter_j)) continue;
        if (!last || found->record.at_ns > last->at_ns) last = found->record;
    }
    return last;
}

void DeviceBoard::askFor(std::int64_t period_ns, std::int64_t now_ns) {
    const auto asked = askedFor(now_ns);
    if (asked && *asked < period_ns) return;
    const Asked mine{period_ns, now_ns};
    (void)!pwrite(m_fd, &mine, sizeof mine, kAskedAt);
}

std::optional<std::int64_t> DeviceBoard::askedFor(std::int64_t now_ns) const {
    Asked asked;
    if (pread(m_fd, &asked, sizeof asked, kAskedAt) != static_cast<ssize_t>(sizeof asked))
        return std::nullopt;
    const bool holds = now_ns - asked.at_ns >= 0 && now_ns - asked.at_ns < kAskedHoldsNs;
    if (!holds || asked.period_ns < kShortestNs || asked.period_ns > kLongestNs)
        return std::nullopt;
    return asked.period_ns;
}

}  // namespace wattline

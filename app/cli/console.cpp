// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console.h"

#include <cerrno>
#include <cstring>
#include <sys/ioctl.h>
#include <unistd.h>

namespace wattline::cli {
namespace {

constexpr std::size_t kFlushBytes = 1 << 16;

bool isContinuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Writes all of `text`; 0 or an errno value.
int writeAll(int fd, std::string_view text) noexcept {
    while (!text.empty()) {
        const auto n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

}  // namespace

Console::Console(int fd) : m_fd(fd), m_terminal(isatty(fd) == 1) {}

void Console::write(std::string_view text) {
    if (m_reader_gone || m_error) return;
    m_pending += text;
    if (m_pending.size() >= kFlushBytes) (void)flush();
}

Result<void> Console::flush() {
    if (!m_reader_gone && !m_error && !m_pending.empty()) {
        const int failure = writeAll(m_fd, m_pending);
        if (failure == EPIPE)
            m_reader_gone = true;
        else if (failure != 0)
            m_error =
                Error{std::string("cannot write to standard output (") + std::strerror(failure) +
                          "); free some space or redirect it elsewhere",
                      ExitCode::Environment};
    }
    m_pending.clear();
    if (m_error) return tl::unexpected(*m_error);
    return {};
}

int Console::columns() const noexcept {
    constexpr int kPiped = 100;
    winsize size{};
    if (!m_terminal || ioctl(m_fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kPiped;
    return size.ws_col;
}

void Console::redraw(const std::vector<std::string>& lines) {
    if (m_drawn_lines > 0) write("\x1b[" + std::to_string(m_drawn_lines) + "A\r\x1b[J");
    const auto width = static_cast<std::size_t>(columns());
    for (const auto& line : lines) {
        write(cut(line, width));
        write("\n");
    }
    m_drawn_lines = lines.size();
}

void printError(const Error& error) {
    (void)writeAll(STDERR_FILENO, "wattline: " + printable(error.message) + "\n");
}

std::size_t shownWidth(std::string_view utf8) noexcept {
    std::size_t width = 0;
    for (const char c : utf8)
        width += isContinuation(c) ? 0 : 1;
    return width;
}

std::string_view cut(std::string_view utf8, std::size_t columns) noexcept {
    std::size_t width = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        if (isContinuation(utf8[i])) continue;
        if (width == columns) return utf8.substr(0, i);
        ++width;
    }
    return utf8;
}

std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) c = c == '\n' ? ' ' : '?';
    return out;
}

}  // namespace wattline::cli

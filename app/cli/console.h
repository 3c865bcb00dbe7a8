// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline::cli {

/// Standard output, written by write(2) and checked. A reader that left (EPIPE) is not an error:
/// nobody wants more; what follows is dropped. Any other failure is kept and returned by flush().
/// Threads: one owner.
class Console {
public:
    explicit Console(int fd);

    void write(std::string_view text);
    [[nodiscard]] Result<void> flush();
    [[nodiscard]] bool readerGone() const noexcept { return m_reader_gone; }
    [[nodiscard]] bool isTerminal() const noexcept { return m_terminal; }
    [[nodiscard]] int columns() const noexcept;  ///< of the terminal, now; 100 when piped

    /// Shows `lines` in place of what the last redraw() showed, cut to the terminal's width; for
    /// terminals only. The block ends with keepDrawn(): what comes next is written below it.
    void redraw(const std::vector<std::string>& lines);
    void keepDrawn() noexcept { m_drawn_lines = 0; }

private:
    int m_fd;
    bool m_terminal;
    bool m_reader_gone = false;
    std::size_t m_drawn_lines = 0;
    std::string m_pending;
    std::optional<Error> m_error;
};

/// `wattline: <sentence>` on standard error: one line, whatever the message holds.
void printError(const Error& error);

/// Characters that a terminal shows for UTF-8 text, one column each.
[[nodiscard]] std::size_t shownWidth(std::string_view utf8) noexcept;
/// The longest start of `utf8` that is at most `columns` wide.
[[nodiscard]] std::string_view cut(std::string_view utf8, std::size_t columns) noexcept;
/// Control characters (a name may hold escape sequences) as '?', so that text from a file or a
/// peer cannot steer a terminal.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace wattline::cli

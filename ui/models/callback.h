// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QMetaObject>
#include <QPointer>
#include <utility>

namespace wattline::ui {

/// Wraps `handler(answer)` for a callback that comes on the feed's thread: it runs on the window's
/// thread instead, later, and not at all when `owner` is gone by then. `owner` and the application
/// live on the window's thread; the feed must have stopped before the application ends.
template <typename Answer, typename Owner, typename Handler>
[[nodiscard]] auto onOwnThread(Owner* owner, Handler handler) {
    return [guard = QPointer<Owner>(owner), handler = std::move(handler)](Answer answer) {
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [guard, handler, answer = std::move(answer)]() mutable {
                if (guard) handler(std::move(answer));
            },
            Qt::QueuedConnection);
    };
}

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <optional>

#include "telemetry/core/feed.h"

namespace wattline::ui {

/// The launch form's state: the specification as asked for, and what follows from it. Every change
/// asks the hub for a preview, a moment after the last key; only the answer to the newest question
/// counts.
/// Threads: the window's.
class LaunchModel : public QObject {
    Q_OBJECT
public:
    explicit LaunchModel(Control& control, QObject* parent = nullptr);

    /// The demo's settings: resnet18 on digits, which every machine can run in minutes.
    [[nodiscard]] static RunSpec demoSpec();

    void setSpec(const RunSpec& spec);
    [[nodiscard]] const RunSpec& spec() const noexcept { return m_spec; }

    /// What follows from spec(); empty while it is asked for or when it is refused.
    [[nodiscard]] const std::optional<LaunchPreview>& preview() const noexcept { return m_preview; }
    [[nodiscard]] const std::string& error() const noexcept { return m_error; }
    [[nodiscard]] bool isLaunching() const noexcept { return m_launching; }
    [[nodiscard]] bool canLaunch() const noexcept { return m_preview && !m_launching; }

    /// Asks at once; for a page that is shown for the first time.
    void requestPreview();
    void launch();

Q_SIGNALS:
    void changed();
    void launched(const QString& run_id);

private:
    void receivePreview(std::uint64_t question, Result<LaunchPreview> answer);
    void receiveLaunch(const Result<RunId>& answer);

    Control& m_control;
    RunSpec m_spec = demoSpec();
    std::optional<LaunchPreview> m_preview;
    std::string m_error;
    std::uint64_t m_question = 0;
    bool m_launching = false;
    QTimer m_debounce;
};

/// The command line that does the same, for the person who wants it in a script.
[[nodiscard]] QString commandLine(const RunSpec& spec);

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/models/launch_model.h"

class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace wattline::ui {

class LaunchForm;

/// One configuration, what follows from it, and the exact script, before anything starts.
/// Threads: the window's.
class LaunchPage : public QWidget {
    Q_OBJECT
public:
    explicit LaunchPage(LaunchModel& model, QWidget* parent = nullptr);

    /// Fills the form with the demo's settings.
    void setUpDemo();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildFollows();
    QWidget* buildScript();
    QLabel* addFact(QFormLayout& form, const QString& object_name, const QString& label);
    void refresh();

    LaunchModel& m_model;
    LaunchForm* m_form;
    QPushButton* m_launch;
    QLabel *m_error, *m_warnings = nullptr, *m_command = nullptr;
    QLabel *m_gbs = nullptr, *m_accumulation = nullptr, *m_rate = nullptr, *m_steps = nullptr,
           *m_total = nullptr;
    QPlainTextEdit* m_script = nullptr;
};

}  // namespace wattline::ui

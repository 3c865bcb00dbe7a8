// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "telemetry/core/run_spec.h"

class QComboBox;
class QFormLayout;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace wattline::ui {

/// The fields of one parallel configuration. Threads: the window's.
class LaunchForm : public QFrame {
    Q_OBJECT
public:
    explicit LaunchForm(QWidget* parent = nullptr);

    [[nodiscard]] RunSpec spec() const;
    void setSpec(const RunSpec& spec);

Q_SIGNALS:
    void changed();

private:
    void build();
    void addBatchRows(QFormLayout& form);
    void addLengthRows(QFormLayout& form);
    QSpinBox* spin(const QString& object_name, const QString& accessible, int low, int high,
                   const QString& at_zero = {});
    QComboBox* combo(const QString& object_name, const QString& accessible,
                     const QStringList& choices);
    void chooseFolder();
    void showFolderRow();

    QComboBox *m_model = nullptr, *m_data = nullptr, *m_recipe = nullptr;
    QLineEdit *m_folder = nullptr, *m_name = nullptr;
    QPushButton* m_choose = nullptr;
    QSpinBox *m_ranks = nullptr, *m_lbs = nullptr, *m_gbs = nullptr, *m_epochs = nullptr,
             *m_steps = nullptr, *m_seed = nullptr, *m_threads = nullptr;
};

}  // namespace wattline::ui

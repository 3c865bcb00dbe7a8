// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <variant>
#include <vector>

#include "ui/models/exporter.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace wattline::ui {

/// Something that can be written to a file.
struct ExportSubject {
    QString name;
    std::variant<PlotDescription, Comparison> what;
};

/// Chooses what, as what, and where to; writes on a worker and says what became of it.
/// Threads: the window's; `exporter` must live until the thread pool has ended.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    /// `runs` says whose data it is, in the title and in the file names proposed.
    ExportDialog(const Exporter& exporter, std::vector<ExportSubject> subjects, QString runs,
                 bool dark, QWidget* parent = nullptr);

    [[nodiscard]] QString file() const;

Q_SIGNALS:
    void saved(const QString& file);

private:
    void build();
    void refreshFormats();
    void refreshFile();
    void refreshHint();
    void choose();
    void save();
    void finish(const QString& file, const Result<void>& answer);
    [[nodiscard]] const ExportSubject& subject() const;
    [[nodiscard]] QString ending() const;
    [[nodiscard]] QString fileSubject() const;

    const Exporter& m_exporter;
    std::vector<ExportSubject> m_subjects;
    QString m_runs;
    bool m_dark;
    QComboBox *m_what, *m_format;
    QLineEdit* m_file;
    QLabel* m_message;
    QPushButton* m_save;
};

}  // namespace wattline::ui

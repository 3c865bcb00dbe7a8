// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/export_dialog.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QThreadPool>
#include <QVBoxLayout>

#include "ui/models/callback.h"
#include "ui/models/text.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

struct Format {
    QString name, ending;
};

const std::vector<Format>& formatsOf(const ExportSubject& subject) {
    static const std::vector<Format> kPlot{{u"SVG, vector image"_s, u"svg"_s},
                                           {u"PDF, vector image"_s, u"pdf"_s},
                                           {u"PNG, image"_s, u"png"_s},
                                           {u"CSV, the data behind it"_s, u"csv"_s}};
    static const std::vector<Format> kComparison{
        {u"CSV"_s, u"csv"_s}, {u"JSON"_s, u"json"_s}, {u"Markdown table"_s, u"md"_s}};
    return std::holds_alternative<PlotDescription>(subject.what) ? kPlot : kComparison;
}

QString fileStem(const QString& name) {
    QString stem = u"wattline"_s;
    bool gap = true;
    for (const QChar c : name.toLower()) {
        const bool plain = c.unicode() < 128 && c.isLetterOrNumber();
        if (plain && gap) stem += u'-';
        if (plain) stem += c;
        gap = !plain;
    }
    return stem;
}

Result<void> write(const Exporter& exporter, const ExportSubject& subject, bool dark,
                   const std::filesystem::path& file) {
    if (const auto* plot = std::get_if<PlotDescription>(&subject.what))
        return exporter.savePlot(*plot, dark, file);
    return exporter.saveComparison(std::get<Comparison>(subject.what), file);
}

}  // namespace

ExportDialog::ExportDialog(const Exporter& exporter, std::vector<ExportSubject> subjects,
                           QString runs, bool dark, QWidget* parent)
    : QDialog(parent), m_exporter(exporter), m_subjects(std::move(subjects)),
      m_runs(std::move(runs)), m_dark(dark), m_what(new QComboBox(this)),
      m_format(new QComboBox(this)), m_file(new QLineEdit(this)), m_message(new QLabel(this)),
      m_save(new QPushButton(u"Export"_s, this)) {
    setObjectName(u"exportDialog"_s);
    setWindowTitle(m_runs.isEmpty() ? u"Export – Wattline"_s
                                    : u"Export %1 – Wattline"_s.arg(m_runs));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(560);
    for (const auto& s : m_subjects)
        m_what->addItem(s.name);
    build();
    refreshFormats();
}

void ExportDialog::build() {
    m_what->setObjectName(u"exportWhat"_s);
    m_what->setAccessibleName(u"What to export"_s);
    m_format->setObjectName(u"exportFormat"_s);
    m_format->setAccessibleName(u"Format"_s);
    m_file->setObjectName(u"exportFile"_s);
    m_file->setAccessibleName(u"File"_s);
    m_save->setObjectName(u"exportSaveButton"_s);
    m_save->setAccessibleName(u"Export"_s);
    m_save->setDefault(true);
    setRole(*m_save, u"primary"_s);
    m_message->setObjectName(u"exportMessage"_s);
    m_message->setWordWrap(true);
    auto* choose = new QPushButton(u"Choose…"_s, this);
    choose->setObjectName(u"exportChooseButton"_s);
    choose->setAccessibleName(u"Choose the file"_s);
    choose->setAutoDefault(false);
    auto* close = new QPushButton(u"Close"_s, this);
    close->setObjectName(u"exportCloseButton"_s);
    close->setAccessibleName(u"Close"_s);
    close->setAutoDefault(false);

    auto* file = new QHBoxLayout;
    file->addWidget(m_file, 1);
    file->addWidget(choose);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(u"What"_s, m_what);
    form->addRow(u"Format"_s, m_format);
    form->addRow(u"File"_s, file);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close);
    buttons->addWidget(m_save);
    auto* title = new QLabel(u"Export"_s, this);
    setRole(*title, u"title"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 20);
    column->setSpacing(16);
    column->addWidget(title);
    column->addLayout(form);
    column->addWidget(m_message);
    column->addLayout(buttons);

    connect(m_what, &QComboBox::currentIndexChanged, this, &ExportDialog::refreshFormats);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::refreshFile);
    connect(m_file, &QLineEdit::textChanged, this, &ExportDialog::refreshHint);
    connect(choose, &QPushButton::clicked, this, &ExportDialog::choose);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_save, &QPushButton::clicked, this, &ExportDialog::save);
}

const ExportSubject& ExportDialog::subject() const {
    return m_subjects.at(static_cast<std::size_t>(m_what->currentIndex()));
}

QString ExportDialog::ending() const {
    return formatsOf(subject()).at(static_cast<std::size_t>(m_format->currentIndex())).ending;
}

QString ExportDialog::file() const {
    return m_file->text().trimmed();
}

/// The figures' own name repeats the run's.
QString ExportDialog::fileSubject() const {
    const auto& name = subject().name;
    return name.startsWith(u"Figures"_s) ? u"figures"_s : name;
}

void ExportDialog::refreshFormats() {
    m_format->clear();
    for (const auto& format : formatsOf(subject()))
        m_format->addItem(format.name);
}

void ExportDialog::refreshFile() {
    if (m_format->currentIndex() < 0) return;
    const QFileInfo now(file());
    const auto folder = file().isEmpty() ? QDir::homePath() : now.absolutePath();
    m_file->setText(
        QDir(folder).filePath(fileStem(m_runs + u' ' + fileSubject()) + u'.' + ending()));
}

void ExportDialog::refreshHint() {
    setRole(*m_message, u"secondary"_s);
    const QFileInfo info(file());
    m_message->setText(info.exists() ? u"The file exists and will be replaced."_s : QString());
    m_save->setEnabled(!file().isEmpty());
}

void ExportDialog::choose() {
    auto* dialog = new QFileDialog(this, u"Export to"_s, file());
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite);  // the hint below the field says it
    dialog->setDefaultSuffix(ending());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

void ExportDialog::save() {
    const auto target = file();
    m_save->setEnabled(false);
    setRole(*m_message, u"secondary"_s);
    m_message->setText(u"Writing…"_s);
    auto done = onOwnThread<Result<void>>(
        this, [this, target](const Result<void>& answer) { finish(target, answer); });
    QThreadPool::globalInstance()->start([&exporter = m_exporter, what = subject(), dark = m_dark,
                                          path = std::filesystem::path(toUtf8(target)),
                                          done] { done(write(exporter, what, dark, path)); });
}

void ExportDialog::finish(const QString& file, const Result<void>& answer) {
    m_save->setEnabled(true);
    setRole(*m_message, answer ? u"secondary"_s : u"error"_s);
    m_message->setText(answer ? u"Written to "_s + file : fromUtf8(answer.error().message));
    if (answer) Q_EMIT saved(file);
}

}  // namespace wattline::ui

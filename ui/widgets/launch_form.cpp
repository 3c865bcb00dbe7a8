// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/launch_form.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <limits>

#include "ui/models/text.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr int kMaxBatch = 1 << 24;
constexpr auto kFolderPrefix = "imagefolder:";
enum DataChoice { Digits, Synthetic, ImageFolder };

}  // namespace

LaunchForm::LaunchForm(QWidget* parent) : QFrame(parent) {
    setObjectName(u"launchForm"_s);
    setRole(*this, u"card"_s);
    build();
}

QSpinBox* LaunchForm::spin(const QString& object_name, const QString& accessible, int low, int high,
                           const QString& at_zero) {
    auto* box = new QSpinBox(this);
    box->setObjectName(object_name);
    box->setAccessibleName(accessible);
    box->setRange(low, high);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    if (!at_zero.isEmpty()) box->setSpecialValueText(at_zero);
    connect(box, &QSpinBox::valueChanged, this, &LaunchForm::changed);
    return box;
}

QComboBox* LaunchForm::combo(const QString& object_name, const QString& accessible,
                             const QStringList& choices) {
    auto* box = new QComboBox(this);
    box->setObjectName(object_name);
    box->setAccessibleName(accessible);
    box->addItems(choices);
    connect(box, &QComboBox::currentIndexChanged, this, &LaunchForm::changed);
    return box;
}

void LaunchForm::build() {
    auto* form = new QFormLayout(this);
    form->setContentsMargins(20, 20, 20, 20);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(10);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

    m_model = combo(u"modelField"_s, u"Model"_s, {u"resnet18"_s, u"resnet50"_s});
    m_data = combo(u"dataField"_s, u"Data"_s,
                   {u"digits (built in)"_s, u"synthetic"_s, u"image folder"_s});
    m_folder = new QLineEdit(this);
    m_folder->setObjectName(u"folderField"_s);
    m_folder->setAccessibleName(u"Image folder"_s);
    m_folder->setPlaceholderText(u"folder with one folder per class"_s);
    m_choose = new QPushButton(u"Choose…"_s, this);
    m_choose->setObjectName(u"chooseFolderButton"_s);
    m_choose->setAccessibleName(u"Choose the image folder"_s);
    connect(m_data, &QComboBox::currentIndexChanged, this, &LaunchForm::showFolderRow);
    connect(m_folder, &QLineEdit::textChanged, this, &LaunchForm::changed);
    connect(m_choose, &QPushButton::clicked, this, &LaunchForm::chooseFolder);
    auto* folder = new QHBoxLayout;
    folder->setSpacing(8);
    folder->addWidget(m_folder, 1);
    folder->addWidget(m_choose);

    form->addRow(u"Model"_s, m_model);
    form->addRow(u"Data"_s, m_data);
    form->addRow(QString(), folder);
    addBatchRows(*form);
    addLengthRows(*form);
    showFolderRow();
}

void LaunchForm::addBatchRows(QFormLayout& form) {
    m_ranks = spin(u"ranksField"_s, u"Ranks"_s, 1, 65536);
    m_lbs = spin(u"lbsField"_s, u"Local batch size"_s, 0, kMaxBatch, u"from GBS"_s);
    m_gbs = spin(u"gbsField"_s, u"Global batch size"_s, 0, kMaxBatch, u"from LBS"_s);
    m_recipe =
        combo(u"recipeField"_s, u"Recipe"_s, {u"what fits the data"_s, u"digits"_s, u"study"_s});
    form.addRow(u"Ranks"_s, m_ranks);
    form.addRow(u"Local batch (LBS)"_s, m_lbs);
    form.addRow(u"Global batch (GBS)"_s, m_gbs);
    form.addRow(u"Recipe"_s, m_recipe);
}

void LaunchForm::addLengthRows(QFormLayout& form) {
    m_epochs = spin(u"epochsField"_s, u"Epochs"_s, 0, 1'000'000, u"as many as the steps take"_s);
    m_steps = spin(u"stepsField"_s, u"Steps"_s, 0, 1'000'000'000, u"as many as the epochs take"_s);
    m_seed = spin(u"seedField"_s, u"Seed"_s, 0, std::numeric_limits<int>::max());
    m_threads = spin(u"threadsField"_s, u"Threads per rank"_s, 1, 1024);
    m_name = new QLineEdit(this);
    m_name->setObjectName(u"nameField"_s);
    m_name->setAccessibleName(u"Name"_s);
    m_name->setPlaceholderText(u"model · ranks × LBS"_s);
    connect(m_name, &QLineEdit::textChanged, this, &LaunchForm::changed);
    form.addRow(u"Epochs"_s, m_epochs);
    form.addRow(u"Steps"_s, m_steps);
    form.addRow(u"Seed"_s, m_seed);
    form.addRow(u"Threads per rank"_s, m_threads);
    form.addRow(u"Name"_s, m_name);
}

void LaunchForm::showFolderRow() {
    const bool folder = m_data->currentIndex() == ImageFolder;
    auto* form = static_cast<QFormLayout*>(layout());
    form->setRowVisible(2, folder);
}

void LaunchForm::chooseFolder() {
    auto* dialog = new QFileDialog(this, u"Folder with one folder per class"_s, m_folder->text());
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, m_folder, &QLineEdit::setText);
    dialog->open();
}

RunSpec LaunchForm::spec() const {
    RunSpec spec;
    spec.model = toUtf8(m_model->currentText());
    switch (m_data->currentIndex()) {
    case ImageFolder:
        spec.dataset = kFolderPrefix + toUtf8(m_folder->text());
        break;
    case Synthetic:
        spec.dataset = "synthetic";
        break;
    default:
        spec.dataset = "digits";
        break;
    }
    if (m_recipe->currentIndex() > 0) spec.recipe = toUtf8(m_recipe->currentText());
    spec.ranks = m_ranks->value();
    spec.lbs = m_lbs->value();
    spec.gbs = m_gbs->value();
    spec.epochs = m_epochs->value();
    spec.steps = m_steps->value();
    spec.seed = static_cast<std::uint64_t>(m_seed->value());
    spec.threads_per_rank = m_threads->value();
    spec.name = toUtf8(m_name->text().trimmed());
    return spec;
}

void LaunchForm::setSpec(const RunSpec& spec) {
    {
        const QSignalBlocker quiet(this);
        m_model->setCurrentText(fromUtf8(spec.model));
        const bool folder = spec.dataset.starts_with(kFolderPrefix);
        m_data->setCurrentIndex(folder                        ? ImageFolder
                                : spec.dataset == "synthetic" ? Synthetic
                                                              : Digits);
        if (folder) m_folder->setText(fromUtf8(spec.dataset).section(u':', 1));
        m_recipe->setCurrentIndex(spec.recipe.empty() ? 0
                                                      : m_recipe->findText(fromUtf8(spec.recipe)));
        m_ranks->setValue(spec.ranks);
        m_lbs->setValue(spec.lbs);
        m_gbs->setValue(spec.gbs);
        m_epochs->setValue(spec.epochs);
        m_steps->setValue(static_cast<int>(spec.steps));
        m_seed->setValue(static_cast<int>(spec.seed));
        m_threads->setValue(spec.threads_per_rank);
        m_name->setText(fromUtf8(spec.name));
    }
    Q_EMIT changed();
}

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/launch_page.h"

#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/models/text.h"
#include "ui/widgets/launch_form.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

QFont codeFont() {
    auto font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(type::kSecondary);
    return font;
}

QString totalSteps(const LaunchPreview& preview) {
    if (preview.spec.steps > 0) return countText(preview.spec.steps);
    if (preview.steps_per_epoch <= 0 || preview.spec.epochs <= 0) return unknownText();
    return u"%1 in %2 epochs"_s.arg(countText(preview.steps_per_epoch * preview.spec.epochs),
                                    countText(preview.spec.epochs));
}

}  // namespace

LaunchPage::LaunchPage(LaunchModel& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_form(new LaunchForm(this)),
      m_launch(new QPushButton(u"Launch"_s, this)), m_error(new QLabel(this)) {
    setObjectName(u"launchPage"_s);
    auto* title = new QLabel(u"Launch"_s, this);
    setRole(*title, u"page-title"_s);
    auto* about =
        new QLabel(u"one parallel configuration; nothing starts before the button"_s, this);
    setRole(*about, u"secondary"_s);
    m_launch->setObjectName(u"launchButton"_s);
    m_launch->setAccessibleName(u"Launch the run"_s);
    setRole(*m_launch, u"primary"_s);
    m_error->setObjectName(u"launchError"_s);
    m_error->setWordWrap(true);
    setRole(*m_error, u"error"_s);

    auto* head = new QHBoxLayout;
    head->addWidget(title);
    head->addSpacing(12);
    head->addWidget(about, 1);
    auto* left = new QVBoxLayout;
    left->setSpacing(12);
    left->addWidget(m_form);
    left->addWidget(m_error);
    left->addWidget(m_launch, 0, Qt::AlignLeft);
    left->addStretch(1);
    auto* right = new QVBoxLayout;
    right->setSpacing(space::kGap);
    right->addWidget(buildFollows());
    right->addWidget(buildScript(), 1);
    auto* body = new QHBoxLayout;
    body->setSpacing(space::kGap);
    body->addLayout(left, 2);
    body->addLayout(right, 3);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(16);
    column->addLayout(head);
    column->addLayout(body, 1);

    m_form->setSpec(m_model.spec());
    connect(m_form, &LaunchForm::changed, this, [this] { m_model.setSpec(m_form->spec()); });
    connect(m_launch, &QPushButton::clicked, &m_model, &LaunchModel::launch);
    connect(&m_model, &LaunchModel::changed, this, &LaunchPage::refresh);
    refresh();
}

QLabel* LaunchPage::addFact(QFormLayout& form, const QString& object_name, const QString& label) {
    auto* value = new QLabel(this);
    value->setObjectName(object_name);
    auto* name = new QLabel(label, this);
    setRole(*name, u"secondary"_s);
    form.addRow(name, value);
    return value;
}

QWidget* LaunchPage::buildFollows() {
    auto* card = new QFrame(this);
    setRole(*card, u"card"_s);
    auto* title = new QLabel(u"What follows"_s, card);
    setRole(*title, u"title"_s);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(6);
    m_gbs = addFact(*form, u"followsGbs"_s, u"Global batch size"_s);
    m_accumulation = addFact(*form, u"followsAccumulation"_s, u"Micro-steps per step"_s);
    m_rate = addFact(*form, u"followsRate"_s, u"Learning rate after warm-up"_s);
    m_steps = addFact(*form, u"followsSteps"_s, u"Steps per epoch"_s);
    m_total = addFact(*form, u"followsTotal"_s, u"Steps in all"_s);
    m_warnings = new QLabel(card);
    m_warnings->setObjectName(u"launchWarnings"_s);
    m_warnings->setWordWrap(true);
    setRole(*m_warnings, u"warning"_s);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    column->addWidget(title);
    column->addLayout(form);
    column->addWidget(m_warnings);
    return card;
}

QWidget* LaunchPage::buildScript() {
    auto* card = new QFrame(this);
    setRole(*card, u"card"_s);
    auto* title = new QLabel(u"The script that will run"_s, card);
    setRole(*title, u"title"_s);
    m_script = new QPlainTextEdit(card);
    m_script->setObjectName(u"scriptView"_s);
    m_script->setAccessibleName(u"Job script, read only"_s);
    m_script->setReadOnly(true);
    m_script->setMinimumHeight(80);
    m_script->setTabChangesFocus(true);
    m_script->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_script->setFont(codeFont());
    setRole(*m_script, u"code"_s);
    auto* same = new QLabel(u"The same from the command line:"_s, card);
    setRole(*same, u"secondary"_s);
    m_command = new QLabel(card);
    m_command->setObjectName(u"launchCommand"_s);
    m_command->setAccessibleName(u"The same as a command line"_s);
    m_command->setFont(codeFont());
    m_command->setWordWrap(true);
    m_command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    column->addWidget(title);
    column->addWidget(m_script, 1);
    column->addWidget(same);
    column->addWidget(m_command);
    return card;
}

void LaunchPage::setUpDemo() {
    m_form->setSpec(LaunchModel::demoSpec());
    m_launch->setFocus();
}

void LaunchPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_model.requestPreview();
}

void LaunchPage::refresh() {
    m_command->setText(commandLine(m_model.spec()));
    m_error->setText(fromUtf8(m_model.error()));
    m_error->setVisible(!m_model.error().empty());
    m_launch->setEnabled(m_model.canLaunch());
    m_launch->setText(m_model.isLaunching() ? u"Launching…"_s : u"Launch"_s);

    const auto& preview = m_model.preview();
    for (auto* label : {m_gbs, m_accumulation, m_rate, m_steps, m_total})
        if (!preview) label->setText(unknownText());
    QStringList warnings;
    if (preview) {
        const auto& spec = preview->spec;
        m_gbs->setText(u"%1 = %2 × %3 ranks × %4"_s.arg(countText(spec.gbs), countText(spec.lbs),
                                                        countText(spec.ranks),
                                                        countText(spec.accumulation)));
        m_accumulation->setText(countText(spec.accumulation));
        m_rate->setText(QString::number(preview->learning_rate, 'g', 4));
        m_steps->setText(preview->steps_per_epoch > 0 ? countText(preview->steps_per_epoch)
                                                      : unknownText());
        m_total->setText(totalSteps(*preview));
        const auto script = fromUtf8(preview->script);
        if (script != m_script->toPlainText()) m_script->setPlainText(script);
        for (const auto& warning : preview->warnings)
            warnings << fromUtf8(warning);
    } else if (!m_model.error().empty()) {
        m_script->clear();
    }
    m_warnings->setText(warnings.join(u'\n'));
    m_warnings->setVisible(!warnings.isEmpty());
}

}  // namespace wattline::ui

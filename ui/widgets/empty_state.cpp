// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/empty_state.h"

#include <QFontDatabase>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;

EmptyState::EmptyState(const QString& object_name, const QString& title, const QString& text,
                       const QString& button, const QString& command, QWidget* parent)
    : QWidget(parent), m_button(new QPushButton(button, this)) {
    setObjectName(object_name);
    auto* head = new QLabel(title, this);
    setRole(*head, u"page-title"_s);
    auto* body = new QLabel(text, this);
    body->setWordWrap(true);
    body->setMaximumWidth(520);
    m_button->setObjectName(object_name + u"Button"_s);
    m_button->setAccessibleName(button);
    setRole(*m_button, u"primary"_s);

    auto* column = new QVBoxLayout;
    column->setSpacing(space::kGap);
    column->addWidget(head);
    column->addWidget(body);
    column->addWidget(m_button, 0, Qt::AlignLeft);
    if (!command.isEmpty()) {
        auto* same = new QLabel(u"The same from the command line:"_s, this);
        setRole(*same, u"secondary"_s);
        auto* code = new QLabel(command, this);
        auto font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        font.setPixelSize(type::kSecondary);
        code->setFont(font);
        code->setWordWrap(true);
        code->setMaximumWidth(520);
        code->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        code->setAccessibleName(command);
        column->addWidget(same);
        column->addWidget(code);
    }
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addLayout(column, 2);
    row->addStretch(1);
    auto* outer = new QVBoxLayout(this);
    outer->addStretch(2);
    outer->addLayout(row);
    outer->addStretch(3);
}

}  // namespace wattline::ui

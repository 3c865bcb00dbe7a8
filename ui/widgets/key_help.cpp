// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/key_help.h"

#include <QDialog>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;

void showKeyHelp(QWidget& window) {
    static const std::array<std::pair<QString, QString>, 7> kKeys{
        {{u"1  2  3  4"_s, u"Live, Runs, Compare, Launch"_s},
         {u"Tab, Space"_s, u"go to the next control, press it"_s},
         {u"← →"_s, u"move the cursor of a plot that has the focus"_s},
         {u"Esc"_s, u"take the cursor away, close a dialog"_s},
         {u"Enter"_s, u"show the selected run live (Runs)"_s},
         {u"Ctrl or Shift + click"_s, u"select several runs (Runs)"_s},
         {u"F1 or ?"_s, u"this list"_s}}};
    if (window.findChild<QDialog*>(u"keyHelp"_s)) return;
    auto* dialog = new QDialog(&window);
    dialog->setObjectName(u"keyHelp"_s);
    dialog->setWindowTitle(u"Keys – Wattline"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto* grid = new QGridLayout(dialog);
    grid->setContentsMargins(24, 20, 24, 20);
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(10);
    auto* title = new QLabel(u"Keys"_s, dialog);
    setRole(*title, u"title"_s);
    grid->addWidget(title, 0, 0, 1, 2);
    int row = 1;
    for (const auto& [key, what] : kKeys) {
        grid->addWidget(new QLabel(key, dialog), row, 0);
        auto* text = new QLabel(what, dialog);
        setRole(*text, u"secondary"_s);
        grid->addWidget(text, row++, 1);
    }
    auto* close = new QPushButton(u"Close"_s, dialog);
    close->setObjectName(u"keyHelpClose"_s);
    close->setAccessibleName(u"Close"_s);
    QObject::connect(close, &QPushButton::clicked, dialog, &QDialog::close);
    grid->addWidget(close, row, 1, Qt::AlignRight);
    dialog->open();
}

}  // namespace wattline::ui

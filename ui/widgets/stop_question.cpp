// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/stop_question.h"

#include <QMessageBox>
#include <QPushButton>
#include <utility>

namespace wattline::ui {
using namespace Qt::StringLiterals;

void askToStop(QWidget& parent, const QString& run, std::function<void()> stop) {
    auto* box = new QMessageBox(&parent);
    box->setObjectName(u"stopQuestion"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIcon(QMessageBox::NoIcon);
    box->setWindowTitle(u"Stop %1 – Wattline"_s.arg(run));
    box->setTextFormat(Qt::PlainText);
    box->setText(u"Stop this run? It ends after the current step and cannot go on."_s);
    box->setInformativeText(run);
    auto* yes = box->addButton(u"Stop run"_s, QMessageBox::AcceptRole);
    yes->setObjectName(u"stopRunButton"_s);
    yes->setAccessibleName(yes->text());
    auto* no = box->addButton(u"Keep running"_s, QMessageBox::RejectRole);
    no->setObjectName(u"keepRunningButton"_s);
    no->setAccessibleName(no->text());
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    QObject::connect(yes, &QPushButton::clicked, &parent, std::move(stop));
    box->open();
}

}  // namespace wattline::ui

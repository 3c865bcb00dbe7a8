// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/style_sheet.h"

#include <QColor>
#include <initializer_list>
#include <utility>

#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

/// @name stands for a token's colour.
const QString& rules() {
    static const QString kRules = uR"css(
QWidget { font-size: 13px; }
QMainWindow, QDialog, *[role="page"] { background: @background; }
*[role="side"] { background: @surface; border: none; border-right: 1px solid @border; }
*[role="foot"] { background: @background; border: none; border-top: 1px solid @border; }
*[role="card"] { background: @surface; border: 1px solid @border; border-radius: 8px; }
*[role="card-warning"] { background: @warning_soft; border: 1px solid @warning; border-radius: 8px; }
*[role="banner"] { background: @warning_soft; border: none; border-bottom: 1px solid @warning; }

QLabel { background: transparent; color: @text; }
QLabel[role="banner"] { color: @warning; }
QLabel[role="page-title"] { font-size: 20px; font-weight: 600; }
QLabel[role="title"] { font-size: 15px; font-weight: 600; }
QLabel[role="brand"] { font-size: 17px; font-weight: 600; }
QLabel[role="secondary"] { font-size: 12px; color: @secondary; }
QLabel[role="caption"] { font-size: 11px; color: @secondary; }
QLabel[role="heading"] { font-size: 11px; font-weight: 600; color: @secondary; }
QLabel[role="error"] { font-size: 12px; color: @danger; }
QLabel[role="warning"] { font-size: 12px; color: @warning; }

QPushButton { background: @surface; color: @text; border: 1px solid @border; border-radius: 6px; padding: 7px 14px; font-weight: 500; }
QPushButton:hover { border-color: @secondary; }
QPushButton:focus { border: 2px solid @accent; padding: 6px 13px; }
QPushButton:disabled { color: @secondary; background: @background; }
QPushButton[role="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent; }
QPushButton[role="primary"]:focus { border: 2px solid @text; }
QPushButton[role="primary"]:disabled { background: @background; color: @secondary; border: 1px solid @border; }
QPushButton[role="chip"] { padding: 4px 10px; font-size: 12px; font-weight: 400; color: @secondary; }
QPushButton[role="chip"]:focus { padding: 3px 9px; }
QPushButton[role="chip"]:checked { background: @accent_soft; color: @accent; border-color: @accent_soft; font-weight: 600; }
QPushButton[role="chip"]:checked:focus { border-color: @accent; }
QPushButton[role="nav"] { text-align: left; border: none; background: transparent; padding: 8px 14px; color: @secondary; }
QPushButton[role="nav"]:hover { background: @background; }
QPushButton[role="nav"]:checked { background: @accent_soft; color: @accent; font-weight: 600; }
QPushButton[role="nav"]:focus { border: 2px solid @accent; padding: 6px 12px; }

QLineEdit, QSpinBox, QComboBox, QPlainTextEdit { background: @surface; color: @text; border: 1px solid @border; border-radius: 6px; padding: 6px 8px; selection-background-color: @accent; selection-color: @on_accent; }
QSpinBox { padding-right: 2px; }
QLineEdit:focus, QSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus { border: 2px solid @accent; padding: 5px 7px; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url(@chevron); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @surface; color: @text; border: 1px solid @border; selection-background-color: @accent_soft; selection-color: @text; }
QPlainTextEdit[role="code"] { background: @background; }

QTableView { background: @surface; color: @text; border: 1px solid @border; border-radius: 8px; gridline-color: @grid; selection-background-color: @accent_soft; selection-color: @text; outline: none; }
QTableView:focus { border: 1px solid @accent; }
QTableView::item { padding: 0 8px; border: none; border-bottom: 1px solid @grid; }
QTableView::item:selected { background: @accent_soft; color: @text; }
QTableView::item:focus { border: 1px solid @accent; }
QHeaderView { background: @surface; border: none; }
QHeaderView::section { background: @surface; color: @secondary; border: none; border-bottom: 1px solid @border; padding: 8px 10px; font-size: 12px; font-weight: 500; }
QTableCornerButton::section { background: @surface; border: none; border-bottom: 1px solid @border; }

QMenu { background: @surface; color: @text; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: @accent_soft; color: @text; }
QMenu::item:disabled { color: @secondary; }
QMenu::separator { height: 1px; background: @border; margin: 4px; }
QToolTip { background: @surface; color: @text; border: 1px solid @border; padding: 4px; }
QRadioButton, QCheckBox { color: @text; background: transparent; spacing: 8px; }

QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 5px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)css"_s;
    return kRules;
}

}  // namespace

QString styleSheet(const Tokens& tokens) {
    // Longer names first: @accent is a prefix of @accent_soft.
    const std::initializer_list<std::pair<QString, QColor>> colours{
        {u"@background"_s, tokens.background}, {u"@surface"_s, tokens.surface},
        {u"@border"_s, tokens.border},         {u"@grid"_s, tokens.grid},
        {u"@secondary"_s, tokens.secondary},   {u"@text"_s, tokens.text},
        {u"@on_accent"_s, tokens.on_accent},   {u"@accent_soft"_s, tokens.accent_soft},
        {u"@accent"_s, tokens.accent},         {u"@warning_soft"_s, tokens.warning_soft},
        {u"@warning"_s, tokens.warning},       {u"@danger"_s, tokens.danger},
    };
    QString sheet = rules();
    sheet.replace(u"@chevron"_s,
                  tokens.dark ? u":/icons/chevron-dark.svg"_s : u":/icons/chevron-light.svg"_s);
    for (const auto& [token, colour] : colours)
        sheet.replace(token, colour.name());
    return sheet;
}

}  // namespace wattline::ui

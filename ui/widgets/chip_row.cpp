// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chip_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>
#include <array>

#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr std::array kAxes{Axis::GpuHours, Axis::Step, Axis::Samples,
                           Axis::Epoch,    Axis::Time, Axis::Kwh};

}  // namespace

ChipRow::ChipRow(const QString& object_name, const QString& label, const std::vector<Chip>& chips,
                 QWidget* parent)
    : QWidget(parent) {
    setObjectName(object_name);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    auto* name = new QLabel(label, this);
    setRole(*name, u"secondary"_s);
    row->addWidget(name);
    row->addSpacing(6);
    for (std::size_t i = 0; i < chips.size(); ++i) {
        auto* button = new QPushButton(chips[i].text, this);
        setRole(*button, u"chip"_s);
        button->setObjectName(object_name + u'-' + chips[i].key);
        button->setAccessibleName(label + u": "_s + chips[i].text);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        connect(button, &QPushButton::clicked, this,
                [this, i] { Q_EMIT chosen(static_cast<int>(i)); });
        row->addWidget(button);
        m_buttons.push_back(button);
    }
    if (!m_buttons.empty()) m_buttons.front()->setChecked(true);
}

void ChipRow::setCurrent(int chip) {
    m_buttons.at(static_cast<std::size_t>(chip))->setChecked(true);
}

void ChipRow::setText(int chip, const QString& text) {
    m_buttons.at(static_cast<std::size_t>(chip))->setText(text);
}

const std::vector<Chip>& axisChips() {
    static const std::vector<Chip> kChips{
        {u"gpu_hours"_s, u"GPU hours"_s}, {u"step"_s, u"step"_s}, {u"samples"_s, u"samples"_s},
        {u"epoch"_s, u"epoch"_s},         {u"time"_s, u"time"_s}, {u"kwh"_s, u"kWh"_s}};
    return kChips;
}

Axis axisOfChip(int chip) {
    return kAxes.at(static_cast<std::size_t>(chip));
}

int chipOfAxis(Axis axis) {
    return static_cast<int>(std::ranges::find(kAxes, axis) - kAxes.begin());
}

}  // namespace wattline::ui

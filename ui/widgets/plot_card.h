// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/models/plot_model.h"
#include "ui/widgets/plot_widget.h"

class QLabel;

namespace wattline::ui {

/// A card with a title and the plot of one PlotModel, which must outlive it.
/// Threads: the window's.
class PlotCard : public QFrame {
    Q_OBJECT
public:
    PlotCard(PlotModel& model, const PlotStyle& style, const QString& object_name,
             QWidget* parent = nullptr);

    [[nodiscard]] PlotWidget& widget() { return *m_widget; }
    [[nodiscard]] PlotModel& model() { return m_model; }

private:
    void present();

    PlotModel& m_model;
    PlotWidget* m_widget;
    QLabel* m_title;
    QLabel* m_subtitle;
};

}  // namespace wattline::ui

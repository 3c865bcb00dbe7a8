// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace wattline::ui {

/// A state in a word or two, on a ground that says whether a person should look.
class Pill : public QLabel {
    Q_OBJECT
public:
    enum class Kind { Active, Quiet, Warning };

    explicit Pill(QWidget* parent = nullptr);
    void setState(Kind kind, const QString& text);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Kind m_kind = Kind::Quiet;
};

}  // namespace wattline::ui

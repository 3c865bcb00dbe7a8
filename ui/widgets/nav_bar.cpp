// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/nav_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/models/text.h"
#include "ui/widgets/run_list.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr int kWidth = 184;

/// The product's mark: the line whose slope is watts.
class Mark : public QWidget {
public:
    explicit Mark(QWidget* parent) : QWidget(parent) { setFixedSize(26, 26); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto accent = currentTokens().accent;
        painter.setPen(QPen(accent, 2.6));
        painter.drawLine(QPointF(5, 21), QPointF(21, 5));
        painter.setPen(Qt::NoPen);
        painter.setBrush(accent);
        painter.drawEllipse(QPointF(5, 21), 3.6, 3.6);
        painter.drawEllipse(QPointF(21, 5), 3.6, 3.6);
    }
};

/// A page's button with its number key at the right.
QPushButton* pageButton(const QString& page, int number, QWidget* parent) {
    auto* button = new QPushButton(page, parent);
    setRole(*button, u"nav"_s);
    button->setObjectName(u"nav"_s + page);
    button->setCheckable(true);
    button->setAutoExclusive(true);
    button->setAccessibleName(u"%1 page, key %2"_s.arg(page).arg(number));
    auto* key = new QLabel(QString::number(number), button);
    setRole(*key, u"caption"_s);
    auto* row = new QHBoxLayout(button);
    row->setContentsMargins(0, 0, 12, 0);
    row->addStretch(1);
    row->addWidget(key);
    return button;
}

}  // namespace

NavBar::NavBar(const QStringList& pages, LiveModel& live, QWidget* parent)
    : QFrame(parent), m_hub(new QLabel(this)) {
    setObjectName(u"navBar"_s);
    setRole(*this, u"side"_s);
    setFixedWidth(kWidth);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 16, 12, 16);
    column->setSpacing(4);

    auto* brand = new QHBoxLayout;
    brand->setContentsMargins(8, 0, 0, 12);
    brand->setSpacing(10);
    brand->addWidget(new Mark(this));
    auto* name = new QLabel(u"Wattline"_s, this);
    setRole(*name, u"brand"_s);
    brand->addWidget(name, 1);
    column->addLayout(brand);

    for (int i = 0; i < pages.size(); ++i) {
        auto* button = pageButton(pages[i], i + 1, this);
        connect(button, &QPushButton::clicked, this, [this, i] { Q_EMIT chosen(i); });
        column->addWidget(button);
        m_buttons.push_back(button);
    }
    column->addSpacing(20);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* holder = new QWidget(scroll);
    auto* runs = new QVBoxLayout(holder);
    runs->setContentsMargins(0, 0, 0, 0);
    runs->addWidget(new RunList(live, holder));
    runs->addStretch(1);
    scroll->setWidget(holder);
    column->addWidget(scroll, 1);

    setRole(*m_hub, u"caption"_s);
    m_hub->setObjectName(u"hubLabel"_s);
    m_hub->setContentsMargins(12, 0, 0, 0);
    m_hub->setWordWrap(true);
    column->addWidget(m_hub);
}

void NavBar::setCurrent(int page) {
    if (page >= 0 && page < static_cast<int>(m_buttons.size()))
        m_buttons[static_cast<std::size_t>(page)]->setChecked(true);
}

void NavBar::setHub(const Snapshot& snapshot) {
    m_hub->setText(snapshot.connected
                       ? u"hub on "_s + fromUtf8(snapshot.host) + u'\n' +
                             countText(static_cast<std::int64_t>(snapshot.runs.size())) +
                             (snapshot.runs.size() == 1 ? u" run"_s : u" runs"_s)
                       : u"not connected"_s);
    m_hub->setToolTip(fromUtf8(snapshot.workspace));
}

}  // namespace wattline::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/launch_model.h"

#include <algorithm>
#include <chrono>

#include "ui/models/callback.h"
#include "ui/models/text.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr std::chrono::milliseconds kDebounce{250};

/// A word of a shell command, quoted where the shell would read more into it.
QString shellWord(const std::string& text) {
    auto word = fromUtf8(text);
    const auto plain = [](QChar c) {
        return (c.unicode() < 128 && c.isLetterOrNumber()) || u"._-/:=@+,"_s.contains(c);
    };
    if (!word.isEmpty() && std::ranges::all_of(word, plain)) return word;
    return u'\'' + word.replace(u"'"_s, u"'\\''"_s) + u'\'';
}

}  // namespace

LaunchModel::LaunchModel(Control& control, QObject* parent) : QObject(parent), m_control(control) {
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(kDebounce);
    connect(&m_debounce, &QTimer::timeout, this, &LaunchModel::requestPreview);
}

RunSpec LaunchModel::demoSpec() {
    RunSpec spec;
    spec.model = "resnet18";
    spec.dataset = "digits";
    spec.ranks = 2;
    spec.lbs = 32;
    spec.epochs = 8;
    return spec;
}

void LaunchModel::setSpec(const RunSpec& spec) {
    m_spec = spec;
    ++m_question;  // what is on its way answers another question
    m_preview.reset();
    m_debounce.start();
    Q_EMIT changed();
}

void LaunchModel::requestPreview() {
    m_debounce.stop();
    ++m_question;
    m_control.preview(m_spec,
                      onOwnThread<Result<LaunchPreview>>(
                          this, [this, question = m_question](Result<LaunchPreview> answer) {
                              receivePreview(question, std::move(answer));
                          }));
}

void LaunchModel::receivePreview(std::uint64_t question, Result<LaunchPreview> answer) {
    if (question != m_question) return;
    if (answer) {
        m_preview = std::move(*answer);
        m_error.clear();
    } else {
        m_preview.reset();
        m_error = answer.error().message;
    }
    Q_EMIT changed();
}

void LaunchModel::launch() {
    if (!canLaunch()) return;
    m_launching = true;
    m_error.clear();
    Q_EMIT changed();
    m_control.launch(m_spec, onOwnThread<Result<RunId>>(this, [this](const Result<RunId>& answer) {
                         receiveLaunch(answer);
                     }));
}

void LaunchModel::receiveLaunch(const Result<RunId>& answer) {
    m_launching = false;
    if (!answer) m_error = answer.error().message;
    Q_EMIT changed();
    if (answer) Q_EMIT launched(fromUtf8(*answer));
}

QString commandLine(const RunSpec& spec) {
    QStringList words{u"wattline"_s, u"run"_s};
    const auto add = [&](const QString& option, const QString& value) { words << option << value; };
    add(u"--model"_s, shellWord(spec.model));
    add(u"--data"_s, shellWord(spec.dataset));
    add(u"--ranks"_s, QString::number(spec.ranks));
    if (spec.lbs > 0) add(u"--lbs"_s, QString::number(spec.lbs));
    if (spec.gbs > 0) add(u"--gbs"_s, QString::number(spec.gbs));
    if (spec.epochs > 0) add(u"--epochs"_s, QString::number(spec.epochs));
    if (spec.steps > 0) add(u"--steps"_s, QString::number(spec.steps));
    if (!spec.recipe.empty()) add(u"--recipe"_s, shellWord(spec.recipe));
    if (spec.seed != 0) add(u"--seed"_s, QString::number(spec.seed));
    if (spec.threads_per_rank != 1) add(u"--threads"_s, QString::number(spec.threads_per_rank));
    if (!spec.name.empty()) add(u"--name"_s, shellWord(spec.name));
    return words.join(u' ');
}

}  // namespace wattline::ui

"""The report of one analysis as one HTML file, in both languages, with nothing from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.pipeline import Findings
from analysis.report import LANGUAGE, Report
from analysis.tables import OTHER_VALUES
from consult import messages
from consult.languages import LANGUAGES, OWN_NAMES, Formats, interface_words
from consult.resources import resource

_BAR_WIDTH = 560


@dataclass(frozen=True)
class Source:
    """Where the answers came from: the file's name, the column, its SHA-256, and the day of the report."""

    file: str
    column: str
    digest: str
    made_on: date
    fictional: bool = False


def report_html(findings: Findings, report: Report, source: Source) -> bytes:
    """Return the report: a page of two articles, French and English, the language most answers are in first."""
    spoken = findings.kept["language"].value_counts()
    order = sorted(LANGUAGES, key=lambda language: -int(spoken.get(language, 0)))
    articles = {language: _article(language, findings, report, source) for language in order}
    page = _environment(order[0]).get_template("exports/themes_page.html")
    html = page.render(articles=articles, names=OWN_NAMES, first=order[0], source=source)
    return html.encode("utf-8")


def _article(language: str, findings: Findings, report: Report, source: Source) -> Markup:
    environment = _environment(language)
    words = interface_words(language)
    html = environment.get_template("exports/_themes_article.html").render(
        language=language,
        other="en" if language == "fr" else "fr",
        findings=findings,
        report=report,
        source=source,
        bars=_bars(report),
        bar_width=_BAR_WIDTH,
        column_title=lambda column: messages.column_title(column, words) if column == LANGUAGE else column,
        value_title=lambda column, value: _value_title(column, value, language),
        reason=lambda code: messages.set_aside_reason(code, words),
        ground=messages.ground(findings.choice.ground, words),
        engine=messages.engine(findings.engine, words),
        least=findings.settings.least_people,
    )
    return Markup(html)  # noqa: S704 - rendered just above by a template that escapes


def _bars(report: Report) -> Mapping[int, float]:
    """Return the width of each theme's bar, the longest filling the chart; a hidden share has none."""
    longest = max((theme.share or 0.0 for theme in report.themes), default=0.0)
    return {theme.number: _BAR_WIDTH * (theme.share or 0.0) / (longest or 1.0) for theme in report.themes}


def _value_title(column: str, value: str, language: str) -> str:
    words = interface_words(language)
    if column == LANGUAGE:
        return messages.language_name(value, words)
    if value == OTHER_VALUES:
        return words.gettext("Others")
    return value or words.gettext("Not given")


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(interface_words(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals["formats"] = Formats(language)
    return environment

"""The report of one analysis as one HTML file, in both languages, with nothing from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.pipeline import Findings
from analysis.protection import OTHER_VALUES
from analysis.report import Report, ReportedTheme
from analysis.tables import LANGUAGE
from analysis.theme_review import Review, review_themes
from consult import messages
from consult.languages import LANGUAGES, OWN_NAMES, Formats, interface_words
from consult.resources import resource
from consult.theme_reasons import Reasons, Writer, how_it_comes_back, shared_words, why_together
from consult.theme_sentences import Speaker, check_sentence, placed_sentences
from surveys.localised import Localised

# The longest bar, in percents of the line: what is left holds its number.
_LONGEST_BAR = 84


@dataclass(frozen=True)
class Titles:
    """What the columns and their values are called, where that is known; codes and column names are shown otherwise.

    ``question`` is what people were asked; ``columns`` are by name, ``values`` by name and value; ``people`` are the
    columns whose values are groups of people ("Caregivers").
    """

    question: Localised | None = None
    columns: Mapping[str, Localised] = field(default_factory=dict)
    values: Mapping[tuple[str, str], Localised] = field(default_factory=dict)
    people: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Source:
    """Where the answers came from: the file's name, the column, its SHA-256, and the day of the report."""

    file: str
    column: str
    digest: str
    made_on: date
    is_fictional: bool = False
    titles: Titles = field(default_factory=Titles)

    def question(self, language: str) -> str:
        """Return what people were asked, or the name of the column."""
        return self.titles.question.get(language) if self.titles.question else self.column

    def column_title(self, column: str, language: str) -> str:
        """Return what is counted by."""
        if column == LANGUAGE:
            return interface_words(language).gettext("Language of the answer")
        title = self.titles.columns.get(column)
        return title.get(language) if title else column

    def value_title(self, column: str, value: str, language: str) -> str:
        """Return the heading of a column of a table."""
        words = interface_words(language)
        if column == LANGUAGE:
            return messages.language_name(value, words)
        if value == OTHER_VALUES:
            return words.gettext("Others")
        title = self.titles.values.get((column, value))
        return title.get(language) if title else value or words.gettext("Not given")


def report_html(findings: Findings, report: Report, source: Source) -> bytes:
    """Return the report: a page of two articles, French and English, the language most answers are in first."""
    spoken = findings.kept["language"].value_counts()
    order = sorted(LANGUAGES, key=lambda language: -int(spoken.get(language, 0)))
    review = review_themes(findings, report)
    articles = {language: _article(language, findings, report, review, source) for language in order}
    page = _environment(order[0]).get_template("exports/themes_page.html")
    html = page.render(articles=articles, names=OWN_NAMES, first=order[0], title=source.question(order[0]))
    return html.encode("utf-8")


def _article(language: str, findings: Findings, report: Report, review: Review, source: Source) -> Markup:
    environment = _environment(language)
    words = interface_words(language)
    speaker = _speaker(language, source)
    writer = Writer(language, words, Formats(language))
    html = environment.get_template("exports/_themes_article.html").render(
        language=language,
        other="en" if language == "fr" else "fr",
        findings=findings,
        report=report,
        source=source,
        bars=_bars(report),
        checks=[check_sentence(finding, speaker) for finding in review.findings],
        placed={number: placed_sentences(mixes, speaker) for number, mixes in review.mixes.items()},
        why={theme.number: why_together(_reasons(theme, findings.engine), writer) for theme in report.themes},
        comes_back={theme.number: how_it_comes_back(theme.stability, writer) for theme in report.themes},
        pair_words={
            pair.fr: shared_words([(word.fr, word.en) for word in pair.words], writer) for pair in report.pairs
        },
        twins={pair.fr: pair.en for pair in report.pairs} | {pair.en: pair.fr for pair in report.pairs},
        nearest={number: near[0] for number, near in review.nearest.items() if near},
        reason=lambda code: messages.set_aside_reason(code, words),
        ground=messages.ground(findings.choice.ground, words),
        engine=messages.engine(findings.engine, words),
        least=findings.settings.least_people,
    )
    return Markup(html)  # noqa: S704 - rendered just above by a template that escapes


def _reasons(theme: ReportedTheme, engine: str) -> Reasons:
    """Return why a theme is one, as far as it may be shown: a theme that is too small has no names, hence no words."""
    return Reasons(
        terms={language: [term.text for term in name.terms] for language, name in theme.names.items()},
        weights={language: [term.weight for term in name.terms] for language, name in theme.names.items()},
        cohesion=None if theme.people is None else theme.cohesion,
        by_words=engine == "tfidf",
    )


def _speaker(language: str, source: Source) -> Speaker:
    """Return who writes the sentences of an article; only what has a title can be said to be a group of people."""
    titled = frozenset(column for column, _ in source.titles.values) & source.titles.people
    return Speaker(
        interface_words(language),
        Formats(language),
        lambda column, value: source.value_title(column, value, language),
        titled,
    )


def _bars(report: Report) -> Mapping[int, float]:
    """Return the width of each theme's bar in percents of the line; a hidden share has none."""
    longest = max((theme.share or 0.0 for theme in report.themes), default=0.0)
    return {theme.number: _LONGEST_BAR * (theme.share or 0.0) / (longest or 1.0) for theme in report.themes}


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

"""A report's contents laid out in one language, chapter by chapter, for every form but the web page.

Quotes come beside the contents, by key: one that was withdrawn, or whose approval was undone, is in no form any more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from consult.exports.report_blocks import Block, Bullets, Document, Heading, Paragraph, Quote, Said
from consult.exports.report_choice_tables import criteria_table, origins_table
from consult.exports.report_tables import (
    cross_table,
    decisions_table,
    groups_table,
    places_chart,
    places_table,
    said,
    tally_chart,
    tally_table,
    theme_name,
    themes_chart,
    themes_table,
    ways_table,
)
from consult.messages import engine
from consult.record.report_quotes import ReadQuote
from consult.report.contents import Contents, QuestionFound, RankingFound, ThemeFound
from consult.report.merging_words import say_reason, say_together
from consult.report.names import explain_method
from consult.report.ranking_sentences import say_apart, say_notes, say_ranking
from consult.report.rule_sentences import say_change, say_rule
from consult.report.sentences import (
    Voice,
    say_highlights,
    say_how,
    say_limits,
    say_missing,
    say_open,
    say_section,
    say_snapshot,
    say_theme,
    say_trust,
    title_sections,
)


def lay_out(contents: Contents, code: str, made_on: date, quotes: Mapping[str, ReadQuote], language: str) -> Document:
    """Return the report in one language.

    Parameters
    ----------
    code
        The public id of the snapshot.
    quotes
        The words that may be read today, by key; those that are not there are left out.
    """
    voice = Voice.of(language)
    _ = voice.words.gettext
    exercise = contents.exercise
    chapters = _Chapters(contents, quotes, voice)
    return Document(
        exercise.code,
        language,
        _("What we heard"),
        said(exercise.title, voice),
        code,
        say_snapshot(code, made_on, voice),
        made_on,
        (),
        tuple(chapters.all()),
        is_fictional=_("This consultation is fictional.") if exercise.is_fictional else "",
    )


@dataclass(frozen=True)
class _Chapters:
    contents: Contents
    quotes: Mapping[str, ReadQuote]
    voice: Voice

    def all(self) -> Iterator[Block]:
        chapters = {
            "highlights": self._highlights,
            "how": self._how,
            "who": self._who,
            "themes": self._themes,
            "priorities": self._priorities,
            "limits": self._limits,
            "decisions": self._decisions,
            "method": self._method,
            "questionnaire": self._questionnaire,
        }
        for code, title in title_sections(self.voice).items():
            blocks = list(chapters[code]())
            if blocks:
                yield self._heading(1, title)
                yield from blocks

    def _highlights(self) -> Iterator[Block]:
        yield from self._bullets(say_highlights(self.contents, self.voice))

    def _how(self) -> Iterator[Block]:
        exercise = self.contents.exercise
        if exercise.mandate:
            yield Paragraph(said(exercise.mandate, self.voice), "lead")
        if exercise.promise:
            yield self._heading(2, self.voice.words.gettext("What was promised"))
            yield Paragraph(said(exercise.promise, self.voice))
        yield from self._lines(say_how(self.contents, self.voice))

    def _who(self) -> Iterator[Block]:
        contents, voice = self.contents, self.voice
        if contents.ways:
            yield ways_table(contents, voice)
        for way in contents.ways:
            for tally in way.tallies:
                is_compared = any(line.target for line in tally.lines)
                if (tally.column == "group" or is_compared) and (picture := tally_chart(way, tally, voice)):
                    yield picture
                yield tally_table(way, tally, voice)
        missing = say_missing(contents, voice)
        if missing:
            yield self._heading(2, voice.words.gettext("Who is missing"))
            yield from self._bullets(missing)

    def _together(self) -> Iterator[Block]:
        yield from self._lines(say_together(self.contents, self.voice))
        language, reason = say_reason(self.contents, self.voice)
        if language == self.voice.language and reason:
            yield from self._lines([self.voice.words.gettext("Why: %(reason)s") % {"reason": reason}])
        elif reason:
            yield from self._lines([self.voice.words.gettext("Why, in the words in which it was given:")])
            yield Paragraph(Said(reason, language))

    def _themes(self) -> Iterator[Block]:
        yield from self._together()
        for question in self.contents.questions:
            yield Heading(2, said(question.text, self.voice))
            yield from self._lines(say_section(question, self.voice))
            yield from self._counts(question)
            parts = {theme.above for theme in question.themes if theme.above and self._has_more(theme)}
            for theme in question.themes:
                if self._has_more(theme) or theme.code in parts:
                    yield from self._theme(theme)

    def _counts(self, question: QuestionFound) -> Iterator[Block]:
        if not question.has_counts:
            names = tuple(theme_name(theme, self.voice) for theme in question.themes)
            yield from (Bullets(names),) if names else ()
            return
        if not question.themes:
            return
        if picture := themes_chart(question, self.voice):
            yield picture
        yield themes_table(question, self.contents.least, self.voice)
        for table in question.tables:
            yield cross_table(question, table, self.contents.least, self.voice)

    def _has_more(self, theme: ThemeFound) -> bool:
        """Tell whether a theme has anything to be read besides its number, which is in the table."""
        has_quotes = any(quoted.key in self.quotes for quoted in theme.quotes)
        has_words = theme.description or theme.trust or theme.mostly or theme.is_language_split
        return bool(has_quotes or has_words or not theme.is_firm)

    def _theme(self, theme: ThemeFound) -> Iterator[Block]:
        quotes = [(quoted, self.quotes[quoted.key]) for quoted in theme.quotes if quoted.key in self.quotes]
        yield Heading(4 if theme.above else 3, theme_name(theme, self.voice))
        yield from self._lines([say_theme(theme, self.voice)])
        if theme.description:
            yield Paragraph(said(theme.description, self.voice))
        if theme.trust is not None:
            yield Paragraph(self._said(say_trust(theme.trust, self.voice)), "quiet")
        groups = {group.code: self.voice.text(group.label) for group in self.contents.groups}
        other = "en" if self.voice.language == "fr" else "fr"
        _ = self.voice.words.gettext
        original = {"en": _("said in English"), "fr": _("said in French")}
        for quoted, words in quotes:
            # a translation is for who reads the report in it: an original in this language needs none
            is_foreign = words.language == other and words.translation
            translation = self._said(words.translation) if is_foreign else None
            about = [groups.get(quoted.group, ""), *([original[other]] if words.language == other else [])]
            yield Quote(Said(words.text, words.language), translation, " · ".join(filter(None, about)))

    def _priorities(self) -> Iterator[Block]:
        for ranking in self.contents.rankings:
            yield Heading(2, said(ranking.text, self.voice))
            yield from self._lines(say_ranking(ranking, self.voice))
            yield from self._bullets(say_apart(ranking, self.voice))
            yield from self._places(ranking)
            yield from self._bullets(say_notes(ranking, self.voice))
            yield from self._bullets([say_change(change, self.voice) for change in ranking.changes])

    def _places(self, ranking: RankingFound) -> Iterator[Block]:
        for view, places in (("everybody", ranking.everybody), ("equal-voice", ranking.equal_voice)):
            if places:
                if picture := places_chart(ranking, places, view, self.voice):
                    yield picture
                yield places_table(ranking, places, view, self.voice)
        if ranking.criteria:
            yield criteria_table(ranking, self.voice)
        if ranking.groups:
            yield groups_table(ranking, self.voice)
        if ranking.themes:
            yield origins_table(self.contents, ranking, self.voice)

    def _limits(self) -> Iterator[Block]:
        yield from self._bullets(say_limits(self.contents, self.voice))

    def _decisions(self) -> Iterator[Block]:
        _ = self.voice.words.gettext
        if self.contents.decisions:
            yield decisions_table(self.contents, self.voice)
        dissents = [said(text, self.voice) for made in self.contents.decisions for text in made.dissents]
        if dissents:
            yield self._heading(2, _("Dissent"))
            yield Bullets(tuple(dissents))
        if self.contents.undecided:
            yield self._heading(2, _("Still to decide"))
            yield from self._lines([say_open(self.contents, self.voice)])
            yield Bullets(tuple(said(text, self.voice) for text in self.contents.undecided))

    def _method(self) -> Iterator[Block]:
        _ = self.voice.words.gettext
        yield from self._lines([_("Made with Consult %(version)s.") % {"version": self.contents.version}])
        for run in self.contents.runs:
            yield Heading(2, said(run.text, self.voice))
            yield from self._lines([engine(run.engine, self.voice.words)])
            about = [_("Analysis number %(number)s; seed: %(seed)s") % {"number": run.number, "seed": run.seed}]
            about += [_("Settings: %(settings)s") % {"settings": run.settings}] if run.settings else []
            about += [_("Versions: %(versions)s") % {"versions": run.versions}] if run.versions else []
            about += [_("SHA-256 of what was read: %(digest)s") % {"digest": run.digest}] if run.digest else []
            yield from self._bullets(about)
        for ranking in self.contents.rankings:
            yield Heading(2, said(ranking.text, self.voice))
            yield from self._lines([explain_method(ranking.method, self.voice.words)])
            about = [
                _("Seed: %(seed)s; draws: %(draws)s")
                % {"seed": ranking.seed, "draws": self.voice.number(ranking.resamples)}
            ]
            about += [_("SHA-256 of the ballots: %(digest)s") % {"digest": ranking.digest}] if ranking.digest else []
            if ranking.signed_on:
                day = self.voice.formats.day(date.fromisoformat(ranking.signed_on[:10]))
                about.append(_("Method signed on %(day)s") % {"day": day})
            about.append(say_rule(ranking, self.voice))
            yield from self._bullets(about)

    def _questionnaire(self) -> Iterator[Block]:
        _ = self.voice.words.gettext
        surveys: set[tuple[str, int]] = set()
        for section in self.contents.survey:
            name = self.voice.text(section.survey)
            if (name, section.version) not in surveys:
                surveys.add((name, section.version))
                number = _("version %(number)s") % {"number": section.version}
                yield self._heading(2, f"{name} ({number})")
            if section.title:
                yield Heading(3, said(section.title, self.voice))
            for question in section.questions:
                yield Paragraph(said(question.text, self.voice), "asked")
                if question.choices:
                    yield Bullets(tuple(said(choice, self.voice) for choice in question.choices))

    def _said(self, text: str) -> Said:
        return Said(text, self.voice.language)

    def _heading(self, level: int, text: str) -> Heading:
        return Heading(level, self._said(text))

    def _lines(self, sentences: list[str]) -> Iterator[Block]:
        for sentence in sentences:
            if sentence:
                yield Paragraph(self._said(sentence))

    def _bullets(self, sentences: list[str]) -> Iterator[Block]:
        items = tuple(self._said(sentence) for sentence in sentences if sentence)
        if items:
            yield Bullets(items)

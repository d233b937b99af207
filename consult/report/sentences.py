"""What a report says in sentences, in one language: the same in every form, and none that its numbers do not carry.

"Most often raised" is said of themes, "priorities" only of what people ranked. That people "speak of" a theme is said
only where the machine's placing was measured on enough; elsewhere they raised it, as the machine placed their words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations

from consult.languages import Formats, interface_words
from consult.record.consultation import Anonymity, LanguagePolicy
from consult.report.contents import (
    ANSWER,
    Contents,
    Measured,
    Placed,
    QuestionFound,
    RankingFound,
    Tally,
    ThemeFound,
)
from surveys.localised import Localised

_NAMED = 3


@dataclass(frozen=True)
class Voice:
    """The language in which a report is said, with its words and formats."""

    language: str
    words: NullTranslations
    formats: Formats

    @classmethod
    def of(cls, language: str) -> "Voice":
        """Return the voice of "fr" or "en"."""
        return cls(language, interface_words(language), Formats(language))

    def text(self, value: Localised) -> str:
        """Return a text in this language, or in the other where it has none."""
        return value.shown(self.language)[1]

    def number(self, value: int | None) -> str:
        """Return a number as it stands in a table: a dash where it is hidden."""
        return "–" if value is None else self.formats.number(value)

    def day(self, iso: str) -> str:
        """Return a day in full, of its ISO form."""
        return self.formats.day(date.fromisoformat(iso))

    def people(self, count: int) -> str:
        """Return “12 people”."""
        said = self.words.ngettext("%(count)s person", "%(count)s people", count)
        return said % {"count": self.formats.number(count)}

    def quote(self, text: str) -> str:
        """Return a text between this language's quotation marks."""
        return f"«\u00a0{text}\u00a0»" if self.language == "fr" else f"“{text}”"

    def join(self, names: Sequence[str]) -> str:
        """Return names as a list in a sentence: “a, b and c”."""
        if len(names) <= 1:
            return "".join(names)
        last = self.words.gettext("%(first)s and %(last)s")
        return last % {"first": ", ".join(names[:-1]), "last": names[-1]}


def title_sections(voice: Voice) -> dict[str, str]:
    """Return the headings of a report's parts, in their order."""
    _ = voice.words.gettext
    return {
        "highlights": _("Highlights"),
        "how": _("Why and how"),
        "who": _("Who took part, and who is missing"),
        "themes": _("What people raised"),
        "priorities": _("What people put first"),
        "limits": _("Limits"),
        "decisions": _("Decisions"),
        "method": _("Annex: method"),
        "questionnaire": _("Annex: questionnaire"),
    }


def title_report(contents: Contents, voice: Voice) -> str:
    """Return the title of a report."""
    return voice.words.gettext("What we heard: %(title)s") % {"title": voice.text(contents.exercise.title)}


def say_snapshot(code: str, made_on: date, voice: Voice) -> str:
    """Return what stands at the foot of each page."""
    said = voice.words.gettext("Snapshot %(id)s, made on %(day)s. Its numbers do not change.")
    return said % {"id": code, "day": voice.formats.day(made_on)}


def say_highlights(contents: Contents, voice: Voice) -> list[str]:
    """Return the main findings, a sentence each; what is hidden is in none of them."""
    said = _say_heard(contents, voice)
    said += [sentence for each in contents.questions if (sentence := say_most_raised(each, voice))]
    said += [say_first(each, voice) for each in contents.rankings]
    if contents.decisions:
        count = len(contents.decisions)
        sentence = voice.words.ngettext(
            "The committee has made %(count)s decision.", "The committee has made %(count)s decisions.", count
        )
        said.append(sentence % {"count": voice.formats.number(count)})
    return said


def _say_heard(contents: Contents, voice: Voice) -> list[str]:
    _ = voice.words.gettext
    sentences = {
        "survey": _("Survey: %(people)s."),
        "discussion": _("Online discussion: %(people)s."),
        "session": _("Group sessions and interviews: %(people)s."),
    }
    return [
        sentences[way.kind] % {"people": voice.people(way.people)} for way in contents.ways if way.people is not None
    ]


def say_most_raised(question: QuestionFound, voice: Voice) -> str:
    """Return which themes of a question were raised most often; "" where no number may be said."""
    _ = voice.words.gettext
    named = [each for each in by_people(question.themes) if each.people is not None and each.labels][:_NAMED]
    if not named:
        return ""
    themes = [f"{voice.quote(voice.text(each.labels))} ({voice.people(each.people or 0)})" for each in named]
    sentence = (
        _("Most often raised to the question %(question)s: %(themes)s.")
        if question.is_decided
        else _("Most often raised to the question %(question)s, by proposed themes: %(themes)s.")
    )
    return sentence % {"question": voice.quote(voice.text(question.text)), "themes": voice.join(themes)}


def by_people(themes: Sequence[ThemeFound]) -> list[ThemeFound]:
    """Return themes by the number of their people, wherever they stand among the others."""
    return sorted(themes, key=lambda each: (-(each.people or 0), each.code))


def say_first(ranking: RankingFound, voice: Voice) -> str:
    """Return what is surely among the first, or that nothing is."""
    _ = voice.words.gettext
    sure = sure_of(ranking)
    values = {
        "question": voice.quote(voice.text(ranking.text)),
        "top": ranking.top,
        "sure": voice.formats.percent(ranking.sure),
    }
    if not sure:
        said = _(
            "To the question %(question)s, no choice is among the first %(top)s in at least %(sure)s of the draws: the"
            " order is not firm."
        )
        return said % values
    said = voice.words.ngettext(
        "To the question %(question)s, one choice is among the first %(top)s in at least %(sure)s of the draws:"
        " %(names)s.",
        "To the question %(question)s, %(count)s choices are among the first %(top)s in at least %(sure)s of the draws:"
        " %(names)s.",
        len(sure),
    )
    names = voice.join([voice.quote(voice.text(each.label)) for each in sure])
    return said % (values | {"count": len(sure), "names": names})


def sure_of(ranking: RankingFound) -> list[Placed]:
    """Return the choices that are among the first, and there in enough of the resamples, everybody together."""
    return [each for each in ranking.everybody if each.code in ranking.first and each.in_top >= ranking.sure]


def say_how(contents: Contents, voice: Voice) -> list[str]:
    """Return when, in which languages and under which promise of anonymity people were asked."""
    _, exercise = voice.words.gettext, contents.exercise
    said = []
    if exercise.opens_on and exercise.closes_on:
        days = {"first": voice.day(exercise.opens_on), "last": voice.day(exercise.closes_on)}
        said.append(_("The consultation was open from %(first)s to %(last)s.") % days)
    said.append(
        {
            LanguagePolicy.EQUAL: _("French and English were offered as equals, and answers count together."),
            LanguagePolicy.FRENCH_FIRST: _("Pages opened in French, and English was offered."),
            LanguagePolicy.FRENCH_ONLY: _("Participants were asked in French."),
            LanguagePolicy.ENGLISH_FIRST: _("Pages opened in English, and French was offered."),
        }[LanguagePolicy(exercise.language_policy)]
    )
    said.append(
        {
            Anonymity.ANONYMOUS: _("Answers are anonymous: nothing that is kept joins a person to an answer."),
            Anonymity.IDENTIFIED: _("People answered under their names; this report names nobody."),
        }[Anonymity(exercise.anonymity)]
    )
    if exercise.is_fictional:
        said.append(_("This consultation is fictional: everything that is said in it was made up."))
    return said


def say_missing(contents: Contents, voice: Voice) -> list[str]:
    """Return who is missing: the groups of which fewer people answered the survey than were hoped for."""
    _ = voice.words.gettext
    said = []
    for group in contents.groups:
        values = {"group": voice.text(group.label), "hoped": voice.formats.number(group.target)}
        if group.people is not None and group.people < group.target:
            values["people"] = voice.formats.number(group.people)
            said.append(_("%(group)s: %(people)s answered the survey, %(hoped)s were hoped for.") % values)
        elif group.people is None and group.target:
            said.append(_("%(group)s: their number is not shown; %(hoped)s were hoped for.") % values)
    answers = [tally for way in contents.ways for tally in way.tallies if tally.column.startswith(ANSWER)]
    return said + [sentence for tally in answers if (sentence := _say_fewer(tally, voice))]


def _say_fewer(tally: Tally, voice: Voice) -> str:
    """Return of which answers to a question about people fewer came than were hoped for; "" for none."""
    _ = voice.words.gettext
    said = []
    for line in tally.lines:
        values = {"answer": voice.quote(voice.text(line.label)), "hoped": voice.formats.number(line.target)}
        if line.people is not None and line.people < line.target:
            values["people"] = voice.formats.number(line.people)
            said.append(_("%(answer)s (%(people)s, %(hoped)s were hoped for)") % values)
        elif line.people is None and line.target:
            said.append(_("%(answer)s (not shown, %(hoped)s were hoped for)") % values)
    if not said:
        return ""
    sentence = _("%(question)s Fewer answers than were hoped for, or not shown: %(answers)s.")
    return sentence % {"question": voice.text(tally.title), "answers": "; ".join(said)}


def say_section(question: QuestionFound, voice: Voice) -> list[str]:
    """Return what has to be known of a question's themes before they are read."""
    _ = voice.words.gettext
    said = [
        _("People accepted these themes. They are in the order in which they were raised most often, not of priority.")
        if question.is_decided
        else _("The machine proposed these themes from what people wrote, and nobody has decided on them yet.")
    ]
    if any(theme.above for theme in question.themes):
        said.append(_("A theme that is part of another one follows it; the people of each are counted by themselves."))
    if question.people is not None:
        said.append(_("Raised one theme or more: %(people)s.") % {"people": voice.people(question.people)})
    if question.left_out:
        sentence = voice.words.ngettext(
            "%(count)s other theme is not listed: too few people raised it to be counted in public.",
            "%(count)s other themes are not listed: too few people raised them to be counted in public.",
            question.left_out,
        )
        said.append(sentence % {"count": voice.formats.number(question.left_out)})
    if question.keeps_tables_back:
        said.append(_("Tables by group and by language are kept back: beside an earlier one they would tell of a few."))
    return said


def say_theme(theme: ThemeFound, voice: Voice) -> str:
    """Return how many people raised a theme, of which it is part, and what the languages of its people tell."""
    _ = voice.words.gettext
    said = []
    if theme.under:
        said.append(_("Part of the theme %(theme)s.") % {"theme": voice.quote(voice.text(theme.under))})
    if theme.people is None:
        said.append(_("The number of people is not shown."))
    else:
        verb = _("%(people)s speak of it.") if theme.trust is not None else _("Raised by %(people)s.")
        said.append(verb % {"people": voice.people(theme.people)})
    said.append(_say_language(theme, voice))
    if not theme.is_firm:
        said.append(_("It may be a coincidence: it does not hold when some answers are left out."))
    return " ".join(filter(None, said))


def _say_language(theme: ThemeFound, voice: Voice) -> str:
    """Return that a theme is one by its language only, or that hardly anybody raised it in the other: a finding."""
    _ = voice.words.gettext
    if theme.is_language_split:
        return _("Only a language split: people said that the same theme stands in the other language.")
    if not theme.mostly:
        return ""
    is_french = theme.mostly == "fr"
    if theme.twin:
        said = (
            _("Raised almost only in French; a near-equal theme stands in English: %(theme)s. It may be one theme.")
            if is_french
            else _(
                "Raised almost only in English; a near-equal theme stands in French: %(theme)s. It may be one theme."
            )
        )
        return said % {"theme": voice.quote(voice.text(theme.twin))}
    if theme.is_alone:
        return (
            _("Raised almost only in French: no near-equal theme stands in English. This is a finding.")
            if is_french
            else _("Raised almost only in English: no near-equal theme stands in French. This is a finding.")
        )
    return _("Raised almost only in French.") if is_french else _("Raised almost only in English.")


def say_trust(trust: Measured, voice: Voice) -> str:
    """Return how right the machine's placing of a theme was on what people coded by hand."""
    percent = voice.formats.percent
    said = voice.words.gettext(
        "On %(items)s passages coded by hand: of what the machine placed here, %(precision)s belongs here (%(low)s to"
        " %(high)s); of what belongs here, it found %(recall)s (%(from)s to %(to)s)."
    )
    return said % {
        "items": voice.formats.number(trust.items),
        "precision": percent(trust.precision),
        "low": percent(trust.precision_low),
        "high": percent(trust.precision_high),
        "recall": percent(trust.recall),
        "from": percent(trust.recall_low),
        "to": percent(trust.recall_high),
    }


def say_place(placed: Placed, voice: Voice) -> str:
    """Return the interval of a place: “1 to 3”, or “2” where it is of no width."""
    if placed.lowest == placed.highest:
        return voice.formats.number(placed.lowest)
    return voice.words.gettext("%(low)s to %(high)s") % {"low": placed.lowest, "high": placed.highest}


def say_hidden(least: int, voice: Voice) -> str:
    """Return what a dash in a table stands for."""
    said = voice.words.gettext(
        "– stands for a number that is not shown: fewer than %(least)s people, or one by which such a number could be"
        " worked out."
    )
    return said % {"least": voice.formats.number(least)}


def say_limits(contents: Contents, voice: Voice) -> list[str]:
    """Return what the reader must not conclude."""
    _ = voice.words.gettext
    said = [
        _("Those who answered chose to: they are no sample of everybody, and no share here is one of a population."),
        _("People are not added up over the ways of taking part: one person may have used several."),
        say_hidden(contents.least, voice),
    ]
    themes = [theme for each in contents.questions for theme in each.themes]
    if themes:
        said.append(_("A theme says what several people raised, not how many agree with it, nor how important it is."))
    if themes and all(theme.trust is None for theme in themes):
        said.append(
            _("How right the machine is when it places words in themes was not measured by enough coding by hand.")
        )
    if themes and not contents.rankings:
        said.append(_("Nobody ranked: nothing in this report is a priority of those who took part."))
    return said


def say_open(contents: Contents, voice: Voice) -> str:
    """Return how much is still to be decided; "" where nothing is."""
    count = len(contents.undecided)
    if not count:
        return ""
    said = voice.words.ngettext(
        "%(count)s theme or choice is still to be decided on.",
        "%(count)s themes or choices are still to be decided on.",
        count,
    )
    return said % {"count": voice.formats.number(count)}

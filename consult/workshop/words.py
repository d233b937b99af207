"""What rounds are called, how many have sent, and sentences for what was refused."""

from gettext import NullTranslations

from consult.record.errors import RecordError
from consult.record.workshop import RoundKind, WorkshopRound
from surveys.problems import Problem

Words = NullTranslations


def round_name(rounds: list[WorkshopRound], each: WorkshopRound, words: Words) -> str:
    """Return what a round is called; votes are numbered where there are two."""
    _ = words.gettext
    if each.kind is RoundKind.VOTE:
        votes = [one.number for one in rounds if one.kind is RoundKind.VOTE]
        return _("Second vote") if votes.index(each.number) else _("Vote")
    return {
        RoundKind.IDEAS: _("Silent ideas"),
        RoundKind.SHARING: _("Ideas, one by one"),
        RoundKind.DISCUSSION: _("Discuss and merge"),
    }[each.kind]


def sent_sentence(current: WorkshopRound | None, here: int, sent: int, words: Words) -> str:
    """Return how many take part, and how many of them have sent something in this round."""
    joined = words.ngettext("%(here)s person takes part.", "%(here)s people take part.", here) % {"here": here}
    if current is None or current.kind not in (RoundKind.IDEAS, RoundKind.VOTE):
        return joined
    if here and sent == here and current.kind is RoundKind.VOTE:
        return joined + " " + words.gettext("Everybody has voted.")
    if current.kind is RoundKind.VOTE:
        said = words.ngettext("%(sent)s has voted.", "%(sent)s have voted.", sent)
    else:
        said = words.ngettext("%(sent)s has sent ideas.", "%(sent)s have sent ideas.", sent)
    return joined + " " + said % {"sent": sent}


def explain_refusal(error: RecordError, words: Words) -> str | None:
    """Return the sentence for what was refused; None where these pages have nothing to say about it."""
    _ = words.gettext
    sentence = {
        "workshop.over": _("The workshop is over: nothing was sent."),
        "workshop.full": _("Nothing was sent: %(limit)s phones take part already."),
        "workshop.not_over": _("End the workshop first."),
        "workshop.no_ideas": _("There are no ideas to keep."),
        "workshop.unworded": _("Word each option that is an idea first, in your own words: ideas leave this page."),
        "round.not_open": _("This round has ended: nothing was sent."),
        "round.too_few_options": _("A vote needs two options at least. Add some first."),
        "idea.empty": _("Write your idea first."),
        "idea.too_long": _("This is too long. Write at most %(limit)s characters."),
        "idea.too_many": _("You have sent %(limit)s ideas: take one back to send another."),
        "vote.empty": _("Choose at least one option."),
        "vote.twice": _("One option stands in two places. Choose each only once."),
        "vote.too_many": _("Choose %(limit)s options at most."),
        "vote.sum": _("Give out exactly %(limit)s points."),
        "vote.unknown_option": _("The list has changed. Look at it again and vote."),
        "option.empty": _("Write the option, in French or in English."),
        "option.voted": _("Nothing was changed: people are voting on this list."),
        "option.missing": _("This option is no longer on the list."),
        "option.too_many": _("There are %(limit)s options already."),
        "text.too_long": _("This is too long. Write at most %(limit)s characters."),
    }.get(error.code)
    return None if sentence is None else sentence % error.values


def explain_problem(problem: Problem, words: Words) -> str:
    """Return the sentence for what is wrong with one field of the form."""
    _ = words.gettext
    sentence = {
        "workshop.empty": _("Write it in French or in English; the other language may wait."),
        "workshop.most": _("Write a whole number from 1 to %(most)s."),
        "workshop.votes": _("Choose one vote or two."),
        "workshop.too_many": _("There are more than %(most)s options. Leave some out."),
        "workshop.bad_day": _("Write the day as year, month and day, such as 2026-10-18."),
        "text.too_long": _("This is too long. Write at most %(limit)s characters."),
    }[problem.code]
    return sentence % dict(problem.values)

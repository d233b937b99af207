"""How ballots were read and what became of small groups, in sentences, in one language."""

from consult.report.contents import RankingFound
from consult.report.names import SMALL_GROUPS, method_name, say_small_groups
from consult.report.sentences import Voice, say_first


def say_ranking(ranking: RankingFound, voice: Voice) -> list[str]:
    """Return how the ballots of a question were read, and how firm the order is."""
    _ = voice.words.gettext
    said = [_("Method: %(method)s.") % {"method": method_name(ranking.method, voice.words)}]
    if ranking.people is not None:
        sentence = _("Ranked: %(people)s.") if ranking.kind == "ranking" else _("Answered: %(people)s.")
        said.append(sentence % {"people": voice.people(ranking.people)})
    said.append(
        _(
            "Each place comes with the interval of the middle nine in ten of %(draws)s draws of the ballots. Within a"
            " tier, the ballots cannot tell places apart."
        )
        % {"draws": voice.formats.number(ranking.resamples)}
    )
    said.append(say_first(ranking, voice))
    return said


def say_apart(ranking: RankingFound, voice: Voice) -> list[str]:
    """Return what single groups put among the first, and everybody together did not."""
    said = []
    for each in ranking.only_in_groups:
        names = voice.join([voice.quote(voice.text(option)) for option in each.first])
        sentence = voice.words.gettext("Among the first of %(group)s, and not of everybody: %(names)s.")
        said.append(sentence % {"group": voice.text(each.group), "names": names})
    return said


def say_notes(ranking: RankingFound, voice: Voice) -> list[str]:
    """Return what became of small groups: as it was decided, and in words what the committee says of them."""
    told = [(note.code, voice.text(note.group)) for note in ranking.notes if note.code in SMALL_GROUPS]
    said = voice.words.gettext("%(group)s, in words: %(words)s")
    in_words = [note for note in ranking.notes if note.code not in SMALL_GROUPS]
    return [
        *say_small_groups(told, voice.words),
        *(said % {"group": voice.text(note.group), "words": voice.text(note.words)} for note in in_words),
    ]

"""What people ranked, as everybody may read it: orders with their doubt, and no number of people below the public's.

A ranking was made once, when the consultation was closed (`consult.record.ranking`). Of it a report tells orders,
intervals and tiers of everybody and of groups with an equal voice; of a group, only what it put first, and only where
enough people of it ranked. First choices and scores are left to the committee's pages.
"""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy.orm import Session

from analysis.criteria_scores import show_share
from analysis.ranking import GroupRankings, Ranking
from analysis.stored_rankings import read_criteria, read_digest, read_ranking
from consult.disclosure import Rule
from consult.record.consultation import Consultation, list_groups
from consult.record.priority_rule import USUAL_SURE, list_group_words, list_signed
from consult.record.ranking import RankingQuestion, StoredRanking, find_ranking, list_ranking_questions
from consult.record.stored_ballots import REACTIONS, name_criteria
from consult.report.contents import GroupNote, GroupTop, Placed, RankingFound, Scored
from consult.report.gather_origins import gather_origins
from consult.report.names import FEW, NOT_TOLD
from consult.report.rule_parts import describe_change, list_parts
from consult.settings import Settings
from surveys.localised import Localised

Names = Mapping[str, Localised]
IN_WORDS = "words"


def gather_rankings(
    session: Session, consultation: Consultation, rule: Rule, settings: Settings
) -> tuple[RankingFound, ...]:
    """Return the ranking of each question; statements of discussions are people's own words, and are not in it."""
    groups = {group.code: group.name for group in list_groups(session, consultation)}
    found = []
    for code, asked in list_ranking_questions(session, consultation).items():
        stored = find_ranking(session, consultation, code) if asked.kind != REACTIONS else None
        ranked = read_ranking(stored.result) if stored else None
        if stored is not None and ranked is not None and ranked.everybody.ballots >= rule.least:
            found.append(_found(session, consultation, asked, stored, ranked, groups, rule, settings))
    return tuple(found)


def _found(
    session: Session,
    consultation: Consultation,
    asked: RankingQuestion,
    stored: StoredRanking,
    ranked: GroupRankings,
    groups: Names,
    rule: Rule,
    settings: Settings,
) -> RankingFound:
    code, criteria = asked.question.code, name_criteria(session, consultation)
    signed = list_signed(session, consultation, code)
    standing = signed[-1].rule if signed else None
    names = {option: label or Localised(option, option) for option, label in asked.candidates.items()}
    tops = {
        group: each.top_candidates
        for group, each in ranked.groups.items()
        if group in groups and each.ballots >= rule.least
    }
    first = ranked.everybody.top_candidates
    alone = {group: tuple(option for option in top if option not in first) for group, top in tops.items()}
    everybody = ranked.everybody
    return RankingFound(
        code=code,
        text=asked.question.text,
        kind=asked.kind,
        people=everybody.ballots,
        method=everybody.method,
        top=everybody.top,
        sure=(standing.sure if standing else USUAL_SURE) / 100,
        seed=everybody.seed,
        resamples=everybody.resamples,
        digest=read_digest(stored.result)[0],
        signed_on=standing.at.date().isoformat() if standing else "",
        everybody=_places(everybody, names),
        equal_voice=_places(ranked.equal_voice, names) if ranked.equal_voice else (),
        voices=tuple(groups[group] for group in ranked.voices if group in groups) if ranked.equal_voice else (),
        first=first,
        equal_first=ranked.equal_voice.top_candidates if ranked.equal_voice else (),
        groups=tuple(_top(groups[group], tops[group], names) for group in groups if group in tops),
        only_in_groups=tuple(_top(groups[group], alone[group], names) for group in groups if alone.get(group)),
        notes=(*_cautions(ranked, groups, tops), *_in_words(session, consultation, code, groups)),
        changes=tuple(describe_change(each, criteria, groups) for each in signed if each.rule.is_change),
        rule=list_parts(standing, criteria, groups) if standing else (),
        criteria=_scored(stored, everybody, rule),
        themes=gather_origins(session, consultation, code, settings),
    )


def _places(ranking: Ranking, names: Names) -> tuple[Placed, ...]:
    """Return where each choice stands, the first first; its interval from the best place to the worst."""
    return tuple(
        Placed(
            code=each.candidate,
            label=names.get(each.candidate, Localised(each.candidate, each.candidate)),
            rank=each.rank,
            is_tied=each.is_tied,
            lowest=each.lowest_rank,
            highest=each.highest_rank,
            in_top=round(each.in_top, 4),
            tier=number,
        )
        for number, tier in enumerate(ranking.tiers, start=1)
        for each in tier.standings
    )


def _cautions(ranked: GroupRankings, groups: Names, told: Collection[str]) -> Iterator[GroupNote]:
    """Return what has to be said of small groups; the committee reads the orders of some that are not told here."""
    cautions = {each.group: each.code for each in ranked.cautions}
    for group, name in groups.items():
        if group in cautions:
            is_untold = cautions[group] == FEW and group not in told
            yield GroupNote(NOT_TOLD if is_untold else cautions[group], name)


def _in_words(session: Session, consultation: Consultation, code: str, groups: Names) -> Iterator[GroupNote]:
    for group, words in list_group_words(session, consultation, code).items():
        if group in groups and words:
            yield GroupNote(IN_WORDS, groups[group], words)


def _scored(stored: StoredRanking, everybody: Ranking, rule: Rule) -> tuple[Scored, ...]:
    """Return the scores by criteria as everybody may read them, in the order of the ranking."""
    found = read_criteria(stored.result)
    told = [found[each.candidate] for each in everybody.standings if each.candidate in found]
    shown = [
        (each, show_share(each.score, each.scorers, rule.least), show_share(each.agreement, each.scorers, rule.least))
        for each in told
    ]
    return tuple(
        Scored(each.candidate, score.hundredths, score.bound, agreed.hundredths, agreed.bound)
        for each, score, agreed in shown
    )


def _top(group: Localised, options: tuple[str, ...], names: Names) -> GroupTop:
    return GroupTop(group, tuple(names.get(option, Localised(option, option)) for option in options))

"""Make the rankings of a consultation's ballots, once, by the rules that were signed, and keep them."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from analysis.audience import Audience
from analysis.ballots import Kind
from analysis.methods import methods_for
from analysis.ranking import SmallGroup
from analysis.stored_ballots import Spoken, read_spoken
from analysis.stored_rankings import Signed
from analysis.stored_rankings import make_rankings as rank_ballots
from consult.disclosure import has_sensitive_groups, rule_of
from consult.jobs import Work
from consult.record.consultation import Consultation, ConsultationState
from consult.record.database import unit_of_work
from consult.record.priority_rule import PriorityRule, list_rules
from consult.record.ranking import read_ranked, save_rankings
from consult.record.stored_ballots import Ranked
from consult.settings import Settings

_SALT_BYTES = 16
_LEAST = 2


def make_rankings(work: Work) -> None:
    """Read the ballots, rank them, save all questions at once; no transaction is open meanwhile."""
    consultation_id = int(work.arguments["consultation"])
    work.tell("read", 0.0)
    with unit_of_work(work.engine, read_only=True) as session:
        consultation = session.get_one(Consultation, consultation_id)
        is_final = consultation.state is ConsultationState.CLOSED
        ranked = read_ranked(session, consultation)
        rules = list_rules(session, consultation)
        is_sensitive = has_sensitive_groups(session, consultation)
        session.expunge_all()
    results = {}
    for done, (code, one) in enumerate(ranked.items()):
        work.tell("rank", 0.1 + 0.9 * done / len(ranked))
        results[code] = _rank(one, rules.get(code), work.settings, is_sensitive=is_sensitive)
    now = datetime.now(UTC)
    with unit_of_work(work.engine) as session:
        work.finish(session)
        save_rankings(session, consultation_id, results, is_final=is_final, now=now)


def _rank(
    ranked: Ranked, rule: PriorityRule | None, settings: Settings | None, *, is_sensitive: bool
) -> Mapping[str, Any]:
    """Rank what people said of one question, by its rule or, where nobody signed any, by the usual one."""
    kind, candidates = Kind(ranked.asked.kind), list(ranked.asked.candidates)
    if len(candidates) < _LEAST:
        return {}
    spoken = (Spoken(each.value, each.group, each.channel, each.version) for each in ranked.answers)
    ballots = read_spoken(kind, spoken, candidates, steps=ranked.asked.steps or None, designs=ranked.asked.designs)
    return rank_ballots(kind, ballots, candidates, _sign(kind, rule, settings, is_sensitive=is_sensitive))


def _sign(kind: Kind, rule: PriorityRule | None, settings: Settings | None, *, is_sensitive: bool) -> Signed:
    """Return what the rule says, or what is usual; a method that reads other ballots is none."""
    signed = Signed(methods_for(kind)[0], salt=secrets.token_hex(_SALT_BYTES))
    if settings is not None:
        committee, public = (rule_of(settings, each, is_sensitive=is_sensitive).least for each in Audience)
        signed = replace(signed, least_people=committee, least_public=public)
    if rule is None:
        return signed
    return replace(
        signed,
        method=rule.method if rule.method in methods_for(kind) else signed.method,
        top=rule.top,
        criteria=rule.weights if kind is Kind.CRITERIA else {},
        small={group: SmallGroup(decided) for group, decided in rule.small.items()},
    )

"""Signed rules and their changes in sentences, in one language: on the committee's pages and in reports alike."""

from consult.report.contents import RankingFound, RuleChanged, RulePart
from consult.report.names import method_name
from consult.report.sentences import Voice


def say_part(part: RulePart, voice: Voice) -> str:
    """Return one thing that a rule says."""
    return _say_value(part, part.value, voice)


def say_otherwise(part: RulePart, voice: Voice) -> str:
    """Return one thing that a rule says otherwise than the one before it, with what that one said."""
    values = {"said": say_part(part, voice), "before": _say_alone(part, part.before, voice)}
    return voice.words.gettext("%(said)s (before: %(before)s)") % values


def say_rule(ranking: RankingFound, voice: Voice) -> str:
    """Return all that the rule of a ranking says, or that nobody signed one; "" where that was not kept."""
    if not ranking.signed_on:
        return voice.words.gettext("Nobody signed a rule: this is the usual method, and nothing was decided before.")
    if not ranking.rule:
        return ""
    parts = "; ".join(say_part(part, voice) for part in ranking.rule)
    return voice.words.gettext("Signed rule – %(parts)s.") % {"parts": parts}


def say_change(change: RuleChanged, voice: Voice) -> str:
    """Return how a rule was changed after people could answer, and why, in the words in which the reason was given."""
    _ = voice.words.gettext
    if not change.parts:
        return _say_briefly(change, voice)
    values = {"day": voice.day(change.day), "reason": change.reason}
    if not change.method_before:
        parts = "; ".join(say_part(part, voice) for part in change.parts)
        said = _("Signed on %(day)s, when people could answer already: %(parts)s. Reason: %(reason)s")
        return said % {**values, "parts": parts}
    parts = "; ".join(say_otherwise(part, voice) for part in change.parts)
    said = _("Changed on %(day)s, when people could answer already: %(parts)s. Reason: %(reason)s")
    return said % {**values, "parts": parts}


def _say_value(part: RulePart, value: str, voice: Voice) -> str:
    """Return what a rule says of something, with what it is about."""
    _ = voice.words.gettext
    values = {"name": voice.text(part.name), "value": _say_alone(part, value, voice)}
    return {
        "method": _("method: %(value)s"),
        "top": _("priorities kept: %(value)s"),
        "sure": _("surely among them from %(value)s of the draws on"),
        "order": _("highest step: %(value)s"),
        "weight": _("weight of the criterion “%(name)s”: %(value)s"),
        "small": _("the group “%(name)s”, should few of it answer: %(value)s"),
    }[part.kind] % values


def _say_alone(part: RulePart, value: str, voice: Voice) -> str:
    _ = voice.words.gettext
    if part.kind == "method":
        return method_name(value, voice.words)
    if part.kind == "sure":
        return voice.formats.percent(int(value) / 100)
    if part.kind == "top":
        return _("the first %(top)s") % {"top": value}
    if part.kind == "weight":
        return voice.formats.number(float(value), 0 if float(value).is_integer() else 2) if value else _("left out")
    if part.kind == "order":
        return _("the first choice") if value else _("the last choice")
    return {"included": _("its voice is included"), "in_words": _("reported in words")}.get(
        value, _("nothing is decided")
    )


def _say_briefly(change: RuleChanged, voice: Voice) -> str:
    """Return a change of which an earlier version kept the method and the top only."""
    _ = voice.words.gettext
    values = {
        "day": voice.day(change.day),
        "method": method_name(change.method, voice.words),
        "top": change.top,
        "reason": change.reason,
    }
    if not change.method_before:
        said = _("Signed on %(day)s, when people could answer already: %(method)s, first %(top)s. Reason: %(reason)s")
        return said % values
    values |= {"before": method_name(change.method_before, voice.words), "earlier": change.top_before}
    said = _(
        "Changed on %(day)s, when people could answer already: %(method)s, first %(top)s; before that %(before)s, first"
        " %(earlier)s. Reason: %(reason)s"
    )
    return said % values

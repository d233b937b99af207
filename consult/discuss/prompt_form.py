"""A prompt as the inputs of a form, and back."""

from collections.abc import Mapping

from consult.record.discussion import Moderation, NewPrompt, Results
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES, Localised

Typed = dict[str, str]


def fill(new: NewPrompt) -> Typed:
    """Return what stands in each input."""
    typed = {f"{name}.{each}": text.get(each) for name, text in _texts(new).items() for each in LANGUAGES}
    return typed | {
        "moderation": new.moderation.value,
        "may_reply": "1" if new.may_reply else "",
        "results": new.results.value,
        "least_reactions": str(new.least_reactions),
        "for": "all" if new.is_for_all else "invited",
        "question": new.question_code or "",
    }


def read_prompt(typed: Mapping[str, str], questions: Mapping[str, Localised]) -> tuple[NewPrompt, dict[str, str]]:
    """Return what was typed, and the code of what is wrong by input; `questions` are those that it may go with."""
    errors = {}
    for name, allowed in (
        ("moderation", set(Moderation)),
        ("results", set(Results)),
        ("for", {"all", "invited"}),
        ("question", {"", *questions}),
    ):
        if typed.get(name, "") not in allowed:
            errors[name] = "choice.unknown"
    least = typed.get("least_reactions", "").strip()
    if not (least.isascii() and least.isdecimal() and len(least) < 4 and 1 <= int(least) <= 100):
        errors["least_reactions"] = "number.outside"
    text = {
        name: Localised(**{each: clean_text(typed.get(f"{name}.{each}", "")) for each in LANGUAGES})
        for name in ("title", "introduction")
    }
    new = NewPrompt(
        text["title"],
        text["introduction"],
        moderation=Moderation.BEFORE if "moderation" in errors else Moderation(typed["moderation"]),
        may_reply=typed.get("may_reply") == "1",
        results=Results.REACTED if "results" in errors else Results(typed["results"]),
        least_reactions=1 if "least_reactions" in errors else int(least),
        is_for_all=typed.get("for") != "invited",
        question_code=typed.get("question") or None,
    )
    return new, errors


def _texts(new: NewPrompt) -> dict[str, Localised]:
    return {"title": new.title, "introduction": new.introduction}

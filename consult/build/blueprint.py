"""The pages where a consultation is founded and its survey is written; `needs(Role.FACILITATOR)`, every one."""

from flask import Blueprint, g

from consult.build.found import saved_at
from consult.build.words import act_words
from consult.languages import interface_words

blueprint = Blueprint("build", __name__, url_prefix="/<language:language>/build")


@blueprint.context_processor
def _tell_templates() -> dict[str, object]:
    """Give the frame of the pages the words for what can be undone, and for when it was done."""
    return {
        "act_said": lambda act: act_words(act.action, act.subject, interface_words(g.language)),
        "time_said": lambda moment: saved_at(moment, g.language),
    }

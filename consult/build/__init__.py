"""The builder: a consultation is founded, its people invited, its survey written, translated, checked, published."""

from consult.build import (
    adding,
    checking,
    description,
    group_question,
    heads,
    outline,
    people,
    presence,
    preview,
    question_page,
    starting,
    translation,
)
from consult.build.blueprint import blueprint

# Imported for their routes.
PAGES = (
    adding,
    checking,
    description,
    group_question,
    heads,
    outline,
    people,
    presence,
    preview,
    question_page,
    starting,
    translation,
)

__all__ = ["blueprint"]

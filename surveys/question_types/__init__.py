"""The types of question. A file of this folder is a type: it is found here, nothing else lists it."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from surveys.definition import Question
from surveys.question_type import QuestionType

_FOUND = (import_module(f"{__name__}.{module.name}").QUESTION_TYPE for module in iter_modules(__path__))
QUESTION_TYPES: Final[dict[str, QuestionType]] = {found.code: found for found in _FOUND}


def get_type(question: Question) -> QuestionType:
    """Return the type of a question; raises KeyError if its code is unknown."""
    return QUESTION_TYPES[question.type]

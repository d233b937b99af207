"""The columns of a file of responses: what is said about each response, then the answers, and their words."""

from collections.abc import Sequence

from consult.languages import LANGUAGES, interface_words
from consult.messages import channel_name, language_name
from consult.question_words import question_words
from consult.record.consultation import Anonymity, Consultation, Group
from consult.record.contribution import Channel
from surveys.columns import RESPONDENT, RESPONSE_COLUMNS, columns_of
from surveys.definition import Survey
from surveys.labels import CellWords, Labels, cell_words, survey_words


def file_columns(consultation: Consultation, versions: Sequence[Survey]) -> tuple[str, ...]:
    """Return the names of all columns; who answered is never among them where that was promised."""
    identified = (RESPONDENT,) if consultation.anonymity is Anonymity.IDENTIFIED else ()
    return (*RESPONSE_COLUMNS, *identified, *(column.name for column in columns_of(versions)))


def file_words(groups: Sequence[Group], versions: Sequence[Survey]) -> dict[str, CellWords]:
    """Return the words of every column whose cells have labels, in both languages."""
    catalogues = {language: interface_words(language) for language in LANGUAGES}
    about: dict[str, Labels] = {
        "language": {
            shown: {each: language_name(each, words) for each in LANGUAGES} for shown, words in catalogues.items()
        },
        "group": {shown: {group.code: group.name.shown(shown)[1] for group in groups} for shown in LANGUAGES},
        "channel": {
            shown: {str(each): channel_name(each, words) for each in Channel} for shown, words in catalogues.items()
        },
    }
    of_answers = survey_words(versions, {language: question_words(words) for language, words in catalogues.items()})
    return {name: cell_words(labels) for name, labels in about.items()} | of_answers

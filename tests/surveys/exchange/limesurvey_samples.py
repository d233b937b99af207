"""Small LimeSurvey questionnaires of our own, in the three layouts: .lss new and old, tab-separated."""

# qid, parent, group, letter, code, mandatory, other, relevance, English, French
_QUESTIONS = (
    ("1", "0", "1", "L", "Q1", "Y", "Y", "1", "<p>Who are you?</p>", "<p>Qui êtes-vous?</p>"),
    ("2", "0", "1", "M", "Q2", "N", "N", '((Q1.NAOK == "A1"))', "Needs", "Besoins"),
    ("3", "2", "1", "T", "SQ001", "N", "N", "1", "Transport", "Transport"),
    ("4", "2", "1", "T", "none", "N", "N", "1", "None", "Aucun"),
    ("5", "0", "1", "N", "Age", "N", "N", 'Q2_SQ001.NAOK == "Y" && !is_empty(Q1)', "Age of {Q1.shown}", "Âge"),
    ("6", "0", "2", "F", "Q4", "Y", "N", "count(that) > 2", "<script>alert(1)</script>How much?", "À quel point?"),
    ("7", "6", "2", "T", "tea", "N", "N", "1", "Tea &amp; milk", "Thé et lait"),
    ("8", "0", "2", "K", "Q5", "N", "N", "Q4_tea == 'B2'", "Share", "Partagez"),
    ("9", "8", "2", "T", "home", "N", "N", "1", "Home", "Maison"),
    ("10", "8", "2", "T", "work", "N", "N", "1", "Work", "Travail"),
    ("11", "0", "2", "R", "Q6", "N", "N", "1", "Order", "Ordre"),
    ("12", "0", "2", "|", "Q7", "N", "N", "1", "A file", "Un fichier"),
    ("13", "0", "2", "Y", "Q8", "S", "N", "1", "Yes?", "Oui?"),
    ("14", "0", "2", "X", "Q9", "N", "N", "Q8 == 'Y'", "Thanks", "Merci"),
)
_ANSWERS = (
    ("1", "1", "A1", "Caregiver", "Proche aidante"),
    ("2", "1", "A2", "Citizen", "Citoyenne"),
    ("3", "6", "B1", "Little", "Peu"),
    ("4", "6", "B2", "A lot", "Beaucoup"),
    ("5", "11", "R1", "First", "Premier"),
    ("6", "11", "R2", "Second", "Deuxième"),
)
_ATTRIBUTES = (
    ("1", "answer_order", "random", ""),
    ("1", "other_replace_text", "Somebody else", "en"),
    ("1", "other_replace_text", "Quelqu’un d’autre", "fr"),
    ("2", "exclude_all_others", "none", ""),
    ("2", "max_answers", "2", ""),
    ("5", "max_num_value_n", "120", ""),
    ("5", "num_value_int_only", "1", ""),
    ("5", "prefix", "about", ""),
    ("8", "equals_num_value", "10", ""),
    ("11", "max_answers", "1", ""),
)
_GROUPS = (("1", "You", "Vous"), ("2", "More", "Plus"))


def _rows(tag: str, rows: list[dict[str, str]]) -> str:
    cells = ("".join(f"<{key}><![CDATA[{value}]]></{key}>" for key, value in row.items()) for row in rows)
    return f"<{tag}><rows>{''.join(f'<row>{each}</row>' for each in cells)}</rows></{tag}>"


def _document(*parts: str) -> bytes:
    about = [
        {"surveyls_language": "en", "surveyls_title": "Our survey", "surveyls_endtext": "Bye"},
        {"surveyls_language": "fr", "surveyls_title": "Notre questionnaire", "surveyls_welcometext": "Bonjour"},
    ]
    attributes = [
        {"qid": qid, "attribute": name, "value": value, "language": language}
        for qid, name, value, language in _ATTRIBUTES
    ]
    body = "".join(
        (
            "<LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>640</DBVersion>",
            "<languages><language>en</language><language>fr</language><language>de</language></languages>",
            *parts,
            _rows("question_attributes", attributes),
            _rows("quota", [{"id": "1"}]),
            _rows("surveys_languagesettings", about),
        )
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<document>{body}</document>'.encode()


def _question(row: tuple[str, ...], at: int) -> dict[str, str]:
    qid, parent, gid, letter, code, mandatory, other, relevance, *_ = row
    return {
        **{"qid": qid, "parent_qid": parent, "gid": gid, "type": letter, "title": code, "mandatory": mandatory},
        **{"other": other, "relevance": relevance, "question_order": str(at), "scale_id": "0"},
    }


def new_layout() -> bytes:
    """Return an .lss whose texts stand beside its questions, as version 4 and later write it."""
    questions = [_question(row, at) for at, row in enumerate(_QUESTIONS)]
    texts = [
        {"qid": row[0], "language": language, "question": text, "help": ""}
        for row in _QUESTIONS
        for language, text in (("en", row[8]), ("fr", row[9]), ("de", "…"))
    ]
    answers = [
        {"aid": aid, "qid": qid, "code": code, "sortorder": aid, "scale_id": "0"} for aid, qid, code, *_ in _ANSWERS
    ]
    said = [
        {"aid": row[0], "language": language, "answer": text}
        for row in _ANSWERS
        for language, text in (("en", row[3]), ("fr", row[4]))
    ]
    groups = [{"gid": gid, "group_order": gid, "grelevance": ""} for gid, *_ in _GROUPS]
    names = [
        {"gid": gid, "language": language, "group_name": name, "description": ""}
        for gid, english, french in _GROUPS
        for language, name in (("en", english), ("fr", french))
    ]
    return _document(
        *(_rows("answers", answers), _rows("answer_l10ns", said), _rows("groups", groups), _rows("group_l10ns", names)),
        _rows("questions", [each for each in questions if each["parent_qid"] == "0"]),
        _rows("subquestions", [each for each in questions if each["parent_qid"] != "0"]),
        _rows("question_l10ns", texts),
    )


def old_layout() -> bytes:
    """Return an .lss with a row for each language, as version 3 wrote it."""
    languages = (("en", 8, 3, 1), ("fr", 9, 4, 2))
    questions, answers, groups = [], [], []
    for language, text, answer, name in languages:
        for at, row in enumerate(_QUESTIONS):
            questions.append(_question(row, at) | {"question": row[text], "help": "", "language": language})
        for aid, qid, code, *said in _ANSWERS:
            cells = {"qid": qid, "code": code, "sortorder": aid, "scale_id": "0", "language": language}
            answers.append(cells | {"answer": said[answer - 3]})
        groups += [
            {"gid": row[0], "group_order": row[0], "language": language, "group_name": row[name]} for row in _GROUPS
        ]
    return _document(
        *(_rows("answers", answers), _rows("groups", groups)),
        _rows("questions", [each for each in questions if each["parent_qid"] == "0"]),
        _rows("subquestions", [each for each in questions if each["parent_qid"] != "0"]),
    )


def tab_separated() -> bytes:
    """Return the structure as a table: the rows of English first, then those of French, then of German."""
    names = sorted({name for _, name, _, _ in _ATTRIBUTES})
    header = ["class", "type/scale", "name", "relevance", "text", "help", "language", "mandatory", "other", *names]
    rows = [["S", "", "language", "", "en"], ["SL", "", "surveyls_title", "", "Our survey", "", "en"]]
    rows += [["SL", "", "surveyls_title", "", "Notre questionnaire", "", "fr"]]
    rows += [["SL", "", "surveyls_welcometext", "", "Bonjour", "", "fr"]]
    rows += [["SL", "", "surveyls_endtext", "", "Bye", "", "en"]]
    for language, text, answer, name in (("en", 8, 3, 1), ("fr", 9, 4, 2), ("de", 8, 3, 1)):
        for group in _GROUPS:
            rows.append(["G", "G1", group[name], "", "", "", language])
            for row in _QUESTIONS:
                if row[2] != group[0]:
                    continue
                kind, letter = ("Q", row[3]) if row[1] == "0" else ("SQ", "0")
                cells = [kind, letter, row[4], row[7], row[text], "", language, row[5], row[6]]
                said = {
                    attribute: value
                    for qid, attribute, value, tag in _ATTRIBUTES
                    if qid == row[0] and tag in ("", language)
                }
                rows.append(cells + [said.get(each, "") for each in names])
                if kind == "Q":
                    rows += [
                        ["A", "0", each[2], "", each[answer], "", language] for each in _ANSWERS if each[1] == row[0]
                    ]
    return ("\ufeff" + "\n".join("\t".join(row) for row in [header, *rows])).encode()

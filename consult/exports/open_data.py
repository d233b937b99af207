"""An open-data pack: the published orders, margins from which they can be made again, and a script that does so.

Everything in it may be read by everybody: orders with their doubt, and margins between options where none tells of few
people (`analysis.open_tables`). Ballots are not in it: a ranking of eight is almost a fingerprint. Their digest is, so
that a named auditor who is handed the ballots can tell that they are those of the ranking.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.ranking import GroupRankings, Ranking
from consult.exports import open_recompute
from consult.exports.csv_text import csv_bytes
from consult.languages import interface_words
from surveys.localised import Localised

PACK, SCRIPT, BALLOTS = "pack.json", "recompute.py", "ballots.json"
_READ_ME = {"en": "README.txt", "fr": "LISEZMOI.txt"}
_COLUMNS = (
    "method",
    "view",
    "option",
    "label_fr",
    "label_en",
    "place",
    "tied",
    "first_place",
    "last_place",
    "tier",
    "in_top_percent",
)
_RARE, _SURE = 1, 99


@dataclass(frozen=True)
class OpenRanking:
    """A ranking as everybody may have it.

    Attributes
    ----------
    methods
        The rankings by each method, the signed one first.
    margins
        As `analysis.open_tables.open_margins` made them; None where there are none.
    rule
        What was signed, and what was changed when people could answer already; plain values.
    """

    code: str
    text: Localised
    candidates: Mapping[str, Localised]
    methods: Mapping[str, GroupRankings]
    margins: Mapping[str, Any] | None
    digest: str
    rule: Mapping[str, Any]


def make_pack(consultation: str, title: Localised, rankings: Sequence[OpenRanking], day: date) -> bytes:
    """Return the pack as the bytes of an archive; the same rankings and day give the same bytes."""
    files: dict[str, bytes] = {}
    questions = []
    for each in rankings:
        table, margins = f"{each.code}_ranking.csv", f"{each.code}_margins.csv" if each.margins else ""
        files[table] = csv_bytes(_COLUMNS, _rows(each))
        if each.margins:
            files[margins] = _margins(each.margins)
        questions.append({**_about(each), "ranking": table, "margins": margins})
    files[SCRIPT] = Path(open_recompute.__file__).read_bytes()
    for language, name in _READ_ME.items():
        files[name] = _read_me(title, rankings, language).encode()
    pack = {
        "consult": version("consult"),
        "consultation": consultation,
        "title": title.to_json(),
        "made_on": day.isoformat(),
        "questions": questions,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    return _archive({**files, PACK: (json.dumps(pack, ensure_ascii=False, indent=2) + "\n").encode()}, day)


def make_ballot_file(ballots: str, salt: str, digest: str, day: date, *, is_same: bool) -> bytes:
    """Return, for a named auditor, an archive with the ballots, their salt and how to check them.

    Parameters
    ----------
    ballots
        As `analysis.stored_rankings.write_ballots` writes them.
    is_same
        Whether they are those that the ranking was made of; not where somebody took an answer back since.
    """
    said = []
    for language in _READ_ME:
        _ = interface_words(language).gettext
        said += [
            _(
                "Ballots, each with its group and its way of answering, for the auditor whose name is in the audit."
                " Hand them on to nobody: with what is known of a person, a ranking can tell who gave it."
            ),
            _(
                "To check them: the SHA-256 of the salt in salt.txt followed by the bytes of ballots.json is in"
                " digest.txt, and in the pack that everybody may have."
            ),
        ]
        if not is_same:
            said.append(
                _("The digest does not fit: somebody has changed or taken back an answer since the ranking was made.")
            )
        said.append("")
    files = {
        BALLOTS: ballots.encode(),
        "salt.txt": salt.encode(),
        "digest.txt": digest.encode(),
        "README.txt": "\n\n".join(said).encode(),
    }
    return _archive(files, day)


def _about(each: OpenRanking) -> dict[str, Any]:
    signed = next(iter(each.methods.values()))
    ranking = signed.everybody
    return {
        "code": each.code,
        "text": each.text.to_json(),
        "people": ranking.ballots,
        "method": ranking.method,
        "top": ranking.top,
        "seed": ranking.seed,
        "resamples": ranking.resamples,
        "equal_voice_of": list(signed.voices) if signed.equal_voice else [],
        "ballots_sha256": each.digest,
        "rule": dict(each.rule),
    }


def _rows(each: OpenRanking) -> list[list[str | int]]:
    rows = []
    for method, found in each.methods.items():
        views = {"everybody": found.everybody, "equal_voice": found.equal_voice}
        for view, ranking in views.items():
            rows += _lines(each, method, view, ranking) if ranking else []
    return rows


def _lines(each: OpenRanking, method: str, view: str, ranking: Ranking) -> list[list[str | int]]:
    return [
        [
            method,
            view,
            standing.candidate,
            each.candidates[standing.candidate].fr,
            each.candidates[standing.candidate].en,
            standing.rank,
            int(standing.is_tied),
            standing.lowest_rank,
            standing.highest_rank,
            tier,
            min(max(round(100 * standing.in_top), _RARE), _SURE),
        ]
        for tier, group in enumerate(ranking.tiers, start=1)
        for standing in group.standings
    ]


def _margins(margins: Mapping[str, Any]) -> bytes:
    codes = list(margins["candidates"])
    rows = [[code, *row] for code, row in zip(codes, margins["margins"], strict=True)]
    return csv_bytes(["option", *codes], rows)


def _read_me(title: Localised, rankings: Sequence[OpenRanking], language: str) -> str:
    _ = interface_words(language).gettext
    lines = [
        title.shown(language)[1],
        _("Open data: how people ranked, as everybody may read it. The people who answered were not drawn at random."),
        _(
            "…_ranking.csv: for each method and view, the place of each option (equal places are ties), the places that"
            " it takes nine times in ten when people are drawn again, its tier, and how often of a hundred it is among"
            " the first; 1 and 99 stand for less and more too. The first method is the one that counts."
        ),
        _(
            "…_margins.csv: by how many people the option of the row was preferred to that of the column (below 0: the"
            " other way). Borda’s count and Schulze’s method need nothing else."
        ),
        _(
            "recompute.py makes the orders again from the margins and says whether they are the published ones: python"
            " recompute.py (the standard library alone)."
        ),
        _(
            "pack.json: methods, seeds, rules and their changes, and the SHA-256 of each file and of the ballots."
            " Ballots themselves are handed to a named auditor only, because a long ranking can tell who gave it."
        ),
    ]
    without = [each.text.shown(language)[1] for each in rankings if not each.margins]
    if without:
        lines.append(
            _(
                "Without margins, because some would tell of few people, or because the answers are no preferences"
                " between two:"
            )
            + "".join(f"\n- {text}" for text in without)
        )
    return "\n\n".join(lines) + "\n"


def _archive(files: Mapping[str, bytes], day: date) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            about = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, content)
    return target.getvalue()

"""Make the order of an open-data pack again from its margins: ``python recompute.py`` in the folder of the pack.

Refaire le classement à partir des marges : ``python recompute.py`` dans le dossier de l’ensemble de données.

Python 3.10 or later, the standard library and nothing else. It ends with 0 where every place is the one that was
published, with 1 where some place is not, and with 2 where there is nothing to compute.
"""

import csv
import json
import sys
from pathlib import Path

Margins = dict[str, dict[str, int]]


def main() -> int:
    """Compute each order, compare it with the published one, and say what was found."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    pack = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    compared, wrong = 0, 0
    for question in pack["questions"]:
        if not question["margins"]:
            print(f"{question['code']}: no margins / aucune marge")
            continue
        margins = read_margins(folder / question["margins"])
        published = read_places(folder / question["ranking"])
        for method, score in (("borda", borda), ("schulze", schulze)):
            if method in published:
                places = find_places(score(margins))
                differ = [code for code in places if places[code] != published[method].get(code)]
                compared, wrong = compared + 1, wrong + bool(differ)
                print(f"{question['code']}, {method}: {', '.join(differ) or 'same / identique'}")
                for code in sorted(places, key=lambda each: (places[each], each)):
                    print(f"  {places[code]:>3}  {code}")
    return 1 if wrong else 0 if compared else 2


def read_margins(path: Path) -> Margins:
    """Return, for each option, by how many people it is preferred to each other one."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    codes = rows[0][1:]
    return {row[0]: dict(zip(codes, map(int, row[1:]), strict=True)) for row in rows[1:]}


def read_places(path: Path) -> Margins:
    """Return, for each method, the published place of each option among everybody."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found: Margins = {}
        for row in csv.DictReader(file):
            if row["view"] == "everybody":
                found.setdefault(row["method"], {})[row["option"]] = int(row["place"])
    return found


def borda(margins: Margins) -> dict[str, int]:
    """Return the sum of each option's margins: the order of Borda's count."""
    return {code: sum(row.values()) for code, row in margins.items()}


def schulze(margins: Margins) -> dict[str, int]:
    """Return twice how many options each stands above, those that it is level with counting once."""
    codes = list(margins)
    strength = {a: {b: max(margins[a][b], 0) for b in codes} for a in codes}
    for via in codes:
        for a in codes:
            for b in codes:
                strength[a][b] = max(strength[a][b], min(strength[a][via], strength[via][b]))
    return {a: sum((strength[a][b] > strength[b][a]) - (strength[a][b] < strength[b][a]) for b in codes) for a in codes}


def find_places(scores: dict[str, int]) -> dict[str, int]:
    """Return the place of each option, equal scores having equal places."""
    return {code: 1 + sum(other > score for other in scores.values()) for code, score in scores.items()}


if __name__ == "__main__":
    sys.exit(main())

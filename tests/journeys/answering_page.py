"""A page of questions and the server behind it, small and obedient: it is slow, away or contradicts when told to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

from flask import Flask, g, jsonify, redirect, render_template_string, request
from werkzeug.serving import WSGIRequestHandler, make_server

from consult import language_urls
from consult.extensions import babel
from consult.headers import add_headers
from consult.respond.question_views import view_questions
from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.question_types.ranking import move

ROOT = Path(__file__).resolve().parents[2]

_LABELS = {
    "first_line": (
        "A care team for everyone, close to home, that knows you: family medicine, nursing, pharmacy",
        "Une équipe de première ligne pour chaque personne, près de chez elle et qui la connaît\u00a0: "
        "médecine familiale, soins infirmiers, pharmacie",
    ),
    "home_care": (
        "More care at home, and real help for caregivers",
        "Plus de soins à domicile et un vrai soutien pour les personnes proches aidantes",
    ),
    "mental_health": (
        "Mental health care without a long wait, at every age",
        "Des soins en santé mentale sans longue attente, à tout âge, dans les écoles, les milieux de travail et "
        "partout sur le territoire",
    ),
    "staff": (
        "Enough staff, well treated, who want to stay",
        "Du personnel en nombre suffisant, bien traité, qui a envie de rester",
    ),
    "digital": (
        "One health record that follows you, and simple digital tools",
        "Un seul dossier de santé qui vous suit et des outils numériques simples",
    ),
    "prevention": (
        "Preventing illness: healthy places to live, screening, vaccines",
        "Prévenir la maladie\u00a0: milieux de vie sains, dépistage, vaccins",
    ),
    "equity": (
        "Fair and safe care for everyone, whatever their language, culture, income or disability",
        "Des soins justes et sûrs pour tout le monde, quels que soient la langue, la culture, le revenu ou le handicap",
    ),
    "local_decisions": (
        "Decisions made closer to communities, with the people they affect",
        "Des décisions prises plus près des communautés, avec les personnes concernées",
    ),
}
ORIENTATIONS = Question(
    "orientations",
    "ranking",
    Localised("Which come first for you?", "Lesquelles passent en premier pour vous?"),
    choices=tuple(Choice(code, Localised(en, fr)) for code, (en, fr) in _LABELS.items()),
)
TOP_TWO = Question("top", "ranking", ORIENTATIONS.text, settings=(("maximum", 2),), choices=ORIENTATIONS.choices)
QUESTIONS = {each.code: each for each in (ORIENTATIONS, TOP_TWO)}

_PAGE = """<!doctype html>
<html lang="{{ language }}-CA"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Page</title>
{% for sheet in ("consult", "respond", "answers", "ranking") %}
<link rel="stylesheet" href="/static/{{ sheet }}.css">{% endfor %}
{% for script in ("answers", "ranking") %}<script type="module" src="/static/{{ script }}.js"></script>{% endfor %}
</head><body><header><a href="/">Consult</a><button form="answers" name="do" value="language">Français</button></header>
<main><h1>Page</h1>
{% if has_errors %}<div data-error-summary tabindex="-1"><h2>There is a problem</h2></div>{% endif %}
<form id="answers" method="post" novalidate data-autosave data-saving="Saving…" data-saved="Saved"
  data-offline="Not saved yet: no connection." data-failed="Not saved yet: the server did not take it."
  data-conflict="Changed in another window.">
<input type="hidden" name="csrf_token" value="a token">
{% if ranking %}
<fieldset class="question" id="q-{{ ranking.code }}"><legend>{{ ranking.text }}</legend>
{% with view = ranking %}{% include "respond/questions/ranking.html" %}{% endwith %}</fieldset>
{% else %}
<div class="question" id="q-hardest"><label for="hardest">Hardest</label>
<textarea id="hardest" name="hardest" data-maximum="40" data-left-one="{count} character left"
  data-left-other="{count} characters left" data-over-one="{count} character too many"
  data-over-other="{count} characters too many">{{ held("hardest") }}</textarea></div>
<div class="question" id="q-action"><label for="action">Action</label>
<input id="action" name="action" value="{{ held("action") }}"></div>
<fieldset class="question" id="q-roles"><legend>Roles</legend>
{% for part in ("patient", "clinician", "none") %}
<input type="checkbox" id="roles.{{ part }}" name="roles.{{ part }}" value="1"
  {% if part == "none" %}data-exclusive{% endif %} {% if held("roles." ~ part) %}checked{% endif %}>
<label for="roles.{{ part }}">{{ part }}</label>
{% endfor %}</fieldset>
{% endif %}
{% for code, revision in revisions.items() %}
<input type="hidden" name="revision.{{ code }}" value="{{ revision }}">{% endfor %}
<p class="status" role="status"></p>
<button name="do" value="continue">Continue</button> <button name="do" value="back">Back</button>
</form></main></body></html>"""


@dataclass
class Server:
    """What the server holds, what it was sent, and how it behaves."""

    address: str = ""
    stored: dict[str, dict[str, str]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    posts: list[dict[str, str]] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)  # seconds before each of the next posts is taken in
    answers: list[tuple[object, int]] = field(default_factory=list)  # what to answer to the next posts instead
    has_errors: bool = False

    @property
    def saves(self) -> list[dict[str, str]]:
        """The autosaves so far."""
        return [post for post in self.posts if post.get("do") == "autosave"]

    @property
    def sent(self) -> list[str]:
        """What the buttons that were pressed said."""
        return [post.get("do", "") for post in self.posts if post.get("do") != "autosave"]

    def held(self, name: str) -> str:
        """Return what an input was saved with."""
        return self.stored.get(name.split(".")[0], {}).get(name, "")

    def save(self, code: str, cells: dict[str, str], revision: int) -> bool:
        """Save a question if its revision is newer; return whether the record now holds these cells."""
        if revision > self.revisions.get(code, 0):
            self.stored[code], self.revisions[code] = cells, revision
        return self.stored[code] == cells


def _app(server: Server) -> Flask:
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "consult" / "static"))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    babel.init_app(app, locale_selector=language_urls.select_locale)
    add_headers(app)

    @app.before_request
    def choose_language() -> None:
        g.language = "fr" if request.path.startswith("/fr") else "en"

    @app.get("/favicon.ico")
    def icon() -> tuple[str, int]:
        return "", 204

    @app.get("/next")
    def following() -> str:
        return "<!doctype html><html lang=en><title>Next</title><h1>Next page</h1></html>"

    @app.get("/<any(en, fr):language>/<page>")
    def show(language: str, page: str) -> str:
        codes = [page] if page in QUESTIONS else ["hardest", "action", "roles"]
        revisions = {code: server.revisions.get(code, 0) + 1 for code in codes}
        question = QUESTIONS.get(page)
        typed = {page: {name.partition(".")[2]: cell for name, cell in server.stored.get(page, {}).items()}}
        ranking = view_questions([question], language, typed, revisions)[0] if question else None
        return render_template_string(
            _PAGE,
            language=language,
            ranking=ranking,
            revisions=revisions,
            held=server.held,
            has_errors=server.has_errors,
        )

    @app.post("/<any(en, fr):language>/<page>")
    def take(language: str, page: str):
        # as typed: without the order of arrival a test could not say what was sent when
        posted = dict(parse_qsl(request.get_data(as_text=True), keep_blank_values=True))
        server.posts.append(posted)
        time.sleep(server.delays.pop(0) if server.delays else 0)
        if server.answers:
            answer, status = server.answers.pop(0)
            return answer if isinstance(answer, str) else jsonify(answer), status
        do = posted.get("do", "")
        if do.startswith("move:"):
            _, code, choice, direction = do.split(":")
            ranks = {each.code: posted[f"{code}.{each.code}"] for each in QUESTIONS[code].choices}
            moved = move(QUESTIONS[code], ranks, choice, direction)
            posted |= {f"{code}.{choice}": rank for choice, rank in moved.items()}
        codes = [name.partition(".")[2] for name in posted if name.startswith("revision.")]
        cells = {code: {n: v for n, v in posted.items() if n.split(".")[0] == code} for code in codes}
        conflicts = [code for code in codes if not server.save(code, cells[code], int(posted[f"revision.{code}"]))]
        if do == "autosave":
            return jsonify(saved=True, revisions={c: server.revisions[c] + 1 for c in codes}, conflicts=conflicts)
        return redirect(request.path if do.startswith("move:") else "/next", 303)

    return app


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: what people type is in the requests."""


@contextmanager
def serve() -> Iterator[Server]:
    """Run the server on a free port."""
    server = Server()
    running = make_server("127.0.0.1", 0, _app(server), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    server.address = f"http://127.0.0.1:{running.server_port}"
    try:
        yield server
    finally:
        running.shutdown()
        thread.join()
        running.server_close()

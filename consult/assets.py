"""Addresses of our style sheets, scripts and icon: with a digest, so that a phone fetches each of them once."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

_FOLDER = Path(__file__).resolve().parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"


def add_assets(app: Flask) -> None:
    """Give templates `asset(name)`, and let browsers keep what has such an address."""

    @cache
    def address(name: str, root: str) -> str:
        digest = hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
        return url_for("static", filename=name, v=digest)

    @app.template_global()
    def asset(name: str) -> str:
        return address(name, request.script_root)

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304} and "v" in request.args:
            response.headers["Cache-Control"] = _FOR_EVER
        return response

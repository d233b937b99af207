"""The participant's pages."""

from flask import Blueprint

blueprint = Blueprint("respond", __name__, url_prefix="/<language:language>")

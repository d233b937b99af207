"""Workshops: phones in a room, a screen, and the facilitator who leads the rounds."""

from flask import Blueprint

blueprint = Blueprint("workshop", __name__, url_prefix="/<language:language>")

"""Reaching people: contacts, e-mail, links, posters."""

from flask import Blueprint

blueprint = Blueprint("invite", __name__, url_prefix="/<language:language>/manage")

"""The facilitator's pages, one module for each set; every one of them is `needs(Role.FACILITATOR)`."""

from flask import Blueprint

blueprint = Blueprint("manage", __name__, url_prefix="/<language:language>/manage")

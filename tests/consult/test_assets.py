"""Style sheets and scripts: fetched once by a browser, and fetched again when they change."""

import re


def test_every_address_of_a_page_is_kept_by_browsers(client):
    page = client.get("/fr/").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert addresses
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        got = client.get(address)
        assert got.status_code == 200
        assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_address_without_a_digest_is_asked_again(client):
    assert client.get("/static/consult.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/nothing.css?v=1").status_code == 404

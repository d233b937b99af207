"""Style sheets and scripts: fetched once by a browser, and fetched again when they change."""

import re


def fetch(client, address: str) -> tuple[int, str | None]:
    with client.get(address) as response:  # a file is open until the answer is closed
        return response.status_code, response.headers.get("Cache-Control")


def test_every_address_of_a_page_is_kept_by_browsers(client):
    page = client.get("/fr/").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert addresses
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        assert fetch(client, address) == (200, "public, max-age=31536000, immutable")


def test_an_address_without_a_digest_is_asked_again(client):
    assert fetch(client, "/static/consult.css") == (200, "no-cache")
    assert fetch(client, "/static/nothing.css?v=1")[0] == 404

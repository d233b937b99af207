"""Somebody whose browser draws nothing and runs no script: reads pages, fills in their forms, presses their buttons.

For journeys in which dozens of people come: each is a set of cookies and a page, and costs milliseconds.
"""

import urllib.parse
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar

from lxml import html


class Visitor:
    """One person with one device."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.page = html.HtmlElement()
        self.url = address

    def go(self, path: str) -> "Visitor":
        """Open an address of the server."""
        return self._read(urllib.request.Request(urllib.parse.urljoin(self.url + "/", path)))

    def follow(self, words: str) -> "Visitor":
        """Follow the link with these words in it."""
        links = [link for link in self.page.xpath("//a[@href]") if words in " ".join(link.text_content().split())]
        assert links, f"no link “{words}” at {self.url}"
        return self.go(links[0].get("href"))

    def send(
        self, values: Mapping[str, str | list[str]] | None = None, *, button: str = "", to: str = "", has: str = ""
    ) -> "Visitor":
        """Send the page's first form that goes `to` an address with this in it and `has` a field of this name.

        It is filled in with these values, over what stands in it already, as a browser would. `button` is the value of
        the form's button `do` that is pressed; none is pressed without it.
        """
        forms = [
            each
            for each in self.page.xpath("//main//form[@method='post']")
            if _is_meant(each, to, has, button, self.url)
        ]
        assert forms, f"no form to {to} with {has} at {self.url}"
        form = forms[0]
        cells = [(name, value) for name, value in form.form_values() if name not in (values or {})]
        for name, value in (values or {}).items():
            cells += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        if button:
            cells.append(("do", button))
        action = urllib.parse.urljoin(self.url, form.get("action") or self.url)
        return self._read(urllib.request.Request(action, urllib.parse.urlencode(cells).encode()))

    def words(self) -> str:
        """Return the words of the page's main part."""
        return " ".join(" ".join(each.text_content().split()) for each in self.page.xpath("//main"))

    def _read(self, request: urllib.request.Request) -> "Visitor":
        with self._opener.open(request, timeout=60) as answer:
            self.url = answer.geturl()
            self.page = html.fromstring(answer.read().decode(), base_url=self.url)
        return self


def _is_meant(form: html.HtmlElement, to: str, has: str, button: str, here: str) -> bool:
    goes_there = to in (form.get("action") or here)
    has_field = not has or bool(form.xpath(f".//*[@name='{has}']"))
    return goes_there and has_field and (not button or bool(form.xpath(f".//button[@value='{button}']")))

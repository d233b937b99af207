"""Text is kept as people wrote it, without what no person types."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.cleaning import clean_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  l’été\r\nà\rl’hôpital \n", "l’été\nà\nl’hôpital"),
        ("a\0b\x07c\x1b[31m", "abc[31m"),
        ("e\u0301te\u0301", "été"),
        ("abc\u202etxt.exe\u2066", "abctxt.exe"),
        ("a\ud800b\ufeff\ufffe\uffff", "ab"),
        ("un\u2028deux\x0btrois\x85quatre", "un\ndeux\ntrois\nquatre"),
        ("« oui\u00a0» 👩🏽‍⚕️ ou\tnon", "« oui\u00a0» 👩🏽‍⚕️ ou\tnon"),
        (" \u00a0\n\t", ""),
    ],
)
def test_text_is_cleaned(raw, clean):
    assert clean_text(raw) == clean


@given(st.text(st.characters()))
def test_clean_text_is_clean_and_can_be_stored_anywhere(raw):
    text = clean_text(raw)
    assert clean_text(text) == text
    assert text.encode("utf-8").decode("utf-8") == text
    assert "\0" not in text
    assert "\r" not in text
    assert json.loads(json.dumps(text)) == text

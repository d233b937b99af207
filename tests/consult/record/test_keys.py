import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.record.errors import RecordError
from consult.record.keys import ALPHABET, Keyring, new_token, normalise_code

tokens = st.text(ALPHABET.lower(), min_size=26, max_size=26)
RING = Keyring("an installation's secret, for tests only")


def test_a_receipt_is_sixteen_signs_that_nobody_confuses():
    assert len(set(ALPHABET)) == 32  # 5 bits each, 80 in a receipt
    assert not set("01OI") & set(ALPHABET)
    receipt = RING.open_link(new_token()).receipt
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", receipt)


def test_a_token_has_130_random_bits():
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert {len(token) for token in tokens} == {26}
    assert set("".join(tokens).upper()) <= set(ALPHABET)


@given(tokens)
def test_the_three_keys_of_a_link_and_its_digest_have_nothing_in_common(token):
    keys = RING.open_link(token)
    stored = [keys.draft_id, keys.submission_key, keys.receipt_hash, RING.hash_token(token)]
    for one in stored:
        for other in stored:
            assert one is other or one[:8] not in other
    assert not any(token in each or normalise_code(keys.receipt).lower() in each for each in stored)


@given(tokens)
def test_the_same_link_always_gives_the_same_keys_and_another_installation_gives_others(token):
    assert RING.open_link(token) == RING.open_link(token.upper())
    other = Keyring("another installation's secret")
    assert RING.open_link(token).receipt != other.open_link(token).receipt
    assert RING.hash_token(token) != other.hash_token(token)


@given(tokens)
def test_a_receipt_is_found_however_it_is_typed(token):
    receipt = RING.open_link(token).receipt
    assert RING.hash_receipt(f"  {receipt.lower().replace('-', ' ')} ") == RING.hash_receipt(receipt)


def test_an_encrypted_token_is_readable_with_the_secret_alone_and_has_no_clock():
    token = new_token()
    sealed = RING.encrypt_token(token)
    assert RING.decrypt_token(sealed) == token
    assert token not in sealed
    assert RING._cipher.extract_timestamp(sealed.encode()) == 0
    with pytest.raises(RecordError) as caught:
        Keyring("another installation's secret").decrypt_token(sealed)
    assert caught.value.code == "keys.other_secret"


def test_keys_do_not_show_themselves():
    keys = RING.open_link(new_token())
    assert keys.receipt not in repr(keys)
    assert keys.submission_key not in repr(keys)


def test_a_short_secret_is_refused():
    with pytest.raises(RecordError) as caught:
        Keyring("short")
    assert caught.value.code == "keys.weak_secret"

"""Settings: nothing starts without a secret, and none of them is ever shown."""

import pytest

from consult.errors import InputError
from consult.record.keys import Keyring
from consult.settings import DEFAULT_DATABASE, Settings, read_settings

SECRET = "s" * 32


def _refused(environment: dict[str, str]) -> tuple[str, str, dict[str, str | int]]:
    with pytest.raises(InputError) as caught:
        read_settings(environment)
    return caught.value.code, caught.value.place, caught.value.values


@pytest.mark.parametrize("environment", [{}, {"CONSULT_SECRET_KEY": ""}, {"CONSULT_DEVELOPMENT": "0"}])
def test_without_a_secret_nothing_starts(environment):
    assert _refused(environment) == ("settings.secret_missing", "CONSULT_SECRET_KEY", {"least": 32})


@pytest.mark.parametrize("development", ["0", "1"])
def test_a_short_secret_is_refused_and_not_repeated(development):
    given = {"CONSULT_SECRET_KEY": SECRET[1:], "CONSULT_DEVELOPMENT": development}
    assert _refused(given) == ("settings.secret_short", "CONSULT_SECRET_KEY", {"least": 32})


def test_a_secret_of_32_characters_is_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = {"CONSULT_SECRET_KEY": SECRET}
    assert read_settings(given) == Settings(f"sqlite:///{tmp_path / DEFAULT_DATABASE}", SECRET, False)


def test_the_database_is_the_one_that_was_named():
    given = {"CONSULT_SECRET_KEY": SECRET, "CONSULT_DATABASE_URL": "postgresql://localhost/consult"}
    assert read_settings(given).database_url == "postgresql://localhost/consult"


def test_a_developers_machine_starts_with_a_secret_that_is_none():
    settings = read_settings({"CONSULT_DEVELOPMENT": "1"})
    assert settings.is_development
    assert len(settings.secret_key) >= 32


@pytest.mark.parametrize("development", ["true", "yes", " 1", "0", ""])
def test_development_is_1_and_nothing_else(development):
    settings = read_settings({"CONSULT_SECRET_KEY": SECRET, "CONSULT_DEVELOPMENT": development})
    assert not settings.is_development


def test_every_secret_that_settings_take_is_taken_by_the_record():
    Keyring(read_settings({"CONSULT_SECRET_KEY": SECRET}).secret_key)
    Keyring(read_settings({"CONSULT_DEVELOPMENT": "1"}).secret_key)


def test_settings_are_never_shown():
    shown = f"{Settings('postgresql://consult:password@localhost/consult', SECRET)!r}"
    assert shown == "Settings(…)"


def test_counting_tries_in_redis_needs_its_package(monkeypatch):
    given = {"CONSULT_SECRET_KEY": "x" * 32, "CONSULT_REDIS_URL": "redis://localhost:6379/0"}
    monkeypatch.setattr("consult.settings.find_spec", lambda name: None)
    with pytest.raises(InputError) as caught:
        read_settings(given)
    assert (caught.value.code, caught.value.place) == ("settings.redis_missing", "CONSULT_REDIS_URL")
    monkeypatch.setattr("consult.settings.find_spec", lambda name: object())
    assert read_settings(given).redis_url == "redis://localhost:6379/0"
    assert read_settings({"CONSULT_SECRET_KEY": "x" * 32}).redis_url is None


@pytest.mark.parametrize("given", ["2", "101", "five", "-5"])
def test_the_fewest_people_that_may_be_shown_are_a_number_in_bounds(given):
    refused = _refused({"CONSULT_DEVELOPMENT": "1", "CONSULT_LEAST_PUBLIC": given})
    assert refused == ("settings.least", "CONSULT_LEAST_PUBLIC", {"least": 5, "most": 100})


def test_everybody_is_never_shown_smaller_counts_than_the_committee():
    settings = read_settings({"CONSULT_DEVELOPMENT": "1", "CONSULT_LEAST_COMMITTEE": "15"})
    assert (settings.least_committee, settings.least_public, settings.least_sensitive) == (15, 15, 20)
    with pytest.raises(InputError):
        read_settings({"CONSULT_DEVELOPMENT": "1", "CONSULT_LEAST_COMMITTEE": "15", "CONSULT_LEAST_PUBLIC": "14"})

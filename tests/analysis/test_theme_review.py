"""The review of a set rests on what its report may show, and leaves weak attachments out of what it counts."""

from dataclasses import replace

import pytest

from analysis.report import make_report
from analysis.tables import LANGUAGE
from analysis.theme_checks import Check
from analysis.theme_review import review_themes


def _review(findings):
    return review_themes(findings, make_report(findings))


def test_every_theme_has_a_nearest_one_and_a_mix(planted_findings):
    review = _review(planted_findings)
    numbers = {theme.number for theme in planted_findings.themes}
    assert set(review.nearest) == set(review.mixes) == numbers
    for number, near in review.nearest.items():
        assert near is not None
        assert near[0] in numbers - {number}
        assert -1 <= near[1] < 1
    assert {mix.column for mixes in review.mixes.values() for mix in mixes} <= {LANGUAGE, "group"}


def test_a_theme_whose_people_are_hidden_is_near_to_none(planted_findings):
    report = make_report(planted_findings)
    first, second, *others = report.themes
    near = planted_findings.nearness.copy()
    near[0, 1] = near[1, 0] = 0.95  # without that one, another is the nearest to the second
    found = replace(planted_findings, nearness=near)
    review = review_themes(found, replace(report, themes=(replace(first, people=None), second, *others)))
    assert review_themes(found, report).nearest[2] == (1, 0.95)  # the control
    assert review.nearest[1] is None
    third, cosine = review.nearest[2]
    assert third == int(near[1, 2:].argmax()) + 3
    assert cosine == pytest.approx(near[1, 2:].max(), abs=0.001)
    assert 1 not in {number for one in review.findings for number in one.themes}


def test_a_mix_says_what_the_tables_say(planted_findings):
    report = make_report(planted_findings)
    review = review_themes(planted_findings, report)
    for table in report.tables:
        for place, theme in enumerate(report.themes):
            shown = dict(zip(table.values, table.counts[place], strict=False))
            for mix in review.mixes[theme.number]:
                if mix.column == table.column:
                    assert mix.people == shown[mix.value] >= 5
                    assert mix.firm is None or mix.people - mix.firm == 0 or mix.people - mix.firm >= 5


def _largest(findings):
    """Return the language mix that counts most people, and the number of its theme."""
    mixes = _review(findings).mixes.items()
    return max(
        ((mix, number) for number, of in mixes for mix in of if mix.column == LANGUAGE), key=lambda one: one[0].people
    )


@pytest.mark.parametrize("weak", [0, 1, 4, 5, 6])
def test_weak_attachments_are_left_out_unless_that_would_tell_of_a_few(planted_findings, weak):
    mix, number = _largest(planted_findings)
    assert mix.people >= 11  # the control: enough are left for a number to be shown
    ideas = planted_findings.ideas
    inside = (planted_findings.labels == number - 1) & (ideas["language"] == mix.value).to_numpy()
    some = ideas["person"][inside].drop_duplicates().iloc[:weak]
    is_weak = inside & ideas["person"].isin(some).to_numpy()
    review = _review(replace(planted_findings, is_weak=is_weak))
    found = [one for one in review.mixes[number] if (one.column, one.value) == (mix.column, mix.value)]
    assert [one.people for one in found] == [mix.people]
    assert [one.firm for one in found] == [mix.people - weak if weak == 0 or weak >= 5 else None]


def test_themes_that_are_the_same_thing_are_found_in_real_findings(planted_findings):
    assert Check.NEAR_DUPLICATES not in {one.check for one in _review(planted_findings).findings}
    near = planted_findings.nearness.copy()
    near[0, 1] = near[1, 0] = 0.95
    found = _review(replace(planted_findings, nearness=near)).findings
    assert [(one.check, one.themes) for one in found if one.check == Check.NEAR_DUPLICATES] == [
        (Check.NEAR_DUPLICATES, (1, 2))
    ]

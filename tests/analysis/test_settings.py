"""Settings that allow no analysis are refused when they are made."""

import pytest

from analysis.errors import AnalysisError
from analysis.settings import MOST_THEMES, Settings


@pytest.mark.parametrize("themes", [-1, 0, 1, MOST_THEMES + 1])
def test_a_number_of_themes_outside_the_limits_is_refused(themes):
    with pytest.raises(AnalysisError) as caught:
        Settings(themes=themes)
    assert (caught.value.code, caught.value.values) == ("settings.themes", {"themes": themes, "most": MOST_THEMES})


@pytest.mark.parametrize("themes", [None, 2, MOST_THEMES])
def test_a_number_of_themes_within_the_limits_is_taken(themes):
    assert Settings(themes=themes).themes == themes


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_outside_the_limits_is_refused(seed):
    with pytest.raises(AnalysisError) as caught:
        Settings(seed=seed)
    assert (caught.value.code, caught.value.values) == ("settings.seed", {"seed": seed})

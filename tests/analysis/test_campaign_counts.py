"""What a campaign takes away, against counting people one by one."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.campaign_counts import CampaignCounts
from analysis.campaigns import Campaign

IDEAS = st.lists(
    st.tuples(st.sampled_from(["ann", "bo", "cleo", "dan"]), st.integers(0, 8), st.integers(0, 3)),
    min_size=1,
    max_size=30,
)


@given(IDEAS, st.sets(st.integers(0, 8)))
def test_people_of_a_theme_and_those_left_without_a_campaign(ideas, rows):
    frame = pd.DataFrame(ideas, columns=["person", "row", "theme"])
    found = CampaignCounts(frame, frame["theme"].to_numpy(dtype=np.intp)).without(Campaign(tuple(sorted(rows)), 3))
    expected = {
        theme + 1: (
            len({person for person, _, each in ideas if each == theme}),
            len({person for person, row, each in ideas if each == theme and row not in rows}),
        )
        for theme in {each for _, row, each in ideas if row in rows}
    }
    assert found == expected

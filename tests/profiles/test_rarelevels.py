"""A value that few customers have is not spoken of; one that ten have is."""

from __future__ import annotations

import pandas as pd
import pytest

from autoseg.features import CATALOGUE, Feature, FeatureTable
from autoseg.profiles import profile_segments
from autoseg.profiles.rarelevels import without_rare_levels


def table_of(n_with: int) -> FeatureTable:
    town = Feature(
        name="attribute_town_bo", block="attributes", unit="share", sql="",
        label="town", level="Bø",
    )  # fmt: skip
    index = pd.Index([f"c{number:02}" for number in range(40)], name="customer_id")
    frame = pd.DataFrame(
        {
            "frequency": [1.0] * 20 + [6.0] * 20,
            "attribute_town_bo": [1.0] * n_with + [0.0] * (40 - n_with),
        },
        index=index,
    )
    return FeatureTable(
        frame=frame,
        revenue=pd.Series([100000] * 40, index=index),
        features=(CATALOGUE["frequency"], town),
        as_of=None, first_day=None, last_day=None, currency=None,
    )  # fmt: skip


@pytest.mark.parametrize(("n_with", "told"), [(1, False), (9, False), (10, True)])
def test_ten_customers_are_enough(n_with, told):
    profiles = profile_segments(table_of(n_with), [0] * 20 + [1] * 20)
    assert ("Bø" in [one.level for one in profiles.features]) is told


def test_what_segments_were_found_on_stays():
    kept = without_rare_levels(table_of(1), ["attribute_town_bo"])
    assert [one.name for one in kept.features] == ["frequency", "attribute_town_bo"]
    assert without_rare_levels(table_of(12)).frame.shape == (40, 2)

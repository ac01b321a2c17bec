"""The table of measures: what differs first, by what it is about, the rest at hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from autoseg.features import CATALOGUE, Feature, FeatureTable, feature_meaning
from autoseg.locales import LANGUAGES
from autoseg.profiles import profile_segments
from autoseg.report import Report, summarise

if TYPE_CHECKING:
    from collections.abc import Mapping

N = 60


def made(name: str, block: str, unit: str, **given: str) -> Feature:
    return Feature(name=name, block=block, unit=unit, meaning="", sql="", **given)


ENTRIES = (
    CATALOGUE["recency_days"],
    CATALOGUE["frequency"],
    CATALOGUE["monetary"],
    CATALOGUE["weekend_share"],
    CATALOGUE["distinct_products"],
    CATALOGUE["category_entropy"],
    CATALOGUE["preferred_weekday"],
    CATALOGUE["funnel_stage"],
    made("attribute_region_west", "attributes", "share", label="region", level="West"),
    made("attribute_age", "attributes", "count", label="age"),
    made("points", "own", "count", label="<b>Points</b>"),
)


def columns() -> dict[str, np.ndarray]:
    """Return two segments: alike at weekends, in entropy and age, else apart."""
    rise = np.arange(N) % 3
    return {
        "recency_days": 10.0 + rise,
        "frequency": np.repeat([9.0, 1.0], N // 2) + np.tile([0, 0, 1], N // 3),
        "monetary": 100.0 + rise,
        "weekend_share": rise / 4,
        "distinct_products": np.repeat([40.0, 3.0], N // 2) + rise,
        "category_entropy": np.repeat([2.0, 0.5], N // 2) + rise / 10,
        "preferred_weekday": np.repeat([4.0, 2.0], N // 2),
        "funnel_stage": np.repeat([5.0, 3.0], N // 2),
        "attribute_region_west": np.repeat([1.0, 0.0, 1.0], [20, 30, 10]),
        "attribute_age": 30.0 + rise,
        "points": np.repeat([500.0, 20.0], N // 2) + rise,
    }


def table_of(language: str = "en", **changed: np.ndarray) -> Mapping[str, dict]:
    index = pd.Index([f"c{number:03}" for number in range(N)])
    frame = pd.DataFrame(columns() | changed, index=index, dtype=float)
    features = FeatureTable(
        frame=frame, revenue=pd.Series(np.repeat([900, 100], N // 2), index=index),
        features=ENTRIES, as_of=date(2026, 1, 1), first_day=None, last_day=None,
        currency="NOK",
    )  # fmt: skip
    profiles = profile_segments(features, np.repeat([0, 1], N // 2))
    return summarise(profiles=profiles, language=language, title="Shop")


def names(part) -> list[str]:
    return [row["feature"] for group in part["groups"] for row in group["rows"]]


def row_of(part, name: str) -> dict:
    return next(
        row for group in part["groups"] for row in group["rows"]
        if row["feature"] == name
    )  # fmt: skip


def test_what_differs_stands_first_and_recency_frequency_and_value_always() -> None:
    table = table_of()["heatmap"]
    assert names(table) == [
        "recency_days", "frequency", "monetary", "distinct_products", "funnel_stage",
        "attribute_region_west", "points",
    ]  # fmt: skip
    # the entropy differs, but nothing speaks of it; no weekday leads
    assert names(table["more"]) == [
        "category_entropy", "weekend_share", "preferred_weekday", "attribute_age",
    ]  # fmt: skip
    assert table["more"]["label"] == "4 more measures"


def test_rows_stand_under_what_they_are_about() -> None:
    table = table_of()["heatmap"]
    headings = {group["block"]: group["heading"] for group in table["groups"]}
    assert headings["basket"] == "What they buy"
    assert headings["own"] == "Your own measures"
    assert list(headings)[-1] == "own"


def test_codes_are_words_with_their_share_and_no_shade() -> None:
    table = table_of()["heatmap"]
    stage = row_of(table, "funnel_stage")
    assert [cell["text"] for cell in stage["cells"]] == [
        "began an order (100%)", "opened messages (100%)",
    ]  # fmt: skip
    assert {cell["step"] for cell in stage["cells"]} == {0}
    assert "the most common one" in table["lead"]


def test_a_fact_about_customers_is_a_share_and_few_are_hidden() -> None:
    table = table_of()["heatmap"]
    region = row_of(table, "attribute_region_west")
    assert region["label"] == "region: West"
    assert region["all_text"] == "50%"
    few = np.repeat([1.0, 0.0, 1.0], [30, 21, 9])
    region = row_of(table_of(attribute_region_west=few)["heatmap"]["more"],
                    "attribute_region_west")  # fmt: skip
    assert [cell["text"] for cell in region["cells"]] == ["100%", "–"]


def test_without_a_rest_there_is_nothing_to_open(sample) -> None:
    assert sample.summary()["heatmap"]["more"] is None
    assert "the rest is below" not in sample.summary()["heatmap"]["lead"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_is_explained_in_the_language(language: str) -> None:
    table = table_of(language)["heatmap"]
    said = [row["text"] for row in table["meanings"]["rows"]]
    # a fact about customers is its own explanation
    explained = [one for one in ENTRIES if one.name != "attribute_region_west"]
    assert sorted(said) == sorted(feature_meaning(one, language) for one in explained)


def test_what_all_customers_share_is_left_out() -> None:
    table = table_of(weekend_share=np.zeros(N), monetary=np.full(N, 100.0))["heatmap"]
    assert "weekend_share" not in names(table) + names(table["more"])
    assert "monetary" in names(table)


def test_the_page_holds_both_tables_and_escapes_the_users_words() -> None:
    data = table_of()
    page, text = Report(data).html(), Report(data).markdown()
    assert page.count('<table class="heat"') == 2
    assert "<b>Points</b>" not in page
    assert "&lt;b&gt;Points&lt;/b&gt;" in page
    assert len(re.findall(r'scope="rowgroup"', page)) == len(
        data["heatmap"]["groups"]
    ) + len(data["heatmap"]["more"]["groups"])
    assert "### 4 more measures" in text


def test_a_season_comes_first_only_where_it_could_come_again(sample):
    profiles = sample.profiles()
    season = CATALOGUE["season_share"]
    shares = (0.3, 0.4, 0.5, 0.9, 0.4, 0.5)
    profiles = replace(
        profiles,
        features=(*profiles.features, season),
        medians_of_all={**profiles.medians_of_all, season.name: 0.4},
        segments=tuple(
            replace(
                one,
                medians={**one.medians, season.name: share},
                scores={**one.scores, season.name: share * 5},
            )
            for one, share in zip(profiles.segments, shares, strict=True)
        ),
    )

    def first(profiles):
        groups = sample.summary(profiles=profiles)["heatmap"]["groups"]
        return {row["feature"] for group in groups for row in group["rows"]}

    a_year = replace(profiles, first_day=date(2025, 7, 1))
    assert season.name not in first(a_year)
    # what is there for two years, less the month that first purchases spread over
    assert season.name in first(profiles)

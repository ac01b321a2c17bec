"""RFM scores: published ones, and what holds for any customers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.errors import InputError
from autoseg.features import CATALOGUE, FeatureTable, rfm_scores

NAMES = ["recency_days", "frequency", "monetary"]
SCORES = ["recency_score", "frequency_score", "monetary_score"]

# install.packages("rfm"), 0.3.0, its article "RFM - Introduction":
# rfm_table_order(rfm_data_orders, customer_id, order_date, revenue,
#                 as.Date("2006-12-31"))
PUBLISHED = {
    "Abbey O'Reilly": (205, 6, 472, 343),
    "Add Senger": (140, 3, 340, 412),
    "Aden Lesch": (194, 4, 405, 323),
    "Aden Murphy": (98, 7, 596, 544),
    "Admiral Senger": (132, 5, 448, 433),
    "Agness O'Keefe": (90, 9, 843, 555),
    "Aileen Barton": (84, 9, 763, 555),
    "Ailene Hermann": (281, 8, 699, 355),
    "Aiyanna Bruen": (246, 4, 157, 321),
    "Akeelah Walsh": (160, 7, 779, 445),
    # these two stand in the README of 0.1.0 and 0.2.2
    "Ala Schmidt": (349, 3, 363, 212),
    "Alannah Borer": (619, 4, 196, 121),
}
# what R's rule makes of these orders: quantile(x, 1:4/5) + 1
R_CUTS = {
    "recency_cuts": [115, 181, 297.4, 482],
    "frequency_cuts": [4, 5, 6, 8],
    "monetary_cuts": [255.8, 382, 506.4, 666],
}
# the names, then the lowest and highest score of each, from tests/testthat of rfm
R_SEGMENTS = {
    "Champions": (4, 5, 4, 5, 4, 5),
    "Loyal Customers": (2, 5, 3, 5, 3, 5),
    "Potential Loyalist": (3, 5, 1, 3, 1, 3),
    "New Customers": (4, 5, 1, 1, 1, 1),
    "Promising": (3, 4, 1, 1, 1, 1),
    "Need Attention": (2, 3, 2, 3, 2, 3),
    "About To Sleep": (2, 3, 1, 2, 1, 2),
    "At Risk": (1, 2, 2, 5, 2, 5),
    "Can't Lose Them": (1, 1, 4, 5, 4, 5),
    "Lost": (1, 2, 1, 2, 1, 2),
}


def table_of(recency, frequency, monetary, **columns) -> FeatureTable:
    values = dict(zip(NAMES, (recency, frequency, monetary), strict=True)) | columns
    index = pd.Index([f"c{row}" for row in range(len(recency))], name="customer_id")
    names = [name for name in CATALOGUE if name in values]
    return FeatureTable(
        frame=pd.DataFrame(values, index=index, dtype=float)[names],
        revenue=pd.Series(0, index=index),
        features=tuple(CATALOGUE[name] for name in names),
        as_of=date(2024, 4, 1),
        first_day=date(2023, 4, 1),
        last_day=date(2024, 3, 31),
        currency=None,
    )


def scores_of(values, **settings) -> list[int]:
    """Return the scores of one column that counts up."""
    table = table_of(range(len(values)), values, range(len(values)))
    return rfm_scores(table, **settings)["frequency_score"].tolist()


@pytest.fixture(scope="module")
def published(data_folder, features_of) -> FeatureTable:
    orders = pd.read_parquet(data_folder / "rfm_data_orders.parquet")
    orders.columns = ["customer_id", "timestamp", "amount"]
    return features_of(orders, NAMES, as_of=date(2006, 12, 31))


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_scores_that_the_r_package_publishes(name, published):
    *features, score = PUBLISHED[name]
    assert published.frame.loc[name, NAMES].tolist() == features
    assert rfm_scores(published).loc[name, "rfm_score"] == score
    assert rfm_scores(published, **R_CUTS).loc[name, "rfm_score"] == score


def test_the_segments_that_the_r_package_counts(published):
    scores = rfm_scores(published, **R_CUTS)
    segment = pd.Series("Others", scores.index)
    for name, bounds in reversed(R_SEGMENTS.items()):
        pairs = zip(SCORES, bounds[::2], bounds[1::2], strict=True)
        inside = [scores[score].between(low, high) for score, low, high in pairs]
        segment[np.logical_and.reduce(inside)] = name
    # rfm_segment() |> dplyr::count(segment), from the article "rfm 0.2.2"
    assert segment.value_counts().to_dict() == {
        "Loyal Customers": 278,
        "Potential Loyalist": 229,
        "Champions": 158,
        "Lost": 111,
        "At Risk": 86,
        "About To Sleep": 50,
        "Others": 48,
        "Need Attention": 35,
    }
    # rfm_segment_summary(), from tests/testthat/test-rfm-segment.R
    champions = published.frame[segment == "Champions"]
    assert champions["frequency"].sum() == 1234
    assert champions["monetary"].sum() == 120_178


def test_the_rule_of_r_moves_three_scores_by_adding_one_to_the_quantiles(published):
    ours, theirs = rfm_scores(published), rfm_scores(published, **R_CUTS)
    differ = (ours[SCORES] != theirs[SCORES]).sum()
    # 297 days are more than 296.4, and 255 and 506 more than 254.8 and 505.4
    assert differ.tolist() == [1, 0, 2]


def test_scores_are_whole_numbers_by_customer():
    scores = rfm_scores(table_of([1, 50, 99], [9, 5, 1], [800, 400, 10]))
    assert scores.index.tolist() == ["c0", "c1", "c2"]
    assert scores.index.name == "customer_id"
    assert list(scores) == [*SCORES, "rfm_score"]
    assert (scores.dtypes == "int64").all()
    assert scores["rfm_score"].tolist() == [555, 333, 111]


def test_a_customer_on_a_quantile_belongs_to_the_lower_part():
    # the quantiles of 0 … 10 are 2, 4, 6 and 8
    assert scores_of(range(11)) == [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_a_customer_on_a_cut_point_of_the_users_is_above_it():
    cuts = [2, 4, 6, 8]
    assert scores_of(range(11), frequency_cuts=cuts) == [
        1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5,
    ]  # fmt: skip
    table = table_of([1, 2, 3, 8, 9], range(5), range(5))
    recency = rfm_scores(table, recency_cuts=cuts)["recency_score"]
    assert recency.tolist() == [5, 4, 4, 1, 1]


def test_no_score_is_lost_where_most_bought_once():
    orders = [1] * 60 + [2] * 20 + [3] * 8 + [4] * 8 + [5] * 4
    assert np.quantile(orders, [0.2, 0.4, 0.55, 0.75]).tolist() == [1, 1, 1, 2]
    assert scores_of(orders) == orders


def test_no_score_is_lost_where_most_are_equal_at_the_top():
    orders = [1, 2, 3, 4] + [5] * 60
    assert scores_of(orders) == orders


def test_few_values_have_a_score_each_and_the_ends_are_the_ends():
    assert sorted(set(scores_of([1] * 99 + [2, 3]))) == [1, 4, 5]
    assert scores_of([1, 7]) == [1, 5]
    assert scores_of([4, 4, 4]) == [3, 3, 3]
    assert scores_of([4]) == [3]


def test_other_numbers_of_scores():
    assert scores_of(range(12), bins=3) == [1] * 4 + [2] * 4 + [3] * 4
    assert max(scores_of(range(100), bins=9)) == 9
    table = table_of(range(30), range(30), range(30))
    assert set(rfm_scores(table, bins=2)["rfm_score"]) == {211, 122}


def test_another_feature_can_stand_for_the_value():
    nan = float("nan")
    table = table_of(range(5), range(5), range(5), margin_share=[5, nan, 3, 2, 1])
    # who lacks it has the median of the others, 2.5
    scores = rfm_scores(table, value="margin_share")["monetary_score"]
    assert scores.tolist() == [5, 3, 4, 2, 1]


def test_a_feature_that_was_not_computed_is_an_error():
    with pytest.raises(InputError, match="holds no feature 'gross_margin'"):
        rfm_scores(table_of([1], [1], [1]), value="gross_margin")


@pytest.mark.parametrize("bins", [1, 10, 5.0, True, "5", None])
def test_a_number_of_scores_that_is_none_is_an_error(bins):
    with pytest.raises(InputError, match="give a whole number from 2 to 9") as error:
        rfm_scores(table_of([1], [1], [1]), bins=bins)
    assert error.value.codes == ("ASG_E_RFM_BINS",)


@pytest.mark.parametrize(
    ("cuts", "found"),
    [
        ([1, 2, 2, 3], "does not increase: 1, 2, 2, 3"),
        ([4, 3, 2, 1], "does not increase: 4, 3, 2, 1"),
        ([1, 2, 3, float("nan")], "does not increase: 1, 2, 3, nan"),
        ([1, 2, 3, float("inf")], "does not increase: 1, 2, 3, inf"),
        ([1, 2, 3], "has 3 cut points where 4 make 5 scores"),
        ([1], "has 1 cut point where 4 make 5 scores"),
        ([], "has 0 cut points where 4 make 5 scores"),
        (7, "has 1 cut point where 4 make 5 scores"),
        (["a", "b", "c", "d"], "holds something that is no number"),
        ([[1, 2], [3, 4]], "has 4 cut points where 4 make 5 scores"),
    ],
)
def test_cut_points_that_are_none_are_an_error(cuts, found):
    with pytest.raises(InputError, match=f"frequency_cuts {found}") as error:
        rfm_scores(table_of([1], [1], [1]), frequency_cuts=cuts)
    assert error.value.codes == ("ASG_E_RFM_CUTS",)


def test_one_error_tells_of_all_cut_points():
    with pytest.raises(InputError, match="recency_cuts has 1 cut point") as error:
        rfm_scores(table_of([1], [1], [1]), recency_cuts=[1], monetary_cuts=[2])
    assert error.value.codes == ("ASG_E_RFM_CUTS",) * 2


COLUMN = st.integers(-50, 50)
ROWS = st.lists(st.tuples(COLUMN, COLUMN, COLUMN), min_size=1, max_size=40)
BINS = st.integers(2, 9)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, bins=BINS, seed=st.integers(0, 99))
def test_the_order_of_the_rows_changes_nothing(rows, bins, seed):
    table = table_of(*zip(*rows, strict=True))
    shuffled = table.frame.sample(frac=1, random_state=seed)
    other = table_of(*(shuffled[name].to_numpy() for name in NAMES))
    expected = rfm_scores(table, bins=bins).loc[shuffled.index]
    assert rfm_scores(other, bins=bins).to_numpy().tolist() == (
        expected.to_numpy().tolist()
    )


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, bins=BINS)
def test_better_is_never_lower_and_equal_is_equal(rows, bins):
    table = table_of(*zip(*rows, strict=True))
    scores = rfm_scores(table, bins=bins)
    good = table.frame.assign(recency_days=-table.frame["recency_days"])
    for name, score in zip(NAMES, SCORES, strict=True):
        # equal values may not differ, so each value is one row
        pairs = {(value, s) for value, s in zip(good[name], scores[score], strict=True)}
        assert len(pairs) == good[name].nunique()
        found = [s for _, s in sorted(pairs)]
        assert found == sorted(found)
        assert all(1 <= s <= bins for s in found)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, bins=BINS)
def test_every_score_is_used_or_every_value_has_its_own(rows, bins):
    table = table_of(*zip(*rows, strict=True))
    scores = rfm_scores(table, bins=bins)
    for name, score in zip(NAMES, SCORES, strict=True):
        n_distinct = table.frame[name].nunique()
        assert scores[score].nunique() == min(n_distinct, bins)
        if n_distinct > 1:
            assert {1, bins} <= set(scores[score])


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(-9, 9), min_size=1, max_size=60), bins=st.integers(2, 9)
)
def test_quantiles_that_differ_are_the_cut_points(values, bins):
    ordered = sorted(values)

    def above(value: int, i: int) -> bool:
        # linear interpolation in whole numbers: R's type 7, without rounding
        low, rest = divmod(i * (len(values) - 1), bins)
        high = ordered[min(low + 1, len(values) - 1)]
        return bins * (value - ordered[low]) > rest * (high - ordered[low])

    parts = [sum(above(value, i) for i in range(1, bins)) + 1 for value in values]
    if len(set(parts)) == bins:
        assert scores_of(values, bins=bins) == parts


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, rate=st.sampled_from([0.01, 0.1, 7.5, 1000, 1e9]))
def test_another_currency_changes_nothing(rows, rate):
    recency, frequency, monetary = zip(*rows, strict=True)
    before = rfm_scores(table_of(recency, frequency, monetary))
    after = rfm_scores(table_of(recency, frequency, np.array(monetary) * rate))
    pd.testing.assert_frame_equal(before, after)

"""Every feature of five customers, worked out by hand."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError
from autoseg.features import CATALOGUE, compute_features
from autoseg.tables import stage

CUSTOMERS = ["ann", "bo", "cy", "di", "eve"]
NAN = math.nan
BY_HAND = {
    # last purchases: 2 March, 31 March, 1 December, 11 June, 2 January
    "recency_days": [30, 1, 122, 295, 90],
    "frequency": [3, 1, 3, 2, 4],
    "tenure_days": [86, 1, 122, 305, 181],
    # ann 14 and 42; cy 0 and 0; di 10; eve 1, 89 and 1
    "mean_gap_days": [28, NAN, 0, 10, 91 / 3],
    # ann: deviations of 14 either way, so sd = 14 √2
    "gap_cv": [math.sqrt(2) / 2, NAN, NAN, NAN, math.sqrt(15488 / 6) / (91 / 3)],
    # eve: age 90 is recent, 91 and 180 are before, 181 is neither
    "trend_90d": [1, 1, -1, NAN, -1 / 3],
    "monetary": [160, 80, 60, 20, 10000],
    "average_order_value": [200 / 3, 80, 20, 10, 2500],
    # ann three Saturdays, bo a Sunday, di a Thursday and a Sunday
    "weekend_share": [1, 1, 0, 0.5, 0],
    "units_per_order": [8 / 3, NAN, 1, 1, 2.5],
    "lines_per_order": [4 / 3, 1, 1, 1, 1],
    "distinct_products": [3, NAN, 2, 3, 4],
    "distinct_categories": [2, NAN, 1, 1, 3],
    # ann 110 of 200 on books, eve 5000 of 10000 on food
    "top_category_share": [0.55, NAN, 1, 1, 0.5],
    # ann 50 of 250; di 5 of 25
    "discount_share": [0.2, 0, 0, 0.2, 0],
    # ann 115 of 200; cy 24 of the 40 whose cost is known; di 10 of 25
    "margin_share": [0.575, NAN, 0.6, 0.4, 0.9996],
    "return_share": [0.2, 0, 0, 0, 0],
    "distinct_channels": [2, NAN, 2, 2, 1],
    "event_count": [2, 1, 0, 1, 0],
    "days_since_last_event": [1, 60, NAN, 305, NAN],
    "campaign_response_share": [1 / 3, 0, NAN, NAN, NAN],
}


def test_every_feature_of_the_catalogue_was_worked_by_hand():
    assert set(BY_HAND) == set(CATALOGUE)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_feature_is_what_the_hand_says(name, lines, events, responses, features_of):
    table = features_of(lines, [name], events=events, responses=responses)
    expected = pd.Series(BY_HAND[name], CUSTOMERS, dtype=float)
    pd.testing.assert_series_equal(
        table.frame[name],
        expected,
        rtol=1e-14,
        check_names=False,
        check_index_type=False,
    )


def test_all_features_together_are_what_each_is_alone(
    lines, events, responses, features_of
):
    table = features_of(lines, events=events, responses=responses)
    expected = pd.DataFrame(BY_HAND, CUSTOMERS, dtype=float)
    assert list(table.frame) == list(CATALOGUE)
    assert (table.frame.dtypes == "float64").all()
    pd.testing.assert_frame_equal(
        table.frame, expected[list(CATALOGUE)], rtol=1e-14, check_names=False,
        check_index_type=False,
    )  # fmt: skip


def test_revenue_is_exact_in_ten_thousandths(lines, features_of):
    table = features_of(lines, ["monetary"])
    assert table.revenue.tolist() == [1_600_000, 800_000, 600_000, 200_000, 10**8]
    assert table.revenue.dtype == "int64"
    assert table.revenue.index.equals(table.frame.index)


def test_a_margin_is_of_the_lines_whose_cost_is_known(lines, features_of):
    lines.loc[1, "cost"] = None
    # ann without the line of 40 that cost 20
    margin = features_of(lines, ["margin_share"]).frame["margin_share"]
    assert margin["ann"] == pytest.approx(95 / 160, rel=1e-15)


def test_only_features_whose_columns_are_there_come_by_default(lines, features_of):
    table = features_of(lines[["customer_id", "timestamp", "amount"]])
    assert list(table.frame) == [n for n, f in CATALOGUE.items() if not f.needs]


def test_features_come_in_catalogue_order_and_once(lines, features_of):
    table = features_of(lines, ["monetary", "frequency", "monetary"])
    assert list(table.frame) == ["frequency", "monetary"]
    assert [feature.name for feature in table.features] == ["frequency", "monetary"]


def test_tenure_comes_along_where_it_fills_another(lines, features_of):
    table = features_of(lines, ["mean_gap_days"])
    assert list(table.frame) == ["tenure_days", "mean_gap_days"]
    assert table.matrix(["mean_gap_days"])["mean_gap_days"].tolist()[1] == 1


def test_days_and_currency_are_handed_on(lines, features_of):
    table = features_of(lines, ["frequency"], currency="NOK")
    assert (table.as_of, table.currency) == (date(2024, 4, 1), "NOK")
    assert (table.first_day, table.last_day) == (date(2023, 6, 1), date(2024, 3, 31))


def test_one_error_names_every_feature_that_cannot_be_computed(lines):
    names = ["recency_day", "margin_share", "event_count", "frequency"]
    with DuckDBEngine() as engine:
        staged = stage(engine, lines.drop(columns="cost"), as_of="2024-04-01")
        with pytest.raises(InputError, match="'margin_share' needs cost") as error:
            compute_features(staged, names)
    assert error.value.codes == (
        "ASG_E_FEATURE_UNKNOWN",
        "ASG_E_FEATURE_NEEDS",
        "ASG_E_FEATURE_NEEDS",
    )
    assert "use 'recency_days'" in str(error.value)
    assert "'event_count' needs events" in str(error.value)


def test_an_unknown_feature_far_from_any_lists_the_choice(lines):
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, as_of="2024-04-01")
        with pytest.raises(InputError, match="choose from recency_days, frequency"):
            compute_features(staged, ["xyzzy"])

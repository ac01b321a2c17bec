"""Every feature of five customers, worked out by hand."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError
from autoseg.features import CATALOGUE, compute_features, feature_history
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
    "sd_gap_days": [14 * math.sqrt(2), NAN, 0, NAN, math.sqrt(15488 / 6)],
    # ann: deviations of 14 either way, so sd = 14 √2
    "gap_cv": [math.sqrt(2) / 2, NAN, NAN, NAN, math.sqrt(15488 / 6) / (91 / 3)],
    # recency by mean gap; cy bought all on one day
    "overdue_ratio": [30 / 28, NAN, NAN, 29.5, 90 * 3 / 91],
    # eve: age 90 is recent, 91 and 180 are before, 181 is neither
    "trend_90d": [1, 1, -1, NAN, -1 / 3],
    # ann 20 January to 2 March, the others since the last purchase
    "longest_silence_days": [42, 1, 122, 295, 90],
    # ann January and March, eve October and January
    "active_months": [2, 1, 1, 1, 2],
    "monetary": [160, 80, 60, 20, 10000],
    "average_order_value": [200 / 3, 80, 20, 10, 2500],
    "median_order_value": [50, 80, 20, 10, 2500],
    # ann at 1.8 of 50, 50 and 100; cy of 10, 20 and 30; di at .9; eve at 2.7
    "p90_order_value": [90, 80, 28, 14, 3700],
    # eve bought for 4000 on the 90th day, for 3000 on the 91st
    "revenue_share_90d": [1, 1, 0, 0, 0.4],
    # ann 200 less 85; cy 40 less 16, for of 20 the cost is not known
    "gross_margin": [115, NAN, 24, 10, 9996],
    # ann three Saturdays, bo a Sunday, di a Thursday and a Sunday
    "weekend_share": [1, 1, 0, 0.5, 0],
    # ann a second before midnight, then at noon twice; midnight is night, noon is not
    # morning
    "night_share": [0, 1, 0, 0, 0.75],
    "morning_share": [0, 0, 1, 0, 0],
    "afternoon_share": [2 / 3, 0, 0, 1, 0],
    "evening_share": [1 / 3, 0, 0, 0, 0.25],
    # di Thursday and Sunday; eve Tuesday, Wednesday, Monday and Tuesday
    "weekday_entropy": [0, 0, 0, math.log(2), 1.5 * math.log(2)],
    # ann two in January and one in March, eve two in October and two in January
    "month_entropy": [math.log(3) - 2 / 3 * math.log(2), 0, 0, 0, math.log(2)],
    "peak_quarter_share": [1, 1, 1, 1, 0.5],
    # nobody has bought over ten months; see the test of seasons
    "season_share": [NAN, NAN, NAN, NAN, NAN],
    # of Thursday and Sunday, di has the lower
    "preferred_weekday": [6, 7, 5, 4, 2],
    "preferred_daypart": [3, 1, 2, 3, 1],
    "units_per_order": [8 / 3, NAN, 1, 1, 2.5],
    "lines_per_order": [4 / 3, 1, 1, 1, 1],
    "distinct_products": [3, NAN, 2, 3, 4],
    "distinct_categories": [2, NAN, 1, 1, 3],
    # ann 110 and 90 of 200; eve 1000, 5000 and 4000 of 10000
    "category_entropy": [
        -0.55 * math.log(0.55) - 0.45 * math.log(0.45),
        *(NAN, 0, 0),
        -0.1 * math.log(0.1) - 0.5 * math.log(0.5) - 0.4 * math.log(0.4),
    ],
    # ann 110 of 200 on books, eve 5000 of 10000 on food
    "top_category_share": [0.55, NAN, 1, 1, 0.5],
    # ann bought p1 on two days; cy bought it twice, on one day
    "repeat_product_share": [1 / 3, NAN, 0, 0, 0],
    # ann 50 of 250; di 5 of 25
    "discount_share": [0.2, 0, 0, 0.2, 0],
    "discounted_order_share": [2 / 3, 0, 0, 0.5, 0],
    # unit prices of books 10, 20, 30, 30, 50 and 1000; of food 12.5, 40, 1000 and
    # 1000; of toys 5, 5, 15 and 1000: their medians are 30, 520 and 10
    "price_level": [
        200 / (3 * 30 + 5 * 520),
        *(NAN, 60 / (3 * 30), 25 / (3 * 10)),
        10000 / (30 + 5 * 520 + 4 * 10),
    ],
    # ann 115 of 200; cy 24 of the 40 whose cost is known; di 10 of 25
    "margin_share": [0.575, NAN, 0.6, 0.4, 0.9996],
    "return_share": [0.2, 0, 0, 0, 0],
    # ann one return beside three purchases
    "returned_order_share": [0.25, 0, 0, 0, 0],
    "distinct_channels": [2, NAN, 2, 2, 1],
    # di 20 of 25: the line of 5 counts, though its order comes to 0
    "top_channel_share": [0.75, NAN, 2 / 3, 0.8, 1],
    "event_count": [2, 1, 0, 1, 0],
    "days_since_last_event": [1, 60, NAN, 305, NAN],
    "visit_count": [0, 1, 0, 0, 0],
    "open_count": [1, 0, 0, 0, 0],
    "click_count": [1, 0, 0, 0, 0],
    # a message was sent to bo and to cy; only ann opened one
    "open_rate": [NAN, 0, 0, NAN, NAN],
    "click_rate": [1, NAN, NAN, NAN, NAN],
    # ann clicked, bo visited, cy was sent a message
    "funnel_stage": [4, 4, 2, 1, 1],
    "campaign_response_share": [1 / 3, 0, NAN, NAN, NAN],
    # ann and bo are new; cy has bought on one day, 122 days ago; di is 295 days late at
    # a pace of 10, which counts as 20; eve is 90 days late at a pace of 30.33
    "journey_stage": [1, 1, 3, 4, 3],
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
    expected = [n for n, f in CATALOGUE.items() if f.needs <= {"time_of_day"}]
    assert list(table.frame) == expected


def test_a_season_is_three_months_in_a_row_that_have_come_again(features_of):
    days = {
        # December, January and November: one season, over New Year
        "ann": ["2022-12-20", "2023-01-10", "2023-11-25"],
        # two of three in June to August, ten months from end to end
        "bo": ["2022-08-31", "2023-01-05", "2023-06-01"],
        # all in December, but only nine months have gone by
        "cy": ["2022-12-31", "2023-09-01"],
        # February and December are three in a row with January; April is not
        "di": ["2022-02-01", "2022-04-01", "2022-12-31", "2023-02-28"],
    }
    lines = pd.DataFrame(
        [
            {"customer_id": who, "timestamp": pd.Timestamp(day), "amount": 10.0}
            for who, when in days.items()
            for day in when
        ]
    )
    share = features_of(lines, ["season_share"], as_of=date(2024, 1, 1)).frame
    assert share["season_share"].tolist() == pytest.approx(
        [1, 2 / 3, NAN, 3 / 4], nan_ok=True
    )


def test_parts_of_the_day_need_times_of_day(lines, features_of):
    days = lines.assign(timestamp=lines["timestamp"].dt.normalize())
    table = features_of(days[["customer_id", "timestamp", "amount"]])
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


def test_tables_whose_engine_holds_others_by_now_are_refused(lines):
    with DuckDBEngine() as engine:
        first = stage(engine, lines, as_of=date(2024, 4, 1))
        second = stage(engine, lines.head(3), as_of=date(2024, 4, 1))
        for read in (compute_features, feature_history):
            with pytest.raises(InputError, match=r"other tables since, in their place"):
                read(first, ["monetary"])
        assert len(compute_features(second, ["monetary"]).frame)

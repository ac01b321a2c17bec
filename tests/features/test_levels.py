"""Features that take their names from the data: channels, devices, attributes."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError, InputWarning
from autoseg.features import (
    CATALOGUE,
    MissingRule,
    compute_features,
    feature_history,
    feature_name,
)
from autoseg.features.compute import select
from autoseg.features.slugs import distinct_names, slug
from autoseg.tables import check_fitness, stage

AS_OF = date(2024, 4, 1)
ODD = [
    "L'Oréal",
    'say "hi"; DROP TABLE customers; --',
    "100 %",
    "a\\b",
    "🛒",
    "{as_of}",
    "NULL",
    "x" * 300,
]


def customers(**columns: object) -> pd.DataFrame:
    """Return attributes of the five customers."""
    return pd.DataFrame({"customer_id": ["ann", "bo", "cy", "di", "eve"], **columns})


@pytest.fixture
def by_level(lines):
    """Return a function: the features of the data, and the warnings of them."""

    def compute(names=None, *, transactions=lines, **tables):
        with DuckDBEngine(threads=2) as engine, warnings.catch_warnings():
            warnings.simplefilter("ignore", InputWarning)
            staged = stage(engine, transactions, as_of=AS_OF, **tables)
            return compute_features(staged, names), select(staged, names).findings

    return compute


def of_data(table) -> list[str]:
    return [one.name for one in table.features if one.name not in CATALOGUE]


def test_shares_of_channels_are_what_the_hand_says(by_level):
    table, _ = by_level()
    # ann spent 150 of 200 on the web; cy 40 of 60; di 20 of 25
    web = table.frame["channel_share_web"].tolist()
    assert web == [0.75, pytest.approx(math.nan, nan_ok=True), 40 / 60, 0.8, 1.0]
    shares = table.frame[of_data(table)].dropna()
    assert shares.sum(axis="columns").tolist() == pytest.approx([1, 1, 1, 1])


def test_levels_go_by_the_number_of_customers_then_by_name(by_level):
    table, _ = by_level()
    # web has four customers, app two, store one
    assert of_data(table) == [
        "channel_share_web",
        "channel_share_app",
        "channel_share_store",
    ]
    assert [one.level for one in table.features[-3:]] == ["web", "app", "store"]
    assert all(one.missing is MissingRule.MEDIAN for one in table.features[-3:])
    assert not any(one.clustering for one in table.features[-3:])


def test_the_ninth_level_and_more_are_one(by_level, lines):
    many = [f"channel {i % 10}" for i in range(len(lines))]
    table, _ = by_level(transactions=lines.assign(channel=many))
    names = of_data(table)
    assert len(names) == 9
    assert names[-1] == "channel_share__other"
    assert feature_name(table.features[-1], "nb").endswith("annet")
    sums = table.frame[names].sum(axis="columns")
    assert sums.tolist() == pytest.approx([1] * 5)


def test_a_level_that_is_called_other_is_not_the_rest(by_level, lines):
    named = ["other", "_other", "Other", *"abcdefg"]
    channels = [named[i % 10] for i in range(len(lines))]
    table, _ = by_level(transactions=lines.assign(channel=channels))
    names = of_data(table)
    assert len(set(names)) == 9
    assert names[-1] == "channel_share__other"


def test_shares_of_devices_leave_out_messages_that_were_sent(by_level):
    events = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "ann", "ann", "bo"],
            "timestamp": pd.Timestamp("2024-03-01"),
            "event_type": ["visit", "visit", "click", "sent", "sent"],
            "device": ["phone", "desktop", "phone", "tablet", "phone"],
        }
    )
    table, _ = by_level(events=events)
    of_ann = table.frame.loc["ann"]
    assert of_ann["device_share_phone"] == 2 / 3
    assert of_ann["device_share_desktop"] == 1 / 3
    assert of_ann["device_share_tablet"] == 0
    assert table.frame.loc["bo":"eve", "device_share_phone"].isna().all()


def test_attributes_are_numbers_or_levels(by_level):
    people = customers(
        age=["31", "1 250,5", None, "-4", "1e2"],
        city=["Oslo", "Bergen", "Oslo", None, "Bodø"],
    )
    table, findings = by_level(customers=people)
    frame = table.frame
    assert frame["attribute_age"].tolist() == pytest.approx(
        [31, 1250.5, math.nan, -4, 100], nan_ok=True
    )
    assert frame["attribute_city_oslo"].tolist() == pytest.approx(
        [1, 0, 1, math.nan, 0], nan_ok=True
    )
    assert frame["attribute_city_bodo"].tolist()[-1] == 1
    by_name = {one.name: one for one in table.features}
    assert by_name["attribute_city_bodo"].level == "Bodø"
    assert by_name["attribute_city_bodo"].label == "city"
    assert by_name["attribute_age"].block == "attributes"
    assert findings == ()


def test_levels_may_hold_anything(by_level, lines):
    channels = [ODD[i % len(ODD)] for i in range(len(lines))]
    people = customers(**{'what {is} "it"': ODD[:5], "what is it": ODD[3:8]})
    table, findings = by_level(
        transactions=lines.assign(channel=channels), customers=people
    )
    assert findings == ()
    names = of_data(table)
    assert len(names) == len(set(names))
    assert all(len(name) <= 63 and name.isascii() for name in names)
    levels = {one.level for one in table.features if one.name.startswith("channel_s")}
    # the lines with the fifth are returns
    assert levels == set(ODD) - {ODD[4]}
    frame = table.frame[names]
    assert frame[[n for n in names if n.startswith("channel")]].sum(
        axis="columns"
    ).tolist() == pytest.approx([1] * 5)


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("E-mail", list("abcde"), "tells who someone is"),
        ("kundenavn", list("aabbc"), "tells who someone is"),
        ("phone", [1, 2, 3, 4, 5], "tells who someone is"),
        ("contact", [f"{x}@shop.no" for x in "abccc"], "like e-mail addresses"),
        ("joined", [f"2020-0{i}-11" for i in range(1, 6)], "it holds dates"),
        ("tier", ["gold"] * 5, "all its values are the same"),
        ("nothing", [None] * 5, "there is nothing in it"),
    ],
)
def test_what_can_be_no_feature_is_left_out_and_told(by_level, column, values, words):
    table, findings = by_level(customers=customers(**{column: values}))
    assert [one for one in of_data(table) if one.startswith("attribute")] == []
    (finding,) = findings
    assert finding.code == "ASG_W_ATTRIBUTE_LEFT_OUT"
    assert words in str(finding)
    assert finding.column == column
    assert finding.n_rows == sum(value is not None for value in values)


@pytest.fixture
def many():
    """Return one order each of 120 customers."""
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(120)],
            "timestamp": pd.Timestamp("2024-03-01"),
            "amount": 10,
        }
    )


def test_ids_and_columns_of_too_many_values_are_left_out(by_level, many):
    people = pd.DataFrame(
        {
            "customer_id": many["customer_id"],
            "note": [f"said {i}" for i in range(120)],
            "town": [f"town {i % 60}" for i in range(120)],
            "postnr": [f"{1000 + i % 60}" for i in range(120)],
            "visits": [i % 60 for i in range(120)],
        }
    )
    table, findings = by_level(transactions=many, customers=people)
    assert of_data(table) == ["attribute_visits"]
    assert [(one.column, one.found) for one in findings] == [
        (
            "note",
            "there are 120 different values, nearly one each, as an id or free text"
            " has, so no feature is made of it",
        ),
        (
            "postnr",
            "there are 60 different values, too many to be groups, so no feature is"
            " made of it",
        ),
        (
            "town",
            "there are 60 different values, too many to be groups, so no feature is"
            " made of it",
        ),
    ]


def test_what_a_check_has_told_is_not_told_again(many):
    people = pd.DataFrame(
        {
            "customer_id": many["customer_id"],
            "note": [f"said {i}" for i in range(120)],
        }
    )
    with DuckDBEngine() as engine:
        staged = stage(engine, many, customers=people, as_of=AS_OF)
        assert len(select(staged, None).findings) == 1
        told = replace(staged, findings=check_fitness(staged))
        assert select(told, None).findings == ()
        with pytest.warns(InputWarning, match="ASG_W_ATTRIBUTE_LEFT_OUT: customers"):
            compute_features(staged)


def test_numbers_with_zeros_in_front_are_names(by_level):
    table, _ = by_level(customers=customers(zone=["01", "02", "01", "02", "03"]))
    assert "attribute_zone_01" in table.frame
    assert "attribute_zone" not in table.frame


def test_features_of_the_data_are_taken_by_name(by_level):
    table, findings = by_level(
        ["attribute_age", "channel_share_web", "frequency"],
        customers=customers(age=range(5), email=list("abcde")),
    )
    assert list(table.frame) == ["frequency", "channel_share_web", "attribute_age"]
    # the columns that nobody asked for are not spoken of
    assert findings == ()


def test_a_name_that_is_nearly_right_is_told(by_level):
    with pytest.raises(InputError, match="use 'channel_share_web'") as error:
        by_level(["channel_share_wbe"])
    assert error.value.codes == ("ASG_E_FEATURE_UNKNOWN",)


def test_neither_the_order_of_rows_nor_threads_change_a_byte(lines):
    frames = []
    people = customers(city=["a", "b", "c", "a", None], age=[1, 2, 3, None, 5])
    for seed in (None, 1, 2):
        rows = lines if seed is None else lines.sample(frac=1, random_state=seed)
        who = people if seed is None else people.sample(frac=1, random_state=seed)
        with DuckDBEngine(threads=(seed or 0) + 1) as engine:
            staged = stage(engine, rows, customers=who, as_of=AS_OF)
            frames.append(compute_features(staged).frame)
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0], check_exact=True)


def test_a_history_has_the_shares_of_each_day_and_the_attributes_of_today(lines):
    people = customers(as_of=["old", "new", "old", "new", "new"])
    with DuckDBEngine() as engine, warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        staged = stage(engine, lines, customers=people, as_of=AS_OF)
        history = feature_history(staged, every="3 months")
        names = list(history.frame)
        for day in history.days:
            early = stage(engine, lines, customers=people, as_of=day)
            alone = compute_features(early).frame
            shared = [name for name in names if name in alone]
            assert "attribute_as_of_old" in shared
            pd.testing.assert_frame_equal(
                history.at(day).frame[shared], alone[shared], check_exact=True
            )


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=70)


@given(st.sets(TEXTS, max_size=12), st.sampled_from(["a", "x" * 60]))
@settings(max_examples=60, deadline=None)
def test_names_are_distinct_and_short_whatever_the_levels(levels, prefix):
    wanted = {level: f"{prefix}_{slug(level)}" for level in levels}
    names = distinct_names(wanted, taken=[f"{prefix}_a"])
    assert len({*names.values(), f"{prefix}_a"}) == len(levels) + 1
    assert all(len(name) <= 63 and not name.endswith("_") for name in names.values())
    # each by itself
    assert distinct_names(dict(reversed(wanted.items())), [f"{prefix}_a"]) == names

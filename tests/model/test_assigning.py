"""Customers of new tables get the segments of the fit, and nobody a wrong one."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autoseg
from autoseg.errors import InputError, InputWarning
from autoseg.features import MissingRule
from autoseg.model.assigning import scored_batches, sorted_out, staged_like_the_fit

pytestmark = pytest.mark.filterwarnings("ignore::autoseg.errors.InputWarning")

COLUMNS = [
    "segment",
    "segment_key",
    "segment_name",
    "confidence",
    "runner_up",
    "unlike_any",
]
FEW = settings(max_examples=5)


@pytest.fixture(scope="module")
def model(segmentation):
    return segmentation.model


@pytest.fixture(scope="module")
def assigned(model, orders, people):
    return model.assign(orders, customers=people)


def of_the_fit(segmentation):
    matrix = segmentation.features.matrix(segmentation.model.feature_names)
    return segmentation.model.assign_features(matrix)


def test_customers_of_the_fit_are_in_their_segments(segmentation, assigned):
    bought = assigned.drop(["aaa", "zzz"])
    pd.testing.assert_frame_equal(bought, of_the_fit(segmentation))
    assert (bought["segment"] == segmentation.labels).all()


def test_the_day_of_the_fit_looks_back_over_the_days_of_the_fit(
    segmentation, assigned, orders, people
):
    day = segmentation.features.as_of
    again = segmentation.model.assign(orders, customers=people, as_of=str(day))
    pd.testing.assert_frame_equal(again, assigned)


def test_the_packaged_shop_gives_the_labels_of_its_fit():
    shop = autoseg.datasets.load_online_retail()
    segmentation = autoseg.segment(
        shop, currency="GBP", n_resamples=0, k_range=(4, 5), method="kmeans"
    )
    assigned = segmentation.model.assign(shop, as_of=segmentation.features.as_of)
    assert assigned["segment"].dropna().astype("int64").equals(segmentation.labels)


def test_online_retail_gives_the_labels_of_its_fit(data_folder):
    path = data_folder / "online_retail.parquet"
    segmentation = autoseg.segment(
        path, currency="GBP", n_resamples=0, k_range=(5, 5), method="kmeans"
    )
    assigned = segmentation.model.assign(path, as_of=segmentation.features.as_of)
    placed = assigned.dropna(subset="segment")
    assert placed["segment"].astype("int64").equals(segmentation.labels)
    apart = assigned[assigned["segment"].isna()]
    assert set(apart["segment_key"]) == {"prospects"}


def test_the_result_is_sorted_and_has_the_columns_of_assign_features(assigned):
    assert assigned.columns.tolist() == COLUMNS
    assert assigned.index.name == "customer_id"
    assert assigned.index.is_monotonic_increasing
    assert assigned.index.is_unique
    types = [str(kind) for kind in assigned.dtypes]
    assert types == ["Int64", "str", "str", "float64", "Int64", "boolean"]


def test_who_has_not_bought_is_a_prospect_in_every_language(model, orders, people):
    returned = pd.DataFrame(
        {"customer_id": ["back"], "timestamp": orders["timestamp"].iloc[-1:].to_numpy()}
    ).assign(order_id="r1", amount=-5.0, channel="web")
    rows = pd.concat([orders, returned])
    apart = model.assign(rows, customers=people, language="da").loc[
        ["aaa", "back", "zzz"]
    ]
    assert apart["segment_key"].tolist() == ["prospects"] * 3
    assert apart["segment_name"].tolist() == ["Uden køb i perioden"] * 3
    assert (
        apart[["segment", "confidence", "runner_up", "unlike_any"]]
        .isna()
        .all(axis=None)
    )


def test_who_last_bought_before_the_window_is_known_and_in_no_segment(
    model, orders, people
):
    last = orders.groupby("customer_id")["timestamp"].max()
    since = last.quantile(0.1).date()
    gone = set(last.index[last.dt.date < since])
    assigned = model.assign(orders, customers=people, since=since)
    prospects = assigned.index[assigned["segment_key"] == "prospects"]
    assert gone
    assert set(prospects) == gone | {"aaa", "zzz"}
    # without a table of customers they are known from their rows alone
    without = replace(model, **without_feature(model, "attribute_city_oslo"))
    again = without.assign(orders, since=since)
    assert set(again.index[again["segment_key"] == "prospects"]) == gone


def without_feature(model, name):
    """Return the parts of a model that looks at all features but one."""
    place = model.feature_names.index(name)
    keep = [i for i in range(len(model.features)) if i != place]
    outputs = [one for one in model.outputs if place not in one.members]
    moved = [
        replace(one, members=tuple(keep.index(member) for member in one.members))
        for one in outputs
    ]
    kept = [model.outputs.index(one) for one in outputs]
    rule = model.rule
    return {
        "features": tuple(model.features[i] for i in keep),
        "columns": tuple(model.columns[i] for i in keep),
        "outputs": tuple(moved),
        "rule": replace(
            rule,
            means=rule.means[:, kept],
            whiteners=rule.whiteners[:, kept][:, :, kept],
        ),
    }


def test_a_gap_that_nothing_stands_for_is_unscorable(model, orders, people):
    features = tuple(
        replace(one, missing=MissingRule.NEVER)
        if one.name == "attribute_city_oslo"
        else one
        for one in model.features
    )
    some = people[people["customer_id"] != "c001"]
    assigned = replace(model, features=features).assign(orders, customers=some)
    assert assigned.loc["c001", "segment_key"] == "unscorable"
    assert assigned["segment"].isna().sum() == 3


def test_a_value_beyond_all_numbers_is_unscorable(model, orders, people):
    definition = replace(
        next(one.definition for one in model.features if one.name == "usual_size"),
        sql="EXP(CASE WHEN MAX(spent) > 20000 THEN 800 ELSE 1 END)",
    )
    features = tuple(
        replace(one, definition=definition) if one.name == "usual_size" else one
        for one in model.features
    )
    rows = orders.copy()
    first = rows.index[rows["customer_id"] == "c001"][0]
    rows.loc[first, "amount"] = 30_000.0
    assigned = replace(model, features=features).assign(
        rows, customers=people, check_units=False
    )
    assert assigned.index[assigned["segment_key"] == "unscorable"].tolist() == ["c001"]


def test_a_channel_that_was_not_seen_changes_no_definition(model, orders, people):
    rows = orders.assign(channel=orders["channel"].replace("store", "robot"))
    assigned = model.assign(rows, customers=people)
    expected = model.assign(orders, customers=people)
    pd.testing.assert_frame_equal(assigned, expected)


def test_an_attribute_that_was_not_seen_is_not_the_one_that_was(model, orders, people):
    elsewhere = people.assign(city=people["city"].replace("Oslo", "Kautokeino"))
    assigned = model.assign(orders, customers=elsewhere)
    bergen = people.assign(city="Bergen")
    pd.testing.assert_frame_equal(assigned, model.assign(orders, customers=bergen))


@FEW
@given(seed=st.integers(0, 2**32 - 1), n_jobs=st.sampled_from([1, 2]))
def test_neither_order_nor_threads_nor_other_columns_matter(
    model, assigned, orders, people, seed, n_jobs
):
    mixed = orders.sample(frac=1, random_state=seed).assign(note="x", more=1)
    mixed = mixed[mixed.columns[::-1]]
    shuffled = people.sample(frac=1, random_state=seed).assign(colour="blue")
    again = model.assign(mixed, customers=shuffled, n_jobs=n_jobs)
    pd.testing.assert_frame_equal(again, assigned)


@FEW
@given(prefix=st.text("abcxyzæø0189 ", max_size=4), weeks=st.integers(-300, 300))
def test_new_names_and_another_time_change_nothing(
    model, assigned, orders, people, prefix, weeks
):
    def renamed(ids):
        # the last letters first, so that the order is another one
        return (ids.str[::-1] + "." + prefix).str.strip()

    shift = pd.Timedelta(weeks=weeks)
    rows = orders.assign(
        customer_id=renamed(orders["customer_id"]),
        timestamp=orders["timestamp"] + shift,
    )
    others = people.assign(customer_id=renamed(people["customer_id"]))
    day = pd.Timestamp(model.window.as_of) + shift
    again = model.assign(rows, customers=others, as_of=day.date())
    expected = assigned.set_axis(renamed(assigned.index.to_series())).sort_index()
    pd.testing.assert_frame_equal(again, expected, check_names=False)


@FEW
@given(size=st.integers(1, 400))
def test_the_size_of_a_batch_changes_nothing(model, assigned, orders, people, size):
    asked = sorted_out(orders, customers=people)
    with staged_like_the_fit(model, *asked) as staged:
        batches = list(scored_batches(model, staged, size=size))
    assert max(map(len, batches)) <= size
    pd.testing.assert_frame_equal(pd.concat(batches), assigned)


def test_amounts_in_another_unit_are_refused(model, orders, people):
    told = (
        r"ASG_E_MODEL_UNIT: the amounts: the median of monetary is [\d,]+00, and"
        r" \d+ at the fit, 100 times as much; perhaps the amounts are in øre or cents."
        r" Fix: .*check_units=False \(--any-unit\)"
    )
    cents = orders.assign(amount=orders["amount"] * 100)
    with pytest.raises(InputError, match=told) as caught:
        model.assign(cents, customers=people)
    assert caught.value.codes == ("ASG_E_MODEL_UNIT",) * 2
    thousands = orders.assign(amount=orders["amount"] / 1000)
    with pytest.raises(InputError, match=r"1,000 times less; .* in thousands"):
        model.assign(thousands, customers=people)
    anyway = model.assign(cents, customers=people, check_units=False)
    assert len(anyway) == len(people)


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_the_rule_is_in_money_so_ten_times_as_much_is_someone_else(
    model, assigned, orders, people, factor
):
    other = orders.assign(amount=(orders["amount"] * factor).round(4))
    assert not model.assign(other, customers=people).equals(assigned)


def test_a_few_customers_say_nothing_of_the_unit(model, orders, people):
    few = orders[orders["customer_id"] < "c008"]
    cents = few.assign(amount=few["amount"] * 100)
    assert len(model.assign(cents, customers=people)) == len(people)


def test_another_currency_is_refused(model, orders, people):
    told = (
        r"ASG_E_MODEL_CURRENCY: {}: the segments were found on amounts in NOK, and {}"
    )
    with pytest.raises(InputError, match=told.format("currency", "SEK was given")):
        model.assign(orders, currency="SEK")
    swedish = orders.assign(currency="SEK")
    where = r"transactions, column 'currency'"
    with pytest.raises(
        InputError, match=told.format(where, "the amounts are in SEK. Fix: .*rates")
    ):
        model.assign(swedish, customers=people)
    # what one unit is worth is a way out, and an unreadable code is told as ever
    assert len(model.assign(swedish, customers=people, rates={"SEK": 1.0})) > 300
    odd = orders.assign(
        currency=["NOK", "kroner"] * (len(orders) // 2) + ["NOK"] * (len(orders) % 2)
    )
    with pytest.raises(InputError, match=r"ASG_E_CURRENCY: .* no code of three"):
        model.assign(odd, customers=people)


def test_a_wrong_currency_that_was_given_is_told_as_it_is_read(model, orders):
    unknown = replace(model, window=replace(model.window, currency=None))
    with pytest.raises(InputError, match=r"ASG_E_CURRENCY: .* and NOK was given"):
        unknown.assign(orders.assign(currency="SEK"), currency="NOK")


def test_a_column_that_a_feature_needs_is_named(model, orders, people):
    with pytest.raises(
        InputError, match="'channel_share_web' needs channel, which the data"
    ):
        model.assign(orders.drop(columns="channel"), customers=people)
    with pytest.raises(InputError, match="'attribute_city_oslo' needs customers, "):
        model.assign(orders)
    told = "'attribute_city_oslo' needs the column 'city' of the customers, which"
    with pytest.raises(InputError, match=f"ASG_E_FEATURE_NEEDS: .*{told}"):
        model.assign(orders, customers=people.rename(columns={"city": "town"}))


def test_a_model_of_a_matrix_says_that_it_knows_no_tables(model, orders):
    bare = tuple(replace(one, definition=None) for one in model.features)
    told = "ASG_E_MODEL_MATRIX: the model: it was fitted to a matrix .* 'recency_days'"
    with pytest.raises(InputError, match=told):
        replace(model, features=bare).assign(orders)


def test_another_window_is_warned_of_with_both_numbers(model, orders, people):
    days = model.window.days
    cut = pd.Timestamp(model.window.as_of) - pd.Timedelta(days=days // 2)
    short = orders[orders["timestamp"] >= cut]
    with pytest.warns(InputWarning) as caught:
        model.assign(short, customers=people)
    told = [str(one.message) for one in caught if "ASG_W_WINDOW" in str(one.message)]
    assert len(told) == 1
    assert f"and {days} at the fit, so counts and sums are smaller" in told[0]
    earlier = orders.assign(timestamp=orders["timestamp"] - pd.Timedelta(days=400))
    with pytest.warns(InputWarning, match=r"sums are larger .* since='20\d\d-"):
        model.assign(pd.concat([earlier, orders]), customers=people)


def test_rows_from_before_the_window_are_counted(model, orders, people):
    later = date(2025, 6, 1)
    with pytest.warns(InputWarning) as caught:
        model.assign(orders, customers=people, as_of=later)
    codes = [one.message.finding.code for one in caught]
    assert "ASG_W_BEFORE_SINCE" in codes
    assert "ASG_W_WINDOW" not in codes
    # what a new segmentation would want of the data is no matter
    assert "ASG_W_FEW_CUSTOMERS" not in codes
    assert {one.filename for one in caught} == {__file__}


def test_what_is_wrong_with_the_settings_is_told_at_once(model, orders):
    with pytest.raises(InputError) as caught:
        model.assign(orders, as_of="yesterday", timezone="Oslo")
    assert caught.value.codes == ("ASG_E_DAY", "ASG_E_TIMEZONE")


def test_stages_are_told_in_order(model, orders, people):
    told = []
    model.assign(orders, customers=people, progress=lambda *one: told.append(one))
    assert [stage for stage, done in told if done == 0] == [
        "tables",
        "features",
        "scoring",
    ]


def test_nothing_is_warned_of_the_data_of_the_fit_but_what_the_fit_said(
    model, orders, people
):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.assign(orders, customers=people)
    codes = {one.message.finding.code for one in caught}
    assert codes == {"ASG_W_CUSTOMERS_WITHOUT_ORDERS"}
    assert np.isfinite(model.far)

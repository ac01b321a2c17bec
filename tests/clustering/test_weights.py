"""Weights of columns, blocks and value: what they multiply, and what is refused."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from autoseg.clustering import CustomerScaler, OutputColumn, scale_columns
from autoseg.clustering.weights import block_of, column_weights
from autoseg.errors import InputError
from autoseg.features import BLOCKS, CATALOGUE

NAMES = ("recency_days", "frequency", "mean_gap_days", "attribute_age", "shoe_size")


@pytest.fixture
def customers() -> pd.DataFrame:
    return pd.DataFrame(
        np.random.default_rng(2).normal(size=(200, len(NAMES))), columns=list(NAMES)
    )


def test_without_weights_every_column_counts_once():
    assert column_weights(NAMES, None, 1.0) == (1.0,) * 5


def test_a_block_weighs_its_columns_and_a_name_goes_before_its_block():
    given = {"tempo": 0.5, "attributes": 3, "recency_days": 4, "value": 2}
    assert column_weights(NAMES, given, 1.0) == (4.0, 2.0, 0.5, 3.0, 1.0)


def test_the_weight_of_value_comes_on_top():
    assert column_weights(NAMES, {"value": 3}, 2.0) == (6.0, 6.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_has_a_feature_that_is_found_by_its_name(block):
    names = {"attributes": "attribute_city"}
    names |= {feature.block: name for name, feature in CATALOGUE.items()}
    assert column_weights([names[block]], {block: 0.3}, 1.0) == (0.3,)


def test_every_block_of_the_catalogue_is_listed():
    assert {feature.block for feature in CATALOGUE.values()} | {"attributes"} == {
        *BLOCKS
    }


@pytest.mark.parametrize("name", ["channel_share_web", "device_share_phone"])
def test_features_named_after_the_data_have_a_block(name):
    assert block_of(name) == "channel"


@pytest.mark.parametrize("bad", [0, -1.0, np.nan, np.inf, "2", True, None])
def test_weights_that_are_no_numbers_above_zero_are_refused(bad):
    text = r"ASG_E_SETTING: CustomerScaler: the weight of 'frequency' is .*Fix: give a"
    with pytest.raises(InputError, match=text):
        column_weights(NAMES, {"frequency": bad}, 1.0)
    with pytest.raises(InputError, match=r"value_weight is .*give a number above 0"):
        column_weights(NAMES, None, bad)


def test_unknown_names_are_refused_with_those_that_are_known():
    text = (
        r"block_weights names 'spend', which is no column of X and no block\. Fix: name"
        r" one of the columns recency_days, .*, shoe_size, or one of the blocks value,"
        r" tempo, attributes"
    )
    with pytest.raises(InputError, match=text):
        column_weights(NAMES, {"spend": 2.0}, 1.0)


def test_a_block_without_a_column_would_weigh_nothing_and_is_refused():
    with pytest.raises(InputError, match=r"names 'returns', .*and the block has none"):
        column_weights(NAMES, {"returns": 2.0}, 1.0)


def test_a_weight_of_value_where_there_is_none_is_refused():
    text = r"value_weight is 2\.0 and X has no column of value\. Fix: give a frame with"
    with pytest.raises(InputError, match=text):
        column_weights(["x0", "x1"], None, 2.0)


def test_all_wrong_weights_are_told_at_once():
    with pytest.raises(InputError) as error:
        column_weights(NAMES, {"spend": 2.0, "tempo": -1.0}, np.nan)
    assert error.value.codes == ("ASG_E_SETTING",) * 3


def test_weights_that_are_no_mapping_are_refused():
    with pytest.raises(
        InputError, match=r"block_weights is 2.*give a mapping of names"
    ):
        column_weights(NAMES, 2, 1.0)


def test_a_weight_is_the_standard_deviation_of_what_comes_out(customers):
    scaler = CustomerScaler(block_weights={"tempo": 0.25}, value_weight=2.0)
    scaled = scaler.fit_transform(customers)
    assert scaled.std(ddof=0).tolist() == pytest.approx([2, 2, 0.25, 1, 1])
    neutral = CustomerScaler().fit_transform(customers)
    assert np.array_equal(scaled["frequency"], 2 * neutral["frequency"])


def test_weights_are_taken_back_by_the_inverse(customers):
    scaler = CustomerScaler(block_weights={"tempo": 0.3}, value_weight=1.7)
    back = scaler.fit(customers).inverse_transform(scaler.transform(customers))
    inside = np.abs(customers.to_numpy()) < 2
    assert back[inside] == pytest.approx(customers.to_numpy()[inside])


def test_merged_columns_have_the_largest_weight_of_them(customers):
    both = customers.assign(mean_gap_days=-customers["frequency"] + 0.01)
    both["mean_gap_days"] += np.random.default_rng(1).normal(0, 0.1, 200)
    scaler = CustomerScaler(block_weights={"mean_gap_days": 0.5, "frequency": 3.0})
    scaler.fit(both)
    assert scaler.outputs_[1].name == "frequency - mean_gap_days"
    assert scaler.outputs_[1].weight == 3.0
    assert scaler.transform(both).iloc[:, 1].std(ddof=0) == pytest.approx(3.0)
    assert scaler.account()["weight"].tolist() == [1.0, 3.0, 3.0, 1.0, 1.0]


def test_columns_without_names_are_weighed_by_their_places(customers):
    scaler = CustomerScaler(block_weights={"x1": 2.0}).fit(customers.to_numpy())
    assert [output.weight for output in scaler.outputs_] == [1.0, 2.0, 1.0, 1.0, 1.0]


def test_a_weight_survives_as_plain_data(customers):
    scaler = CustomerScaler(value_weight=2.0).fit(customers)
    kept = json.loads(json.dumps([asdict(output) for output in scaler.outputs_]))
    again = tuple(
        OutputColumn(**one | {"members": (*one["members"],), "signs": (*one["signs"],)})
        for one in kept
    )
    assert again == scaler.outputs_
    out = scale_columns(customers.to_numpy(), scaler.columns_, again)
    assert np.array_equal(out, scaler.transform(customers))

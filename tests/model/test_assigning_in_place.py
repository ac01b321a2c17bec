"""Customers are in the same segments where the rows are as where they are copied to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::autoseg.errors.InputWarning")

EXACT = ["segment", "segment_key", "segment_name", "runner_up", "unlike_any"]


@pytest.fixture(scope="module")
def rows(orders):
    """Return the orders, and a customer who has sent back only."""
    returned = orders.iloc[[-1]].assign(customer_id="Åse", order_id="r1", amount=-5.0)
    return pd.concat([orders, returned], ignore_index=True)


def test_the_rows_are_scored_where_they_are(segmentation, rows, people, place):
    there = {
        "transactions": place.bring(rows),
        "customers": place.bring(people),
    }
    day = segmentation.features.as_of
    since = rows["timestamp"].quantile(0.4).date()
    model = segmentation.model
    expected = model.assign(rows, customers=people, as_of=day, since=since)
    assert {"aaa", "zzz", "Åse"} <= set(
        expected.index[expected["segment_key"] == "prospects"]
    )
    found = model.assign(**there, as_of=day, since=since, engine="source")
    pd.testing.assert_frame_equal(found[EXACT], expected[EXACT])
    np.testing.assert_allclose(
        found["confidence"], expected["confidence"], rtol=0, atol=1e-12
    )


def test_batches_of_what_was_scored_there_are_the_whole(
    segmentation, rows, people, in_postgres, tmp_path
):
    there = in_postgres.bring(rows), in_postgres.bring(people)
    model = segmentation.model
    target = tmp_path / "segments.parquet"
    written = model.assign_to(
        target, there[0], customers=there[1], engine="source", language="nb"
    )
    found = pd.read_parquet(target)
    expected = model.assign(rows, customers=people, language="nb")
    assert found["customer_id"].tolist() == expected.index.tolist()
    assert found["segment_name"].tolist() == expected["segment_name"].tolist()
    assert written.counts.n_customers == len(expected)

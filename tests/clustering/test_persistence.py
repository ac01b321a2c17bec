"""Which segments stay, split or merge: by hand, then whatever the labels are called."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autoseg.clustering import Flow, persistence, segments_that_persist
from autoseg.errors import InputError

# of 12 customers 6 | 6; then 6 | 4 | 2; then the six in halves, the two and the four
# with one of each changed
TWO = np.repeat([0, 1], 6)
THREE = np.repeat([0, 1, 2], [6, 4, 2])
FOUR = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])


def test_shares_parents_and_children_by_hand():
    found = persistence({2: TWO, 3: THREE, 4: FOUR})
    small = next(one for one in found.segments if (one.k, one.segment) == (3, 1))
    assert asdict(small) == {
        "k": 3,
        "segment": 1,
        "share": 4 / 12,
        "parent": 1,
        "from_parent": 1.0,
        "child": 2,
        "to_child": 0.75,
        "stability": 1.0,
        "origin": "split",
        "fate": "persists",
    }
    assert (found.ks, found.n_customers) == ((2, 3, 4), 12)


def test_origins_and_fates_by_hand():
    found = persistence({2: TWO, 3: THREE, 4: FOUR})
    told = {(one.k, one.segment): (one.origin, one.fate) for one in found.segments}
    assert told == {
        (2, 0): ("first", "persists"),
        (2, 1): ("first", "splits"),
        (3, 0): ("persists", "splits"),
        (3, 1): ("split", "persists"),
        # both of its two lie among the last three, whose similarity to it is 2/3
        (3, 2): ("split", "merges"),
        (4, 0): ("split", "last"),
        (4, 1): ("split", "last"),
        (4, 2): ("persists", "last"),
        # two of three from the one, all of the one: neither inside nor made of wholes
        (4, 3): ("new", "last"),
    }


def test_a_segment_joined_from_two_is_merged():
    found = persistence({3: np.repeat([0, 1, 2], 4), 4: np.repeat([0, 0, 1], 4)})
    joined = next(one for one in found.segments if one.k == 4)
    assert (joined.origin, joined.from_parent) == ("merged", 0.5)


def test_stability_is_flexclusts():
    # the formula of slsaplot in flexclust, in R 4.2.2, for these labels from 1:
    # z <- table(a, b); z <- z / sum(z); ze <- t(t(z) / colSums(z))
    # 1 - apply(ze, 2, function(p) -sum(p[p > 0] * log(p[p > 0]))) / log(nrow(z))
    a = np.array([1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3]) - 1
    b = np.array([1, 1, 2, 2, 3, 2, 2, 3, 3, 4, 4, 1]) - 1
    stability = [one.stability for one in persistence({3: a, 4: b}).segments[3:]]
    from_r = [0.4206198357, 0.3690702464, 0.4206198357, 1]
    assert stability == pytest.approx(from_r, abs=1e-10)


def test_one_parent_tells_nothing_about_stability():
    found = persistence({1: np.zeros(4, dtype=int), 2: np.array([0, 0, 1, 1])})
    assert [one.stability for one in found.segments] == [None, None, None]


def test_flows_are_sorted_and_count_everybody():
    found = persistence({3: THREE, 2: TWO})
    assert found.flows == (
        Flow(2, 0, 3, 0, 6),
        Flow(2, 1, 3, 1, 4),
        Flow(2, 1, 3, 2, 2),
    )


def test_frames_have_a_row_a_segment_and_a_row_a_flow():
    found = persistence({2: TWO, 3: THREE})
    frame = found.to_frame()
    assert frame.shape == (5, 10)
    assert frame["parent"].dtype == "Int64"
    assert frame["parent"].isna().sum() == 2
    assert found.flows_frame()["n_customers"].tolist() == [6, 4, 2]
    assert isinstance(frame, pd.DataFrame)


def test_a_k_without_customers_in_a_segment_is_followed():
    found = persistence({2: TWO, 4: np.repeat([0, 3], 6)})
    assert [one.segment for one in found.segments if one.k == 4] == [0, 3]
    assert {one.origin for one in found.segments if one.k == 4} == {"persists"}


def test_chains_by_hand():
    found = segments_that_persist({2: TWO, 3: THREE, 4: FOUR}, 3)
    assert [one.ks for one in found] == [(2, 3), (3, 4), (3,)]
    assert [one.n_others for one in found] == [1, 1, 0]
    # {6..9} and {6..8}: three of four
    assert found[1].jaccard == (1.0, 0.75)
    assert found[1].segments == (1, 2)


def test_a_chain_compares_with_the_segment_itself_and_does_not_drift():
    # each step keeps 8 of 10, two steps 6 of 10
    ks = {2: (np.arange(20) < 10), 3: (np.arange(20) < 8), 4: (np.arange(20) < 6)}
    chain = segments_that_persist({k: (~v).astype(int) for k, v in ks.items()}, 2)[0]
    assert chain.ks == (2, 3)


def test_plain_numbers_only():
    found = persistence({2: TWO, 3: THREE})
    for one in (*found.segments, *found.flows):
        for value in asdict(one).values():
            assert value is None or type(value) in {int, float, str}


LABELS = hnp.arrays(np.int64, 30, elements=st.integers(0, 3))


@given(LABELS, LABELS, st.permutations(range(4)), st.permutations(range(30)))
def test_neither_names_nor_order_change_shares_or_fates(first, second, names, order):
    once = persistence({3: first, 4: second})
    other = persistence({3: np.array(names)[first][order], 4: second[order]})
    for one in once.segments:
        label = names[one.segment] if one.k == 3 else one.segment
        again = next(
            x for x in other.segments if (x.k, x.segment) == (one.k, int(label))
        )
        kept = ("share", "from_parent", "to_child", "stability", "origin", "fate")
        for name in kept:
            assert getattr(one, name) == getattr(again, name)


@given(LABELS, LABELS)
def test_shares_add_up_and_stay_within_bounds(first, second):
    found = persistence({3: first, 4: second})
    for k in found.ks:
        assert sum(x.share for x in found.segments if x.k == k) == pytest.approx(1)
    assert sum(flow.n_customers for flow in found.flows) == 30
    for one in found.segments:
        assert one.stability is None or 0 <= one.stability <= 1


@pytest.mark.parametrize(
    ("partitions", "match"),
    [
        ({}, r"ASG_E_LABELS: the partitions: no partition at all"),
        ({2: TWO, 3: THREE[:5]}, r"partitions of 5 and 12 customers"),
        ({2: TWO[:0]}, r"labels of shape \(0,\) for k = 2"),
        ({2: TWO - 1}, r"labels for k = 2 that are not whole numbers from 0"),
        ({2: TWO / 2}, r"labels for k = 2 that are not whole numbers from 0"),
    ],
)
def test_labels_that_do_not_fit_are_refused(partitions, match):
    with pytest.raises(InputError, match=match):
        persistence(partitions)


def test_a_k_that_is_not_there_is_refused():
    with pytest.raises(InputError, match=r"no partition into 7 segments"):
        segments_that_persist({2: TWO}, 7)

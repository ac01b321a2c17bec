"""What is told of the segments of other numbers gives no small group away."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autoseg.clustering import persistence
from autoseg.profiles import tell_persistence

TWO = np.repeat([0, 1], [60, 40])


def told(**partitions):
    return tell_persistence(
        persistence({int(key[1:]): labels for key, labels in partitions.items()})
    )


def untold(found, k):
    return [
        one.segment for one in found.segments if one.k == k and math.isnan(one.share)
    ]


def test_a_small_segment_takes_the_next_smallest_with_it():
    found = told(k2=TWO, k4=np.repeat([0, 1, 2, 3], [60, 20, 11, 9]))
    assert untold(found, 2) == []
    assert untold(found, 4) == [2, 3]


def test_two_small_segments_of_ten_customers_hide_each_other():
    found = told(k2=TWO, k4=np.repeat([0, 1, 2, 3], [60, 30, 5, 5]))
    assert untold(found, 4) == [2, 3]


def test_flows_are_in_full_tens_and_none_touches_what_is_not_told():
    labels = np.repeat([0, 1, 0, 2], [47, 13, 20, 20])
    found = told(k2=TWO, k3=labels)
    flows = {(one.segment, one.next_segment): one.n_customers for one in found.flows}
    assert flows == {(0, 0): 40, (0, 1): 10, (1, 0): 20, (1, 2): 20}
    few = told(k2=TWO, k3=np.repeat([0, 1, 2], [60, 31, 9]))
    assert [(one.segment, one.next_segment) for one in few.flows] == [(0, 0)]


@pytest.mark.parametrize("seed", range(5))
def test_telling_twice_tells_no_less(seed):
    rng = np.random.default_rng(seed)
    once = told(**{f"k{k}": rng.integers(0, k, 60) for k in range(2, 9)})
    again = tell_persistence(once)
    assert again.flows == once.flows
    for one, other in zip(once.segments, again.segments, strict=True):
        assert one.share == other.share or math.isnan(one.share + other.share)
    assert {one.from_parent for one in once.segments} == {None}
    assert {one.stability for one in once.segments} == {None}

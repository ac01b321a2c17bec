"""Stages of the journey: every customer in one, and no small count shown."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoseg.errors import InputError, LanguageWarning
from autoseg.profiles import JourneyLimits, journey_table, profile_segments
from autoseg.profiles.journey import STAGES, journey_stages

DAYS = st.floats(0, 2000)


@pytest.mark.parametrize(
    ("recency", "tenure", "stage"),
    [
        (0, 0, "new"),
        (90, 90, "new"),
        (90, 90.5, "active"),
        (0, 91, "active"),
        (90, 400, "active"),
        (91, 400, "slipping"),
        (179, 400, "slipping"),
        (180, 400, "inactive"),
        (364, 400, "inactive"),
        (365, 400, "lost"),
        (3000, 3000, "lost"),
        (5, np.nan, "active"),
    ],
)
def test_borders_by_hand(recency, tenure, stage):
    (place,) = journey_stages([recency], [tenure], JourneyLimits())
    assert STAGES[place] == stage


@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=30),
       st.lists(st.floats(1, 900), min_size=3, max_size=3, unique=True),
       st.floats(1, 900))  # fmt: skip
def test_every_customer_is_in_the_one_stage_whose_words_fit(pairs, cuts, new):
    active, inactive, lost = sorted(cuts)
    limits = JourneyLimits(new, active, inactive, lost)
    recency, extra = np.array(pairs).T
    tenure = recency + extra
    stages = journey_stages(recency, tenure, limits)
    for silent, known, place in zip(recency, tenure, stages, strict=True):
        fits = {
            "new": known <= new,
            "active": known > new and silent <= active,
            "slipping": known > new and active < silent < inactive,
            "inactive": known > new and inactive <= silent < lost,
            "lost": known > new and silent >= lost,
        }
        assert [name for name, holds in fits.items() if holds] == [STAGES[place]]


@pytest.mark.parametrize(
    "limits",
    [
        {"active_days": 180},
        {"lost_days": 100},
        {"new_days": 0},
        {"new_days": "90"},
        {"lost_days": float("inf")},
        {"inactive_days": float("nan")},
        {"active_days": None},
    ],
)
def test_limits_that_divide_no_time_are_refused(limits):
    with pytest.raises(InputError, match="divide no time") as caught:
        JourneyLimits(**limits)
    assert caught.value.findings[0].code == "ASG_E_JOURNEY_LIMITS"


@pytest.fixture
def shop(make_table):
    """Two segments of 60 and 50; by hand new 25/0, active 32/20, slipping 3/30."""
    recency = [5] * 25 + [30] * 32 + [100] * 3 + [30] * 20 + [100] * 30
    tenure = [50] * 25 + [500] * 35 + [500] * 50
    orders = [5] * 60 + [1] * 50
    table = make_table(
        {"recency_days": recency, "tenure_days": tenure, "frequency": orders},
        [500_000] * 60 + [10_000] * 50,
    )
    labels = np.repeat([0, 1], [60, 50])
    return profile_segments(table, labels), table, labels + 1


def test_counts_are_those_by_hand_and_a_small_one_is_not_shown(shop):
    table = journey_table(*shop)
    # of the first row 3 is below 10; with the totals beside it a square has to go
    assert table.counts == ((25, None, None, 0, 0), (0, None, None, 0, 0))
    assert table.sizes == (60, 50)
    assert table.totals == (25, 52, 33, 0, 0)
    assert table.shares[0][:2] == (25 / 60, None)


def test_the_frame_has_the_same_counts(shop):
    frame = journey_table(*shop).to_frame()
    assert frame["new"].tolist() == [25, 0]
    assert frame["slipping"].isna().all()
    assert frame["customers"].tolist() == [60, 50]
    assert frame.index.name == "segment"


def test_hidden_segments_have_no_count_and_no_size(make_table):
    recency = [5] * 4 + [30] * 12 + [100] * 60
    orders = [9] * 4 + [5] * 12 + [1] * 60
    table = make_table(
        {"recency_days": recency, "tenure_days": [500] * 76, "frequency": orders},
        [900_000] * 4 + [300_000] * 12 + [10_000] * 60,
    )
    labels = np.repeat([0, 1, 2], [4, 12, 60])
    profiles = profile_segments(table, labels)
    assert profiles.hidden == {1, 2}
    found = journey_table(profiles, table, labels + 1)
    assert found.sizes == (None, None, 60)
    # nobody at all is new, inactive or lost
    assert found.counts[:2] == ((0, None, None, 0, 0),) * 2
    assert "4" not in json.dumps(found.to_dict()["counts"][:2])


def test_plain_data_need_no_language(shop):
    english, danish = (journey_table(*shop, language=one) for one in ("en", "da"))
    assert english.to_dict() == danish.to_dict()
    json.dumps(english.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Slipping", "52", "Besides, 31 registered customers")),
        ("nb", ("På vei bort", "52", "I tillegg har 31 registrerte kunder")),
        ("da", ("På vej væk", "52", "Derudover har 31 registrerede kunder")),
        ("sv", ("På väg bort", "52", "Dessutom har 31 registrerade kunder")),
    ],
)
def test_it_reads_in_four_languages(shop, language, words):
    text = str(journey_table(*shop, prospects=31, language=language))
    for word in words:
        assert word in text
    lines = text.splitlines()
    assert len({len(line) for line in lines[2:6]}) == 1


@pytest.mark.parametrize(
    ("prospects", "told", "shown"),
    [
        (None, None, None),
        (0, 0, None),
        (9, "<10", "fewer than 10 registered"),
        (10, 10, "10 registered customers"),
    ],
)
def test_a_few_prospects_are_not_counted_aloud(shop, prospects, told, shown):
    table = journey_table(*shop, prospects=prospects)
    assert table.to_dict()["prospects"] == told
    assert (shown or "Besides") in str(table) or shown is None
    if shown is None:
        assert "Besides" not in str(table)


def test_without_days_since_the_last_purchase_there_are_no_stages(make_table):
    table = make_table({"frequency": [1] * 10 + [2] * 10})
    labels = np.repeat([0, 1], 10)
    with pytest.raises(InputError, match="holds no feature 'recency_days'"):
        journey_table(profile_segments(table, labels), table, labels + 1)


def test_without_the_first_purchase_nobody_is_new(make_table):
    table = make_table({"recency_days": [1] * 20 + [400] * 20})
    labels = np.repeat([0, 1], 20)
    found = journey_table(profile_segments(table, labels), table, labels + 1)
    assert found.totals == (0, 20, 0, 0, 20)


def test_an_unknown_language_comes_out_in_english(shop):
    with pytest.warns(LanguageWarning, match="known are en, nb, da, sv"):
        table = journey_table(*shop, language="fi")
    assert table.language == "en"


def test_order_of_rows_does_not_matter(shop):
    profiles, table, numbers = shop
    turned = replace(
        table, frame=table.frame.iloc[::-1], revenue=table.revenue.iloc[::-1]
    )
    assert journey_table(profiles, turned, numbers[::-1]) == journey_table(*shop)

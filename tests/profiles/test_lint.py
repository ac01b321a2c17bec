"""What is said against a segmentation, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from autoseg.errors import InputError
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.profiles import lint_segmentation, profile_segments
from autoseg.profiles.comparison import find_noise, find_twins
from autoseg.profiles.lint import SEVERITY, _joined, _missing_months

N = 300


@pytest.fixture(scope="module")
def sound(make_table):
    """Two segments of 300 that differ in all that they were found on."""
    return profile_segments(
        make_table(
            {
                "recency_days": np.repeat([10, 200], N),
                "frequency": np.repeat([6, 1], N),
                "monetary": np.repeat([900, 50], N),
            }
        ),
        np.repeat([0, 1], N),
        stability=[0.9, 0.9],
    )


def changed(profiles, number, **fields):
    segments = tuple(
        replace(one, **fields) if one.number == number else one
        for one in profiles.segments
    )
    return replace(profiles, segments=segments)


def codes(profiles, **given):
    return [one.code for one in lint_segmentation(profiles, **given).findings]


def test_a_sound_segmentation_says_so_in_a_sentence(sound):
    found = lint_segmentation(sound, target=(2, 5))
    assert found.findings == ()
    assert str(found) == "Nothing speaks against building on these segments."
    assert found.to_dict() == []


@pytest.mark.parametrize(
    ("size", "minimum", "told"), [(99, 100, True), (100, 100, False), (12, 12, False)]
)
def test_too_small(sound, size, minimum, told):
    found = codes(changed(sound, 1, size=size), min_customers=minimum)
    assert found == ["too_small"] * told


def test_a_size_that_is_hidden_is_not_told(sound):
    found = lint_segmentation(changed(sound, 1, size=7))
    assert [one.figures["size"] for one in found.findings] == [None, None] or [
        one.figures["size"] for one in found.findings
    ] == [None]
    assert "fewer than 100 customers" in str(found)
    assert "7" not in str(found)


@pytest.mark.parametrize(
    ("stability", "code"),
    [(0.599, "unstable"), (0.6, "pattern"), (0.749, "pattern"), (0.75, None)],
)
def test_stability(sound, stability, code):
    found = codes(changed(sound, 2, stability=stability))
    assert found == ([] if code is None else [code])


def test_nothing_is_said_of_a_stability_that_nobody_asked_for(sound):
    assert codes(changed(sound, 2, stability=None)) == []


def test_dominated_and_twins_and_noise(sound):
    found = lint_segmentation(
        replace(changed(sound, 1, dominated=True), twins=((1, 2),), noise=("monetary",))
    )
    assert [one.code for one in found.findings] == ["dominated", "twins", "noise"]
    assert [one.severity for one in found.findings] == ["serious", "look", "note"]
    assert found.findings[1].segments == (1, 2)
    assert "“Total spend”" in found.sentences[2]


def test_twins_are_alike_in_every_feature(make_table):
    rng = np.random.default_rng(0)
    frame = make_table(
        {
            "recency_days": np.r_[
                rng.integers(0, 90, 2 * N), rng.integers(300, 400, N)
            ],
            "frequency": np.r_[np.ones(2 * N), np.full(N, 5.0)],
        }
    )
    labels = np.repeat([0, 1, 2], N)
    profiles = profile_segments(frame, labels)
    numbers = {label: profiles.order.index(label) + 1 for label in range(3)}
    assert profiles.twins == (tuple(sorted((numbers[0], numbers[1]))),)


def test_a_clear_difference_in_one_feature_makes_no_twins(make_table):
    values = np.r_[np.zeros(50), np.ones(50)]
    frame = make_table({"frequency": np.ones(100), "monetary": values}).frame
    assert find_twins(frame, np.repeat([0, 1], 50), [(0, 1)]) == []


def test_lacking_a_value_is_a_difference(make_table):
    """One-time buyers have no time between orders; that is not noise."""
    gaps = np.r_[np.full(50, np.nan), np.full(25, 10.0), np.full(25, 20.0)]
    frame = make_table({"frequency": np.ones(100), "mean_gap_days": gaps}).frame
    segments = np.repeat([0, 1], 50)
    assert find_noise(frame[["frequency", "mean_gap_days"]], segments, 2) == (
        "frequency",
    )
    assert find_twins(frame[["frequency", "mean_gap_days"]], segments, [(0, 1)]) == []


def test_a_feature_that_moves_with_no_segment_is_named(make_table):
    rng = np.random.default_rng(1)
    table = make_table(
        {
            "frequency": np.repeat([1, 6], N),
            "monetary": rng.permutation(np.arange(2 * N)),
        }
    )
    profiles = profile_segments(
        table, np.repeat([0, 1], N), basis=["frequency", "monetary"]
    )
    assert profiles.noise == ("monetary",)
    alone = profile_segments(table, np.repeat([0, 1], N), basis=["frequency"])
    assert alone.noise == ()


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), []),
        (date(2023, 3, 5), date(2024, 3, 3), []),
        (date(2023, 3, 5), date(2024, 2, 1), []),
        (date(2023, 3, 5), date(2024, 1, 31), [2]),
        (date(2024, 1, 1), date(2024, 6, 30), [7, 8, 9, 10, 11, 12]),
        (date(2023, 11, 3), date(2024, 2, 3), [3, 4, 5, 6, 7, 8, 9, 10]),
        (date(2024, 5, 9), date(2024, 5, 9), [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]),
    ],
)
def test_months_that_are_missing_by_hand(first, last, months):
    assert _missing_months(first, last) == months


@pytest.mark.parametrize(
    ("language", "listed"),
    [
        ("en", "October and November"),
        ("nb", "oktober og november"),
        ("da", "oktober og november"),
        ("sv", "oktober och november"),
    ],
)
def test_months_are_named_in_the_language(sound, language, listed):
    short = replace(sound, first_day=date(2023, 12, 1), last_day=date(2024, 9, 30))
    (sentence,) = lint_segmentation(short, language=language).sentences
    assert listed in sentence


def test_what_the_tables_said_is_not_said_twice(sound):
    short = replace(
        sound, n_customers=400, first_day=date(2024, 1, 1), last_day=date(2024, 3, 31)
    )
    assert codes(short) == ["few_customers", "short_history", "season"]
    told = {"ASG_W_FEW_CUSTOMERS", "ASG_W_SHORT_HISTORY"}
    assert codes(short, told=told) == ["season"]


@pytest.mark.parametrize(
    ("target", "code"),
    [((2, 3), None), ((3, 5), "below_target"), ((1, 1), "above_target"), (None, None)],
)
def test_the_number_against_what_the_business_asked_for(sound, target, code):
    assert codes(sound, target=target) == ([] if code is None else [code])


def test_one_treatment_for_two_segments_is_told(sound):
    (found,) = lint_segmentation(sound, treated_alike=[(1, 2)]).findings
    assert found.segments == (1, 2)
    assert found.figures == {"n_segments": 2, "n_treatments": 1}


@pytest.mark.parametrize(
    ("tuples", "groups"),
    [
        ([], []),
        ([(1, 2)], [(1, 2)]),
        ([(1, 2), (2, 3)], [(1, 2, 3)]),
        ([(1, 2), (4, 5), (2, 4)], [(1, 2, 4, 5)]),
        ([(4, 5), (1, 2)], [(1, 2), (4, 5)]),
        ([(3,)], []),
    ],
)
def test_pairs_that_overlap_are_one_group(tuples, groups):
    assert _joined(tuples) == groups


def test_one_segment_is_told_and_nothing_of_noise(make_table):
    table = make_table({"frequency": np.ones(600)})
    assert codes(profile_segments(table, np.zeros(600, int))) == ["one_segment"]


@pytest.mark.parametrize("minimum", [0, -1, 2.5, "100", None])
def test_a_smallest_segment_that_is_none_is_refused(sound, minimum):
    with pytest.raises(InputError, match="min_customers is") as caught:
        lint_segmentation(sound, min_customers=minimum)
    assert caught.value.findings[0].code == "ASG_E_MIN_CUSTOMERS"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_words_and_no_word_is_left_over(language):
    texts = load_catalogue(language).texts
    keys = {key.removeprefix("lint.") for key in texts if key.startswith("lint.")}
    severities = {f"severity.{one}" for one in SEVERITY.values()}
    assert keys == {
        *SEVERITY,
        *severities,
        "line",
        "quoted",
        "clean",
        "too_small_hidden",
    }

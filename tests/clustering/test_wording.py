"""Why k, in words: each case in each language, with the numbers of the result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autoseg.clustering import Candidate, SelectionResult, why_k
from autoseg.clustering.selection import verdict_on
from autoseg.locales import LANGUAGES, load_catalogue

RESULT = SelectionResult(
    candidates=(Candidate("full", 5, agreement=0.66, smallest_share=0.05),),
    preferred_by={"consensus": 4, "silhouette": 2, "bic": 9},
    k_preferred=4,
    k=5,
    family="full",
    agreement=0.66,
    agreement_preferred=0.71,
    target=(5, 7),
    strict=False,
    verdict="moderate",
)


def test_the_preferred_number_and_the_cost_are_named():
    text = why_k(RESULT)
    assert "5 segments are delivered" in text
    assert "the data prefer 4" in text
    assert "costs 0.05 in agreement" in text
    assert "silhouette says 2, BIC says 9" in text


def test_numbers_are_written_as_the_language_does():
    assert "0,71" in why_k(RESULT, "nb")
    assert "0,05" in why_k(RESULT, "da")
    assert "0,05" in why_k(RESULT, "sv")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("target", [(5, 7), (6, 6)])
@pytest.mark.parametrize(
    "change",
    [
        {"k": 6, "k_preferred": 6},
        {"k": 4},
        {},
        {"agreement": 0.71},
        {"strict": True},
        {"strict": True, "agreement": 0.71},
        {"verdict": "none"},
        {"verdict": "weak", "chosen_by": "stability"},
        {"verdict": "none", "k_preferred": 1, "chosen_by": "value"},
        {"verdict": "weak"},
        {"verdict": "clear"},
        {"k": 1, "k_preferred": 1, "verdict": "none", "preferred_by": {}},
        {"k": 2, "preferred_by": {"bic": 2, "icl": 2}},
    ],
)
def test_every_case_reads_as_whole_sentences(language, target, change):
    text = why_k(replace(RESULT, target=target, **change), language)
    assert text.endswith(".")
    assert "{" not in text
    assert "  " not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_cases_differ_from_each_other(language):
    cases = [
        RESULT,
        replace(RESULT, k=4),
        replace(RESULT, chosen_by="stability"),
        replace(RESULT, chosen_by="value"),
        replace(RESULT, strict=True),
        replace(RESULT, agreement=0.71),
        replace(RESULT, target=(5, 5)),
    ]
    assert len({why_k(case, language) for case in cases}) == len(cases)


def test_all_languages_have_the_same_keys():
    keys = [
        {key for key in load_catalogue(one).texts if key.startswith("clustering.")}
        for one in LANGUAGES
    ]
    assert all(other == keys[0] for other in keys)


@pytest.mark.parametrize(
    ("agreement", "k", "verdict"),
    [
        (0.73, 5, "clear"),
        (0.72, 5, "moderate"),
        (0.57, 5, "moderate"),
        (0.45, 5, "weak"),
        (0.44, 5, "none"),
        (0.99, 1, "none"),
    ],
)
def test_the_verdict_follows_the_agreement(agreement, k, verdict):
    assert verdict_on(agreement, k) == verdict


def test_a_cost_is_never_below_zero():
    assert replace(RESULT, agreement=0.8).cost == 0

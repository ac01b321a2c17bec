"""Every number in every sentence is a number of the customers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from babel.numbers import format_currency, format_decimal, format_percent

from autoseg.errors import LanguageWarning
from autoseg.features import FeatureTable
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.locales.catalogue import Catalogue
from autoseg.profiles import SegmentProfiles, describe, profile_segments
from autoseg.profiles import text as text_module

MakeTable = Callable[..., FeatureTable]
GROUPS = {"en": ",", "nb": "\u00a0", "da": ".", "sv": "\u00a0"}
DECIMALS = {"en": ".", "nb": ",", "da": ",", "sv": ","}


def numbers(text: str, language: str) -> Iterator[float]:
    """Read the numbers of a text back."""
    group, decimal = re.escape(GROUPS[language]), re.escape(DECIMALS[language])
    pattern = rf"\d{{1,3}}(?:{group}\d{{3}})+(?:{decimal}\d+)?|\d+(?:{decimal}\d+)?"
    for token in re.findall(pattern, text):
        plain = token.replace(GROUPS[language], "").replace(DECIMALS[language], ".")
        yield float(plain)


def true_numbers(table: FeatureTable, profiles: SegmentProfiles, place: int) -> set:
    """Work out anew, from the customers, what may be printed about a segment."""
    frame = table.frame
    label = profiles.order[place]
    segment = profiles.segments[place]
    labels = np.repeat(np.arange(4), len(frame) // 4)
    members = frame[labels == label]
    revenue = table.revenue.to_numpy() / 10_000
    own = revenue[labels == label].sum()
    orders = members["frequency"]
    found = {
        float(len(members)),
        round(100 * len(members) / len(frame)),
        round(100 * own / revenue.sum()),
        round(own),
        round((orders * members["average_order_value"]).sum() / orders.sum()),
    }
    other = profiles.order[segment.nearest - 1]
    feature = segment.contrast.feature
    found |= {
        round(one[feature].median(), 1)
        if feature == "frequency"
        else round(one[feature].median())
        for one in (members, frame[labels == other])
    }
    for claim in segment.claims:
        column = frame[claim.feature]
        holds = {
            "low": column <= claim.threshold,
            "high": column >= claim.threshold,
            "mid": column.between(claim.threshold, claim.upper or 0),
            "one": column == 1,
        }[claim.level]
        found |= {
            round(100 * holds[labels == label].mean()),
            round(100 * holds.mean()),
            claim.threshold,
            claim.upper or 0,
        }
    for name in ("recency_days", "mean_gap_days", "frequency"):
        if members[name].notna().any():
            found.add(round(members[name].median()))
    if segment.rule:
        chosen = np.ones(len(frame), dtype=bool)
        for one in segment.rule.conditions:
            column = frame[one.feature]
            chosen &= column.ge(-np.inf if one.lower is None else one.lower)
            chosen &= column.le(np.inf if one.upper is None else one.upper)
            found |= {one.lower, one.upper}
        found.add(round(100 * chosen[labels == label].mean()))
        found.add(round(100 * (labels == label)[chosen].mean()))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_worked_out_anew(
    language: str, planted: tuple[FeatureTable, np.ndarray]
) -> None:
    table, labels = planted
    profiles = profile_segments(table, labels)
    for place, text in enumerate(describe(profiles, language)):
        expected = true_numbers(table, profiles, place)
        for sentence in (*text.sentences, text.short, *text.claims, text.rule or ""):
            for number in numbers(sentence, language):
                assert any(
                    one is not None and abs(one - number) < 1e-6 for one in expected
                ), f"{number} in {sentence!r} is not among {expected}"


def two_kinds(make_table: MakeTable, currency: str | None) -> SegmentProfiles:
    """Twenty who bought once for 100, twenty who bought six times for 150."""
    table = make_table(
        {
            "frequency": [1.0] * 20 + [6.0] * 20,
            "monetary": [100.0] * 20 + [900.0] * 20,
            "average_order_value": [100.0] * 20 + [150.0] * 20,
        },
        currency=currency,
    )
    return profile_segments(table, [0] * 20 + [1] * 20)


def on_paper(profiles: SegmentProfiles, language: str) -> str:
    """Return a whole description, with a plain space for the no-break one."""
    lines = []
    for one in describe(profiles, language):
        lines += [f"# {one.name}", *one.sentences, *(f"* {c}" for c in one.claims)]
        lines += [one.rule or "-", one.goal, one.action, one.avoid, ""]
    return "\n".join(lines).replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_descriptions(language: str, make_table: MakeTable) -> None:
    golden = Path(__file__).parent / "golden" / f"{language}.txt"
    expected = golden.read_text(encoding="utf-8")
    assert on_paper(two_kinds(make_table, "NOK"), language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_sentences_that_end(
    language: str, planted: tuple[FeatureTable, np.ndarray]
) -> None:
    for text in describe(profile_segments(*planted), language):
        assert len(text.sentences) == 4
        for sentence in (*text.sentences, text.rule, text.goal, text.action):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert "{" not in sentence
            assert "nan" not in sentence.lower().split()
        assert text.avoid.endswith(".")
        assert len(text.name) <= 60


def test_no_text_is_left_untranslated(
    planted: tuple[FeatureTable, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    # in a language where every text is wrapped, no letter may stand outside
    english = load_catalogue("en")
    pseudo = Catalogue("en", {key: f"⟦{text}⟧" for key, text in english.texts.items()})
    monkeypatch.setattr(text_module, "load_catalogue", lambda _: pseudo)
    for text in describe(profile_segments(*planted)):
        parts = (*text.sentences, text.short, *text.claims, text.rule, text.goal)
        for part in (*parts, text.action, text.avoid, text.name):
            outside = part
            while "⟦" in outside:
                inner = re.sub(r"⟦[^⟦⟧]*⟧", "", outside)
                assert inner != outside
                outside = inner
            assert not re.search(r"[^\W\d_]", outside), part


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_customers_come_without_figures(
    language: str, make_table: MakeTable
) -> None:
    table = make_table({"frequency": [30.0] * 5 + [1.0] * 20})
    small, beside = describe(profile_segments(table, [0] * 5 + [1] * 20), language)
    assert len(small.sentences) == 1
    assert "10" in small.sentences[0]
    assert (small.claims, small.rule) == ((), None)
    assert not any(
        "20" in sentence or "80" in sentence for sentence in beside.sentences
    )


def test_money_without_a_currency_is_a_number(make_table: MakeTable) -> None:
    once = describe(two_kinds(make_table, None), "nb")[1]
    assert "(2\u00a0000)" in once.sentences[1]


def test_another_language_comes_out_in_english(make_table: MakeTable) -> None:
    profiles = two_kinds(make_table, "NOK")
    with pytest.warns(LanguageWarning, match="no texts in 'fi'"):
        texts = describe(profiles, "fi")
    assert texts == describe(profiles, "en")


def test_formats_are_those_of_babel() -> None:
    danish, swedish = load_catalogue("da"), load_catalogue("sv")
    assert danish.number(1234.5, 1) == format_decimal(1234.5, "#,##0.0", "da_DK")
    assert swedish.percent(0.12) == format_percent(0.12, locale="sv_SE")
    assert danish.money(1250, "DKK", 2) == format_currency(1250, "DKK", locale="da_DK")

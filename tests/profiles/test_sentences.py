"""Each sentence says what its place promises, its every number worked out anew.

The tables are drawn at random: any features, channels, attributes and own measures,
with columns full of gaps, in one segment or in twelve.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from autoseg.features import CATALOGUE, Feature, FeatureTable
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.locales.catalogue import Catalogue
from autoseg.profiles import (
    SegmentProfiles,
    SegmentText,
    describe,
    make_cards,
    profile_segments,
)
from autoseg.profiles import cards as cards_module
from autoseg.profiles import text as text_module
from autoseg.profiles.levels import VOCABULARY

if TYPE_CHECKING:
    from autoseg.profiles import Claim

MakeTable = Callable[..., FeatureTable]
GROUPS = {"en": ",", "nb": "\u00a0", "da": ".", "sv": "\u00a0"}
DECIMALS = {"en": ".", "nb": ",", "da": ",", "sv": ","}
SLIDE = 120
NAMED = (
    Feature(name="channel_share_web", block="channel", unit="share", sql="",
            level="web"),
    Feature(name="device_share_phone", block="engagement", unit="share", sql="",
            level="phone"),
    Feature(name="attribute_region_west", block="attributes", unit="share", sql="",
            label="region", level="West"),
    Feature(name="attribute_employees", block="attributes", unit="count", sql="",
            label="employees"),
    Feature(name="points", block="own", unit="count", sql="", label="bonus points"),
)  # fmt: skip
CASES = [(seed, k) for k in (1, 2, 5, 12) for seed in range(4)]


def drawn(unit: str, name: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return values that a feature of this unit may have."""
    if name == "trend_90d":
        return rng.choice([-1.0, -0.5, 0.0, 0.5, 1.0], n)
    if name == "attribute_region_west":
        return rng.integers(0, 2, n).astype(float)
    if unit == "share":
        return np.clip(np.round(rng.uniform(-0.3, 1.3, n), 3), 0, 1)
    if unit in {"days", "orders", "count"}:
        low = 1 if unit != "count" else 0
        return np.floor(rng.lognormal(2, 1.2, n)) + low
    return np.round(rng.lognormal(3 if unit == "currency" else 0, 1, n), 2)


@cache
def random_table(seed: int, k: int) -> tuple[FeatureTable, np.ndarray]:
    """Return a table and labels that part of the columns go with."""
    rng = np.random.default_rng([seed, k])
    n = 40 * k
    labels = np.sort(np.concatenate([np.repeat(np.arange(k), 15),
                                     rng.integers(0, k, n - 15 * k)]))  # fmt: skip
    known = [CATALOGUE[name] for name in VOCABULARY]
    entries = [one for one in (*known, *NAMED) if rng.uniform() < 0.6]
    basic = {"recency_days", "frequency"} if seed % 2 else {"frequency"}
    names = {one.name for one in entries}
    entries += [CATALOGUE[one] for one in sorted(basic - names)]
    columns = {}
    for entry in entries:
        values = drawn(entry.unit, entry.name, n, rng)
        if rng.uniform() < 0.7:
            # whole segments stand together in the order of the values
            rank = np.argsort(np.argsort(labels * 0.5 + rng.normal(0, 0.4, n)))
            values = np.sort(values)[rank]
        if entry.name not in basic:
            gaps = 1.0 if rng.uniform() < 0.1 else rng.uniform(0, 0.3)
            values = np.where(rng.uniform(size=n) < gaps, np.nan, values)
        columns[entry.name] = values
    index = pd.Index([f"c{number:04}" for number in range(n)])
    table = FeatureTable(
        frame=pd.DataFrame(columns, index=index),
        revenue=pd.Series(rng.integers(10_000, 90_000_000, n), index=index),
        features=tuple(entries), as_of=date(2024, 1, 1), first_day=None, last_day=None,
        currency="NOK",
    )  # fmt: skip
    return table, labels


@cache
def told(seed: int, k: int) -> SegmentProfiles:
    return profile_segments(*random_table(seed, k))


def printed(text: str, language: str) -> Iterator[tuple[float, float]]:
    """Read the numbers of a text back, each with half of its last digit."""
    group, decimal = re.escape(GROUPS[language]), re.escape(DECIMALS[language])
    pattern = rf"\d{{1,3}}(?:{group}\d{{3}})+(?:{decimal}\d+)?|\d+(?:{decimal}\d+)?"
    for token in re.findall(pattern, text):
        plain = token.replace(GROUPS[language], "").replace(DECIMALS[language], ".")
        digits = len(plain.partition(".")[2])
        yield float(plain), 0.5 * 10.0**-digits + 1e-9


def holds(claim: Claim, column: pd.Series) -> pd.Series:
    return {
        "low": column <= claim.threshold,
        "lower": column <= claim.threshold,
        "on_time": column <= claim.threshold,
        "high": column >= claim.threshold,
        "upper": column >= claim.threshold,
        "late": column >= claim.threshold,
        "mid": column.between(claim.threshold, claim.upper or 0),
        "one": column == 1,
        "is": column == 1,
        "none": column == 0,
        "some": column > 0,
        "most": column > 0.5,
        "rising": column > 0,
        "falling": column < 0,
    }[claim.level]


class Facts:
    """What may be printed of one segment, worked out from its customers."""

    def __init__(self, seed: int, k: int, place: int) -> None:
        self.table, self.labels = random_table(seed, k)
        self.profiles = told(seed, k)
        self.segment = self.profiles.segments[place]
        self.unit = {one.name: one.unit for one in self.table.features}
        self.is_member = self.labels == self.profiles.order[place]
        self.members = self.table.frame[self.is_member]

    def scaled(self, value: float, feature: str) -> float:
        return 100 * value if self.unit[feature] == "share" else value

    def of_claims(self) -> list[float]:
        found = []
        for claim in self.segment.claims:
            share = holds(claim, self.table.frame[claim.feature])
            found += [100 * share[self.is_member].mean(), 100 * share.mean()]
            found += [
                self.scaled(one, claim.feature)
                for one in (claim.threshold, claim.upper)
                if one is not None
            ]
        return found

    def of_worth(self) -> list[float]:
        revenue = self.table.revenue / 10_000
        own = revenue[self.is_member].sum()
        # segments share the cents that are left over, one each
        cents = [np.floor(100 * own) / 100, np.ceil(100 * own) / 100]
        found = [len(self.members), 100 * self.is_member.mean(), *cents]
        found.append(100 * own / revenue.sum())
        if "average_order_value" in self.members:
            spent = self.members["frequency"] * self.members["average_order_value"]
            found.append(spent.sum() / self.members["frequency"].sum())
        return found

    def of_rhythm(self) -> list[float]:
        names = ("recency_days", "mean_gap_days", "frequency")
        found = [self.members[one].median() for one in names if one in self.members]
        if "trend_90d" in self.members:
            trend = self.members["trend_90d"]
            found += [90, 100 * (trend > 0).mean(), 100 * (trend < 0).mean()]
        return found

    def of_contrast(self) -> list[float]:
        contrast = self.segment.contrast
        if contrast is None:
            return []
        other = self.table.frame[self.labels == self.profiles.order[contrast.other - 1]]
        feature = contrast.feature
        return [
            self.scaled(one[feature].median(), feature) for one in (self.members, other)
        ]


def check(text: str, language: str, expected: list[float]) -> None:
    for number, near in printed(text, language):
        assert any(abs(one - number) <= near for one in expected), (
            f"{number} in {text!r} is not among {expected}"
        )


def parts(text: SegmentText, segment_has_contrast: bool) -> dict[str, str]:
    """Return the sentences by what they are for."""
    who, worth, *rest = text.sentences
    found = {"who": who, "worth": worth}
    if text.rhythm:
        found["rhythm"] = rest.pop(0)
        assert found["rhythm"] == text.rhythm
    if segment_has_contrast:
        found["contrast"] = rest.pop(0)
    assert not rest
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("seed", "k"), CASES)
def test_every_number_of_random_tables_is_worked_out_anew(
    seed: int, k: int, language: str
) -> None:
    profiles = told(seed, k)
    texts = describe(profiles, language)
    names = sorted((text.name for text in texts), key=len, reverse=True)
    for place, (text, segment) in enumerate(zip(texts, profiles.segments, strict=True)):
        facts = Facts(seed, k, place)
        said = parts(text, segment.nearest is not None)
        claims = [*facts.of_claims(), 60, 90]
        check(said["who"], language, claims)
        check(said["worth"], language, facts.of_worth())
        check(said.get("rhythm", ""), language, facts.of_rhythm())
        contrast = said.get("contrast", "")
        for name in names:
            contrast = contrast.replace(name, "")
        # the name of a measure may tell of 90 days
        check(contrast, language, [*facts.of_contrast(), 90])
        check(text.short, language, [*facts.of_worth(), *claims])
        for claim in text.claims:
            check(claim, language, claims)


@pytest.mark.parametrize(("seed", "k"), CASES)
def test_nothing_is_said_that_does_not_hold_for_most(seed: int, k: int) -> None:
    for place, segment in enumerate(told(seed, k).segments):
        facts = Facts(seed, k, place)
        for claim in segment.claims:
            assert holds(claim, facts.members[claim.feature]).mean() >= 0.6
            assert claim.share >= 0.6


def test_the_random_tables_have_what_they_are_to_show() -> None:
    segments = [one for case in CASES for one in told(*case).segments]
    assert any(not one.claims for one in segments)
    assert len({claim.key for one in segments for claim in one.claims}) > 40
    texts = [one for case in CASES for one in describe(told(*case))]
    assert {len(one.sentences) for one in texts} == {3, 4}
    assert any("web" in claim for one in texts for claim in one.claims)
    assert any("West" in claim for one in texts for claim in one.claims)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("seed", "k"), CASES)
def test_sentences_are_whole(seed: int, k: int, language: str) -> None:
    for text in describe(told(seed, k), language):
        assert len(text.short) <= SLIDE
        for sentence in (*text.sentences, text.short):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert not re.search(r"\bnan\b|[{}]|  | [.,;]|\.\.", sentence), sentence


def test_every_part_has_its_place(planted: tuple[FeatureTable, np.ndarray]) -> None:
    champions = describe(profile_segments(*planted))[0]
    who, worth, rhythm, contrast = champions.sentences
    assert who.startswith("Typical of this segment: 100% ")
    assert worth.startswith("The 60 customers are 25% of all and bring in ")
    assert re.fullmatch(
        r"They typically go \d+ days between orders, and last bought 8 days ago\.",
        rhythm,
    )
    assert contrast.startswith("They are most like “")
    assert rhythm == champions.rhythm


def orders(make_table: MakeTable, **columns: list[float]) -> SegmentProfiles:
    """Return profiles of twenty who stand apart from twenty with nine orders."""
    given = {name: [*values, *[9.0] * 20] for name, values in columns.items()}
    return profile_segments(make_table(given), [0] * 20 + [1] * 20)


def pace(profiles: SegmentProfiles, language: str = "en") -> str:
    place = profiles.order.index(0)
    return describe(profiles, language)[place].rhythm


def test_one_time_buyers_have_no_gap(make_table: MakeTable) -> None:
    once = orders(
        make_table,
        frequency=[1.0] * 15 + [2.0] * 5,
        recency_days=[1.0] * 20,
        mean_gap_days=[np.nan] * 15 + [4.0] * 5,
    )
    assert pace(once) == "One order is typical, and the last purchase was 1 day ago."
    assert pace(once, "nb") == (
        "Én ordre er det vanlige, og siste kjøp var for 1\u00a0dag siden."
    ).replace("\u00a0", " ")
    assert pace(once, "da").endswith("for 1 dag siden.")
    assert pace(once, "sv").endswith("för 1 dag sedan.")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"frequency": 1.0}, "One order is typical."),
        ({"frequency": 3.0}, "They have typically placed 3 orders."),
        (
            {"frequency": 3.0, "recency_days": 2.0},
            "They have typically placed 3 orders, and last bought 2 days ago.",
        ),
        (
            {"frequency": 3.0, "mean_gap_days": 1.0},
            "They typically go 1 day between orders.",
        ),
        ({"recency_days": 2.0}, "They typically last bought 2 days ago."),
        ({"mean_gap_days": 2.0}, ""),
        ({"monetary": 2.0}, ""),
    ],
)
def test_rhythm_says_what_is_known(
    make_table: MakeTable, columns: dict[str, float], expected: str
) -> None:
    table = {name: [value] * 20 for name, value in columns.items()}
    assert pace(orders(make_table, **table)) == expected


def trending(make_table: MakeTable, tenure: float, number: float) -> str:
    return pace(
        orders(
            make_table,
            frequency=[number] * 20,
            tenure_days=[tenure] * 20,
            trend_90d=[-0.5] * 13 + [0.0] * 7,
            recency_days=[300.0] * 20,
        )
    )


def test_a_trend_is_told_where_most_share_it_and_it_means_something(
    make_table: MakeTable,
) -> None:
    told_of = trending(make_table, 400.0, 4.0)
    assert told_of.endswith(
        " They are slowing down: 65% ordered less often in the last 90 days than in"
        " the 90 days before."
    )
    # one order has no direction, and whoever is new could not have ordered before
    assert "slowing" not in trending(make_table, 400.0, 1.0)
    assert "slowing" not in trending(make_table, 179.0, 4.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_item_is_one_item(language: str, make_table: MakeTable) -> None:
    words = {"en": "1 item ", "nb": "1 vare ", "da": "1 vare ", "sv": "1 vara "}
    profiles = orders(make_table, units_per_order=[1.0] * 20)
    claims = [claim for text in describe(profiles, language) for claim in text.claims]
    assert any(words[language] in claim for claim in claims)


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_descriptions_in_both_forms(
    language: str, planted: tuple[FeatureTable, np.ndarray]
) -> None:
    golden = Path(__file__).parent / "golden" / f"sentences_{language}.txt"
    lines = []
    for text in describe(profile_segments(*planted), language):
        lines += [f"# {text.name}", *text.sentences, f"> {text.short}", ""]
    found = "\n".join(lines).replace("\u00a0", " ")
    assert found == golden.read_text(encoding="utf-8")


def test_a_trait_too_long_for_a_slide_gives_way(
    planted: tuple[FeatureTable, np.ndarray],
) -> None:
    for text in describe(profile_segments(*planted)):
        assert "; " in text.short
        assert any(claim.split(" (")[0] in text.short for claim in text.claims)


MONEY = {
    # no decimals; three; two, as for a code that nobody knows
    ("JPY", 45.6): {"en": "46\u00a0JPY", "sv": "46\u00a0JPY"},
    ("ISK", 45.2): {"en": "45\u00a0ISK", "da": "45\u00a0ISK"},
    ("KWD", 1.25): {"en": "1.250\u00a0KWD", "nb": "1,250\u00a0KWD"},
    ("PLN", 45.5): {"en": "45.50\u00a0PLN", "da": "45,50\u00a0PLN"},
    ("XAU", 45.5): {"en": "45.50\u00a0XAU", "sv": "45,50\u00a0XAU"},
    ("ABC", 45.5): {"en": "45.50\u00a0ABC", "nb": "45,50\u00a0ABC"},
}


@pytest.mark.parametrize(("currency", "amount"), MONEY)
def test_decimals_are_those_of_the_currency(currency: str, amount: float) -> None:
    for language, expected in MONEY[currency, amount].items():
        found = load_catalogue(language).money(amount, currency, digits=2)
        assert found == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("currency", ["ISK", "PLN", "XAU", "ABC", "JPY", "KWD"])
def test_every_amount_of_a_currency_without_a_local_form_has_its_code(
    currency: str, language: str, make_table: MakeTable
) -> None:
    columns = {
        "frequency": [1.0] * 20 + [6.0] * 20,
        "monetary": [10.5] * 20 + [900.25] * 20,
        "average_order_value": [10.5] * 20 + [150.0] * 20,
    }
    table = make_table(columns, currency=currency)
    rich, poor = describe(profile_segments(table, [0] * 20 + [1] * 20), language)
    digits = {"JPY": 0, "ISK": 0, "KWD": 3}.get(currency, 2)
    small = load_catalogue(language).number(10.5, digits)
    assert f"{small}\u00a0{currency}" in poor.sentences[1]
    assert rich.sentences[1].count(f"\u00a0{currency}") == 2
    for text in (rich, poor):
        for phrase in (*text.sentences, text.short, *text.claims, text.rule or ""):
            assert "¤" not in phrase
            assert not re.search(rf"{currency}\d|\d{currency}", phrase)


@pytest.mark.parametrize(("seed", "k"), CASES)
def test_no_letter_stands_outside_the_catalogue(
    seed: int, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = load_catalogue("en")
    pseudo = Catalogue("en", {key: f"⟦{text}⟧" for key, text in english.texts.items()})
    for module in (text_module, cards_module):
        monkeypatch.setattr(module, "load_catalogue", lambda _: pseudo)
    from_the_data = "web|phone|region|West|employees|bonus points|NOK"
    for card in make_cards(told(seed, k)):
        for part in (str(card), card.short, card.size_text, card.revenue_text):
            outside = re.sub(from_the_data, "", part)
            while "⟦" in outside:
                inner = re.sub(r"⟦[^⟦⟧]*⟧", "", outside)
                assert inner != outside
                outside = inner
            assert not re.search(r"[^\W\d_]", outside), part


@pytest.mark.parametrize(
    ("language", "who"),
    [
        ("en", "All customers are in this one segment."),
        ("nb", "Alle kundene er i dette ene segmentet."),
        ("da", "Alle kunder er i dette ene segment."),
        ("sv", "Alla kunder finns i detta enda segment."),
    ],
)
def test_one_segment_is_not_compared_with_itself(
    make_table: MakeTable, language: str, who: str
) -> None:
    table = make_table(
        {"frequency": [1.0, 3.0] * 10, "average_order_value": [5.0] * 20}
    )
    (text,) = describe(profile_segments(table, [0] * 20), language)
    assert text.sentences[0] == text.short == who
    assert "100" not in " ".join(text.sentences)
    assert "20" in text.sentences[1]


def test_one_segment_without_order_values(make_table: MakeTable) -> None:
    table = make_table({"frequency": [1.0, 3.0] * 10}, revenue=[50_000] * 20)
    (text,) = describe(profile_segments(table, [0] * 20))
    assert text.sentences[1] == "The 20 customers bring in 100\u00a0NOK."

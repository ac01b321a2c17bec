"""What to do with each segment: whole, true to the data, no number made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autoseg.errors import LanguageWarning
from autoseg.features import CATALOGUE, Feature, FeatureTable
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.locales.catalogue import Catalogue
from autoseg.profiles import (
    Claim,
    Habit,
    Play,
    SegmentProfiles,
    describe,
    make_playbook,
    profile_segments,
    same_treatment,
)
from autoseg.profiles import playbook as playbook_module
from autoseg.profiles import text as text_module
from autoseg.profiles.naming import ARCHETYPES
from autoseg.profiles.plays import standard_plays

MakeTable = Callable[..., FeatureTable]
PARTS = (
    "goal",
    "offer",
    "message",
    "channel",
    "timing",
    "frequency",
    "measure",
    "avoid",
)
WEB = Feature(
    name="channel_share_web", block="channel", unit="share", sql="", level="web"
)
ON_WEB = Habit("channel_share_web", None, 0.8, 0.6, leads=True)
ON_FRIDAY = Habit("preferred_weekday", 5.0, 0.5, 0.2, leads=True)
IN_THE_EVENING = Habit("preferred_daypart", 4.0, 0.7, 0.4, leads=True)


def regulars(make_table: MakeTable) -> SegmentProfiles:
    """Twenty who order every 30 days, twenty who ordered once, 200 days ago."""
    table = make_table(
        {
            "recency_days": [20.0] * 20 + [200.0] * 20,
            "frequency": [6.0] * 20 + [1.0] * 20,
            "mean_gap_days": [30.0] * 20 + [np.nan] * 20,
            "monetary": [900.0] * 20 + [100.0] * 20,
            "average_order_value": [150.0] * 20 + [100.0] * 20,
        },
        currency="NOK",
    )
    return profile_segments(table, [0] * 20 + [1] * 20)


def changed(profiles: SegmentProfiles, **fields: object) -> SegmentProfiles:
    """Return profiles with other fields in both segments."""
    segments = tuple(replace(one, **fields) for one in profiles.segments)
    codes = [CATALOGUE[name] for name in ("preferred_weekday", "preferred_daypart")]
    known = {one.name: one for one in (*profiles.features, *codes, WEB)}
    discount = CATALOGUE["discount_share"]
    return replace(profiles, segments=segments, features=(*known.values(), discount))


def numbers(text: str) -> set[int]:
    return {int(one) for one in re.findall(r"\d+", text.replace("\u00a0", ""))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_playbooks(language: str, make_table: MakeTable) -> None:
    golden = Path(__file__).parent / "golden" / f"playbook_{language}.txt"
    book = make_playbook(regulars(make_table), language)
    said = str(book).replace("\u00a0", " ")
    assert f"{said}\n" == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_days_is_a_median_worked_out_anew(
    language: str, seed: int, make_table: MakeTable
) -> None:
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(4), 40)
    orders = np.where(rng.random(160) < 0.25 * labels, 1.0, 2.0 + rng.poisson(4, 160))
    gaps = np.where(orders > 1, rng.integers(1, 200, 160) + rng.random(160), np.nan)
    table = make_table(
        {
            "recency_days": rng.integers(1, 400, 160).astype(float),
            "frequency": orders,
            "mean_gap_days": gaps,
            "monetary": np.round(rng.lognormal(6, 1, 160), 2),
        }
    )
    profiles = profile_segments(table, labels)
    for place, play in enumerate(make_playbook(profiles, language)):
        members = labels == profiles.order[place]
        own = gaps[members][~np.isnan(gaps[members])]
        wait = own if own.size >= members.sum() / 2 else gaps[~np.isnan(gaps)]
        gap = round(float(np.median(wait)))
        silence = round(float(table.frame["recency_days"][members].median()))
        assert numbers(play.frequency) in ({gap}, {gap, silence})
        assert numbers(play.measure) == {gap}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(standard_plays()))
def test_every_play_has_every_part_with_and_without_a_rhythm(
    language: str, key: str, make_table: MakeTable
) -> None:
    usual = changed(regulars(make_table), action=key)
    unknown = replace(changed(usual, usual_gap_days=np.nan), usual_gap_days=np.nan)
    for profiles in (usual, unknown):
        for play in make_playbook(profiles, language):
            assert play.key == key
            for part in PARTS:
                text = getattr(play, part)
                assert text[0].isupper()
                assert text.endswith(".")
                assert "{" not in text
                assert "nan" not in text.lower().split()
    for play in make_playbook(unknown, language):
        # without a rhythm there is no number to be said
        assert not any(numbers(getattr(play, part)) for part in PARTS)


def test_every_name_has_a_play() -> None:
    kinds = {one.key for one in ARCHETYPES} | {"average", "grow"}
    assert kinds | {"seasonal", "weekend_shoppers"} == set(standard_plays())


def test_a_reminder_for_a_day_that_has_passed_is_sent_now(
    make_table: MakeTable,
) -> None:
    profiles = changed(regulars(make_table), action="grow")
    in_time, late = make_playbook(profiles)
    assert in_time.frequency == (
        "Remind them 30 days after the last order: that is how long they usually wait."
    )
    # members of the second have ordered once, so the wait is that of the others
    assert late.frequency == (
        "Customers with several orders usually wait 30 days, and for these 200 days"
        " have passed since the last order: write now, and once more after another"
        " 30 days without an order."
    )


def test_where_and_when_come_from_habits_that_lead(make_table: MakeTable) -> None:
    profiles = changed(regulars(make_table), habits=(ON_FRIDAY, IN_THE_EVENING, ON_WEB))
    play = make_playbook(profiles)[0]
    assert play.channel == (
        "Use web first: on average, 80% of a customer's spend goes through it"
        " (all customers: 60%)."
    )
    assert play.timing == (
        "Friday is a good day to reach them: 50% have it as their usual day"
        " (all customers: 20%). Reach them in the evening: 70% buy most often then"
        " (all customers: 40%)."
    )
    habits = tuple(replace(one, leads=False) for one in (ON_FRIDAY, ON_WEB))
    play = make_playbook(changed(profiles, habits=habits))[0]
    assert play.channel.startswith("No channel stands out in the data")
    assert play.timing.startswith("No day or time of day stands out")


def full_price(level: str, threshold: float) -> Claim:
    return Claim("discount_share", level, threshold, 0.82, 0.3, 0, 0.1, -0.6)


def test_those_who_pay_full_price_get_no_discount(make_table: MakeTable) -> None:
    profiles = changed(
        regulars(make_table), action="loyal", claims=(full_price("none", 0),)
    )
    assert make_playbook(profiles)[0].avoid == (
        "Do not send offers meant for newcomers."
        " Do not give discounts: 82% have never bought at a discount."
    )
    # what a play says of discounts is not said twice
    profiles = changed(profiles, action="champions", claims=(full_price("low", 0.05),))
    assert make_playbook(profiles)[0].avoid == (
        "Do not give discounts: 82% get at most 5% off the full price."
    )
    assert make_playbook(changed(profiles, claims=()))[0].avoid == (
        "Do not offer discounts: they already buy at full pace."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_customers_have_a_play_without_figures(
    language: str, make_table: MakeTable
) -> None:
    profiles = changed(
        regulars(make_table),
        size=9,
        habits=(ON_FRIDAY, ON_WEB),
        claims=(full_price("none", 0),),
    )
    for play in make_playbook(profiles, language):
        assert not any(numbers(getattr(play, part)) for part in PARTS)


@pytest.mark.parametrize(
    ("actions", "habits", "pairs"),
    [
        (("grow", "grow"), ((), ()), [(1, 2)]),
        (("hibernating", "lost"), ((), ()), [(1, 2)]),
        (("grow", "one_time"), ((), ()), []),
        (("grow", "grow"), ((ON_WEB,), ()), []),
        (("grow", "grow"), ((ON_WEB, ON_FRIDAY), (ON_FRIDAY, ON_WEB)), [(1, 2)]),
        (("grow", "grow"), ((ON_FRIDAY,), (IN_THE_EVENING,)), []),
        # a habit that does not lead is nothing to act on
        (("grow", "grow"), ((replace(ON_WEB, leads=False),), ()), [(1, 2)]),
    ],
)
def test_the_same_treatment_makes_candidates_for_a_merge(
    actions: tuple[str, str],
    habits: tuple[tuple[Habit, ...], tuple[Habit, ...]],
    pairs: list[tuple[int, int]],
    make_table: MakeTable,
) -> None:
    profiles = changed(regulars(make_table))
    segments = tuple(
        replace(one, action=action, habits=own)
        for one, action, own in zip(profiles.segments, actions, habits, strict=True)
    )
    profiles = replace(profiles, segments=segments)
    assert same_treatment(profiles) == pairs
    book = make_playbook(profiles)
    assert book.merge_candidates == tuple(pairs)
    told = book.to_dict()["merge_candidates"]
    assert [tuple(one["segments"]) for one in told] == pairs
    for one in told:
        assert one["sentence"] in str(book)
        assert all(play.name in one["sentence"] for play in book)


def test_three_of_a_kind_are_three_pairs(make_table: MakeTable) -> None:
    profiles = regulars(make_table)
    first = profiles.segments[0]
    segments = tuple(replace(first, number=number) for number in (1, 2, 3))
    assert same_treatment(replace(profiles, segments=segments)) == [
        (1, 2),
        (1, 3),
        (2, 3),
    ]


def parts(play: Play) -> Iterator[str]:
    yield from (getattr(play, part) for part in PARTS)


def test_no_text_is_left_untranslated(
    make_table: MakeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = load_catalogue("en")
    pseudo = Catalogue("en", {key: f"⟦{text}⟧" for key, text in english.texts.items()})
    for module in (playbook_module, text_module):
        monkeypatch.setattr(module, "load_catalogue", lambda _: pseudo)
    profiles = changed(
        regulars(make_table), action="grow", claims=(full_price("none", 0),)
    )
    book = make_playbook(profiles)
    said = [text for play in book for text in parts(play)]
    for part in (*said, *book.merge_sentences, *book.labels.values()):
        outside = part
        while "⟦" in outside:
            outside = re.sub(r"⟦[^⟦⟧]*⟧", "", outside)
        assert not re.search(r"[^\W\d_]", outside), part


def test_another_language_comes_out_in_english(make_table: MakeTable) -> None:
    profiles = regulars(make_table)
    with pytest.warns(LanguageWarning, match="no texts in 'fi'"):
        book = make_playbook(profiles, "fi")
    assert book == make_playbook(profiles, "en")


def test_a_playbook_is_a_sequence_of_the_plays_that_descriptions_speak_of(
    make_table: MakeTable,
) -> None:
    profiles = regulars(make_table)
    book = make_playbook(profiles, "nb")
    assert len(book) == 2
    assert book[0] == next(iter(book)) == book[:1][0]
    assert [play.number for play in book] == [1, 2]
    for play, text in zip(book, describe(profiles, "nb"), strict=True):
        assert (play.name, play.goal, play.offer) == (text.name, text.goal, text.action)
    assert repr(book) == str(book)
    assert book.to_dict()["plays"][0]["goal"] == book[0].goal

"""Names that users give are safe to show, one a segment, and leave a trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autoseg.errors import InputError
from autoseg.features import FeatureTable
from autoseg.locales import LANGUAGES
from autoseg.profiles import (
    SegmentProfiles,
    describe,
    profile_segments,
    rename_segments,
    segment_names,
)

MakeTable = Callable[..., FeatureTable]


@pytest.fixture
def profiles(make_table: MakeTable) -> SegmentProfiles:
    orders = np.repeat([20.0, 4.0, 1.0], 30)
    table = make_table({"frequency": orders, "monetary": orders * 100})
    return profile_segments(table, np.repeat([0, 1, 2], 30))


def refusal(profiles: SegmentProfiles, names: Any) -> InputError:
    with pytest.raises(InputError, match="ASG_E_SEGMENT_NAME") as error:
        rename_segments(profiles, names)
    assert set(error.value.codes) == {"ASG_E_SEGMENT_NAME"}
    return error.value


def test_a_new_name_is_shown_in_every_language(profiles: SegmentProfiles) -> None:
    renamed = rename_segments(profiles, {1: "Hverdagshandlere"})
    for language in LANGUAGES:
        names = segment_names(renamed, language)
        assert names[0] == "Hverdagshandlere"
        assert names[1:] == segment_names(profiles, language)[1:]
        # and where another segment is compared with it
        texts = describe(renamed, language)
        assert "Hverdagshandlere" in " ".join(texts[1].sentences)


def test_key_and_found_name_stay(profiles: SegmentProfiles) -> None:
    renamed = rename_segments(profiles, {"one_time": "Gjester"})
    before, after = profiles.segments[2], renamed.segments[2]
    assert (after.key, after.name) == (before.key, before.name) == (
        "one_time", before.name,
    )  # fmt: skip
    assert profiles.segments[2].given_name is None
    told = renamed.to_dict()["segments"][2]
    assert (told["key"], told["given_name"]) == ("one_time", "Gjester")


def test_the_former_name_is_remembered(profiles: SegmentProfiles) -> None:
    once = rename_segments(profiles, {3: "Gjester"})
    assert describe(once, "nb")[2].formerly == "Het før «Engangskunder»."
    assert describe(once, "nb")[1].formerly is None
    twice = rename_segments(once, {3: "Innom en gang"})
    assert describe(twice, "nb")[2].formerly == "Het før «Gjester»."
    assert twice.segments[2].former_names == ("Gjester",)
    # the same name again is no change
    assert rename_segments(twice, {3: "Innom en gang"}) == twice


@pytest.mark.parametrize(
    "name",
    [
        "Hverdagshandlere",
        "  blanks around  ",
        "R&D “A” 100 %",
        "x" * 60,
        "7",
        # a star, a family of three joined, a flag of two signs joined
        "\u2b50\ufe0f",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        # letters that run from the right
        "\u0644\u0642\u0627\u0621",
        "\u05e7\u05d1\u05d5\u05e2\u05d9\u05dd",
    ],
)
def test_letters_of_any_script_and_emoji_are_welcome(
    profiles: SegmentProfiles, name: str
) -> None:
    renamed = rename_segments(profiles, {1: name})
    assert renamed.segments[0].given_name == name.strip()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("", "without a letter"),
        (" \t ", "without a letter"),
        ("– · –", "without a letter"),
        ("x" * 500, "500 characters"),
        ("x" * 61, "61 characters"),
        ("<b>Bold</b>", "markup"),
        ("a > b", "markup"),
        ("two\nlines", r"U\+000A"),
        ("two\u2028lines", r"U\+2028"),
        ("bell\a", r"U\+0007"),
        ("\u202egnirts", r"U\+202E"),
        ("\u2066isolate\u2069", r"U\+2066, U\+2069"),
        ("zero\u200bwidth", r"U\+200B"),
        ("join\u200ded", r"U\+200D"),
        ("half \ud83d", r"U\+D83D"),
        (7, "a int, not a text"),
        (None, "a NoneType, not a text"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused(
    profiles: SegmentProfiles, name: Any, found: str
) -> None:
    error = refusal(profiles, {2: name})
    with pytest.raises(InputError, match=f"the name of segment 2: .*{found}"):
        raise error


@pytest.mark.parametrize("name", ["a\nb", "\u202eb", "half \ud83d"])
def test_the_message_holds_nothing_unseen(profiles: SegmentProfiles, name: str) -> None:
    assert not set(str(refusal(profiles, {2: name}))) & set("\u202e\ud83d")


@pytest.mark.parametrize("which", [0, 4, "champion", "1", True, None])
def test_an_unknown_segment_is_told_with_the_known_ones(
    profiles: SegmentProfiles, which: Any
) -> None:
    error = refusal(profiles, {which: "Gjester"})
    assert "there is no segment" in str(error)
    assert "3 (one_time)" in str(error)


def test_all_problems_come_at_once(profiles: SegmentProfiles) -> None:
    error = refusal(profiles, {1: "", 2: "<", 9: "x" * 61, "one_time": "A", 3: "B"})
    assert len(error.codes) == 5
    assert "a second name for it" in str(error)


def test_names_have_to_be_a_mapping(profiles: SegmentProfiles) -> None:
    assert "a list" in str(refusal(profiles, ["A", "B", "C"]))


@pytest.mark.parametrize(
    "name",
    ["One-time buyers", "ONE-TIME  BUYERS", "Engangskunder", "engångskunder",
     "Ｏne-time buyers"],
)  # fmt: skip
def test_the_name_of_another_segment_is_taken_in_every_language(
    profiles: SegmentProfiles, name: str
) -> None:
    assert "what segment 3 is called" in str(refusal(profiles, {1: name}))
    # it is the segment's own, and free once the segment has another
    assert rename_segments(profiles, {3: name}).segments[2].given_name == name
    swapped = rename_segments(profiles, {1: name, 3: "Gjester"})
    assert swapped.segments[0].given_name == name


def test_two_new_names_that_are_alike_are_told_once(profiles: SegmentProfiles) -> None:
    error = refusal(profiles, {1: "Straße", 2: "STRASSE"})
    assert error.codes == ("ASG_E_SEGMENT_NAME",)


def test_given_names_can_be_exchanged(profiles: SegmentProfiles) -> None:
    first = rename_segments(profiles, {1: "A", 2: "B"})
    second = rename_segments(first, {1: "B", 2: "A"})
    assert [one.given_name for one in second.segments] == ["B", "A", None]

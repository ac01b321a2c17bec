"""The packaged plays: every part in every language, and no number of their own."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.profiles.playfile import FIELDS
from autoseg.profiles.plays import standard_plays

WHOSE = ("own", "all", "none")


def room(language: str) -> dict[str, str]:
    prefix = "playbook."
    return {
        key.removeprefix(prefix): text
        for key, text in load_catalogue(language).texts.items()
        if key.startswith(prefix)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_play_has_every_field_and_no_other_play_has_any(language: str) -> None:
    texts = room(language)
    wanted = {f"plays.{key}.{part}" for key in standard_plays() for part in FIELDS}
    assert {key for key in texts if key.startswith("plays.")} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plan_has_its_texts_and_every_text_its_plan(language: str) -> None:
    texts = room(language)
    for part, kinds in (("frequency", WHOSE), ("measure", ("within", "plain"))):
        used = {getattr(plan, part) for plan in standard_plays().values()}
        for key in used:
            name = f"{part}.{key}"
            assert name in texts or all(f"{name}.{kind}" in texts for kind in kinds)
        told = {key.split(".")[1] for key in texts if key.startswith(f"{part}.")}
        assert told == used


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_in_a_text_itself(language: str) -> None:
    for key, text in room(language).items():
        bare = "".join(part for part, *_ in Formatter().parse(text))
        assert not re.search(r"[\d%‰]", bare), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_short_and_end(language: str) -> None:
    for key, text in room(language).items():
        if not key.startswith("labels."):
            assert text.endswith("."), key
            assert len(text) <= 230, key

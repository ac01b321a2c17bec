"""Every colour stands out from what it stands on, in the light and in the dark."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from autoseg.profiles.journey import STAGES
from autoseg.report.palette import MARKERS, SEGMENT_COLOURS, TOKENS, themed

CSS = (files("autoseg.report") / "templates" / "style.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
)


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
              for c in channels]  # fmt: skip
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "muted", "accent"])
@pytest.mark.parametrize("ground", ["page", "card", "soft", "band"])
def test_text_stands_out(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["up1", "up2", "down1", "down2"])
def test_numbers_stand_out_in_the_shaded_cells(theme, ground):
    assert contrast(theme["ink"], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("stage", STAGES)
def test_the_share_stands_out_in_its_part_of_a_bar(theme, stage):
    # the words there have the card's own colour
    assert contrast(theme["card"], theme[stage]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["accent", "quiet"])
def test_marks_stand_out(theme, mark):
    assert contrast(theme[mark], theme["card"]) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", SEGMENT_COLOURS)
def test_segments_stand_out(theme, colour):
    assert contrast(colour, theme["card"]) >= 3


def test_each_colour_has_a_shape_of_its_own():
    assert len(set(MARKERS)) == len(MARKERS) == len(SEGMENT_COLOURS)
    assert len(set(SEGMENT_COLOURS)) == len(SEGMENT_COLOURS)


def test_stand_ins_become_the_themes_colours():
    assert themed(TOKENS["accent"]) == "var(--accent)"
    assert set(TOKENS) <= set(LIGHT) == set(DARK)

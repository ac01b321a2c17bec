"""The segments at a glance, in a terminal and in a notebook."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from autoseg.clustering import SegmentStability
from autoseg.report import segment_cards, segment_table


def printed(table, width=120):
    page = StringIO()
    Console(file=page, width=width, color_system=None).print(table)
    return page.getvalue()


def test_a_row_says_who_how_many_and_what_they_are_worth(sample):
    row = next(
        line for line in printed(segment_table(sample.profiles())).splitlines()
        if "Champions" in line
    )  # fmt: skip
    assert row.split() == [
        "1", "Champions", "212", "11%", "1,804,121", "NOK", "45%", "Solid",
    ]  # fmt: skip


def test_without_stability_there_is_no_such_column(sample):
    profiles = sample.profiles()
    bare = replace(
        profiles, segments=tuple(replace(s, stability=None) for s in profiles.segments)
    )
    assert "Stability" not in printed(segment_table(bare))
    stability = SegmentStability((0.9,) * 6, n_resamples=50, n_rows=100)
    assert "Stability" in printed(segment_table(bare, stability))


@pytest.mark.parametrize(
    ("language", "word"),
    [("nb", "Omsetning"), ("da", "Omsætning"), ("sv", "Omsättning")],
)
def test_headings_are_in_the_language(sample, language, word):
    assert word in printed(segment_table(sample.profiles(), language=language))
    assert word in segment_cards(sample.profiles(), language=language)


def test_brackets_and_angles_in_a_name_are_no_markup(sample, monkeypatch):
    from autoseg.report import tables

    describe = tables.describe
    monkeypatch.setattr(
        tables, "describe",
        lambda *given: tuple(
            replace(text, name="[bold]<script>") for text in describe(*given)
        ),
    )  # fmt: skip
    assert "[bold]<script>" in printed(segment_table(sample.profiles()))
    assert "<script" not in segment_cards(sample.profiles())
    assert "[bold]&lt;script&gt;" in segment_cards(sample.profiles())


def test_a_small_segment_shows_no_figures(sample):
    archetype, _, cents, medians, scores = sample.segments[5]
    segments = (*sample.segments[:5], (archetype, 7, cents, medians, scores))
    profiles = sample.profiles(segments)
    text = printed(segment_table(profiles))
    assert "<10" in text
    assert "91,270" not in text
    assert "&lt;10" in segment_cards(profiles)


def test_cards_hold_a_card_a_segment_and_ask_nothing_of_a_network(sample):
    markup = segment_cards(sample.profiles())
    assert markup.count("<article") == 6
    assert "http" not in markup
    assert "<script" not in markup

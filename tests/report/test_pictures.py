"""Pictures are small, carry the given texts, and leave matplotlib as it was."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from autoseg.report.choice import nice_ticks
from autoseg.report.pictures import draw_curve, draw_map, draw_rules, draw_sizes


def test_the_bars_are_as_long_as_the_shares(summary):
    markup = draw_sizes(summary["sizes"]).markup
    # 340 wide less 56 for the label: the longest, 45 %, is 284, and starts at 1
    assert "L 285 " in markup


def test_the_texts_are_texts(summary):
    markup = draw_sizes(summary["sizes"]).markup
    for row in summary["sizes"]["rows"]:
        assert f">{row['number']}  {row['name']}</text>" in markup


def test_a_name_with_signs_of_a_formula_or_of_markup_is_drawn_as_it_is(sample):
    data = sample.summary()
    data["sizes"]["rows"][0]["name"] = r"$\frac{1}{0}$ <b> 😀 שלום"
    assert r"$\frac{1}{0}$ &lt;b&gt; 😀 שלום" in draw_sizes(data["sizes"]).markup


def test_few_dots_are_shapes_and_many_are_an_image(sample):
    few = sample.summary(map_points=sample.points(120))["map"]
    many = sample.summary(map_points=sample.points(5000))["map"]
    assert "<image" not in draw_map(few).markup
    assert "<image" in draw_map(many).markup
    assert len(draw_map(many).markup) < 400_000


def test_numbers_of_segments_in_one_place_do_not_cover_each_other(sample):
    section = sample.summary()["map"]
    for row in section["rows"]:
        row["x"] = row["y"] = 0.5
    markup = draw_map(section).markup
    places = {line.split('"')[0] for line in markup.split(' y="')[1:]}
    assert len(places) >= len(section["rows"])


def test_no_font_date_or_version_is_left(summary):
    why = summary["why"]
    pictures = [
        draw_sizes(summary["sizes"]),
        draw_rules(why["rules"]),
        draw_map(summary["map"]),
        *(draw_curve(curve) for curve in why["curves"]),
    ]  # fmt: skip
    for picture in pictures:
        for trace in ("DejaVu", "metadata", "atplotlib", "<style", "http", "#0101"):
            assert trace not in picture.markup


def test_settings_of_matplotlib_are_put_back(summary):
    before = dict(mpl.rcParams)
    draw_sizes(summary["sizes"])
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("lowest", "highest", "ticks"),
    [
        (0.0, 1.0, [0.0, 0.5, 1.0]),
        (1.2, 1.9, [1.0, 1.2, 1.4, 1.6, 1.8, 2.0]),
        (-0.1, 0.4, [-0.2, 0.0, 0.2, 0.4]),
        (7440, 8160, [7400, 7600, 7800, 8000, 8200]),
    ],
)
def test_ticks_are_round_and_hold_the_range(lowest, highest, ticks):
    found, _ = nice_ticks(lowest, highest)
    assert found[0] <= lowest
    assert found[-1] >= highest
    assert 3 <= len(found) <= 6
    if len(found) == len(ticks):
        assert found == ticks

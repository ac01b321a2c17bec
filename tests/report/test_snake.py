"""The picture of all segments: a line each, as far out as the scores say."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from autoseg.report.snake import FAR
from autoseg.report.snakeplot import draw_snake


def test_a_row_holds_the_scores_of_the_table(summary):
    snake = summary["snake"]
    scores = {
        row["label"]: [cell["score"] for cell in row["cells"]]
        for group in summary["heatmap"]["groups"]
        for row in group["rows"]
    }
    assert len(snake["rows"]) >= 5
    for row in snake["rows"]:
        assert row["scores"] == scores[row["label"]]
        assert row["texts"][0].lstrip("−")[0].isdigit()


def test_a_measure_that_is_not_known_for_all_is_left_out(summary):
    # nobody among the lost has a trend
    labels = [row["label"] for row in summary["snake"]["rows"]]
    assert not any("last 90 days" in label for label in labels)


def test_the_text_tells_where_each_line_leaves_the_middle_most(summary):
    alt = summary["snake"]["alt"]
    # of the champions' scores, 2.4 for the spend is the largest
    assert alt.startswith("Champions: farthest off in “Total spend (NOK)” (far above).")
    assert alt.count("farthest off") == 6


def test_one_segment_and_nine_have_no_such_picture(sample):
    first = sample.profiles(sample.segments[:1])
    alone = replace(first, segments=(replace(first.segments[0], nearest=None),))
    one = sample.summary(profiles=alone, map_points=None, stability=None)
    assert one["snake"] is None
    many = sample.profiles([*sample.segments, *sample.segments[:3]])
    nine = sample.summary(profiles=many, map_points=None, stability=None)
    assert nine["snake"] is None


def test_with_two_known_measures_there_is_no_picture(sample):
    profiles = sample.profiles()
    segments = tuple(
        replace(
            segment,
            scores={
                name: score if name in {"monetary", "frequency"} else float("nan")
                for name, score in segment.scores.items()
            },
        )
        for segment in profiles.segments
    )
    few = replace(profiles, segments=segments)
    assert sample.summary(profiles=few)["snake"] is None


def test_no_more_than_ten_measures_and_the_most_telling(sample):
    profiles = sample.profiles()
    base = profiles.features[0]
    names = [f"own_{number:02}" for number in range(14)]
    more = tuple(replace(base, name=name) for name in names)
    segments = tuple(
        replace(
            segment,
            medians=segment.medians | dict.fromkeys(names, 1.0),
            scores=segment.scores
            | {name: (place % 2) * (2.0 + number) for number, name in enumerate(names)},
        )
        for place, segment in enumerate(profiles.segments)
    )
    wide = replace(
        profiles,
        segments=segments,
        features=(*profiles.features, *more),
        medians_of_all=profiles.medians_of_all | dict.fromkeys(names, 1.0),
    )
    rows = sample.summary(profiles=wide)["snake"]["rows"]
    assert len(rows) == 10
    assert max(rows[-1]["scores"]) == 15.0


def test_a_line_goes_as_far_out_as_its_score_and_no_farther(summary):
    snake = summary["snake"]
    picture = draw_snake(snake)
    column = snake["columns"][0]["number"]
    assert column == 1
    path = next(
        d
        for d, style in re.findall(
            r'<path d="([^"]+)"[^>]*style="([^"]+)"', picture.markup
        )
        if "#0072b2" in style and "fill: none" in style
    )
    xs = [float(x) for x in re.findall(r"[ML] ([\d.]+) [\d.]+", path)]
    left, right = 148, 400 - 14
    wanted = [
        left
        + (min(max(row["scores"][0], -FAR), FAR) + FAR) / (2 * FAR) * (right - left)
        for row in snake["rows"]
    ]
    assert xs == pytest.approx(wanted, abs=0.01)


def test_the_numbers_of_the_lines_stand_apart_and_inside(summary):
    same = {
        **summary["snake"],
        "rows": [
            {**row, "scores": [FAR] * 6, "texts": row["texts"]}
            for row in summary["snake"]["rows"]
        ],
    }
    markup = draw_snake(same).markup
    xs = sorted(
        float(x)
        for x, text in re.findall(
            r'<text [^>]*x="([\d.]+)"[^>]*>([^<]+)</text>', markup
        )
        if text in set("123456")
    )
    assert len(xs) == 6
    assert min(b - a for a, b in pairwise(xs)) >= 13.9
    assert xs[-1] <= 430

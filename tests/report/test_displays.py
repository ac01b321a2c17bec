"""Pictures alone: what is drawn is what the summary says, on whose axes, and how."""

from __future__ import annotations

import re
import subprocess
import sys
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from autoseg.clustering import SegmentStability, persistence
from autoseg.errors import InputError
from autoseg.locales import load_catalogue
from autoseg.profiles import RhythmTable, describe
from autoseg.report import Report
from autoseg.report.html import _resource
from autoseg.report.material import Material
from autoseg.report.palette import LIGHT, segment_colour, segment_marker
from autoseg.report.plots import (
    HeatmapDisplay,
    PersistenceDisplay,
    RhythmDisplay,
    SegmentMapDisplay,
    SelectionDisplay,
    SizesDisplay,
    SnakeDisplay,
    StabilityDisplay,
)
from autoseg.report.steadiness import steadiness

DISPLAYS = (
    HeatmapDisplay,
    PersistenceDisplay,
    RhythmDisplay,
    SegmentMapDisplay,
    SelectionDisplay,
    SizesDisplay,
    SnakeDisplay,
    StabilityDisplay,
)
LANGUAGES = ("en", "nb", "da", "sv")
ODD = r"$\frac{1}{0}$ <b> & 50 % 😀 שלום"


def labels_at(k: int) -> np.ndarray:
    return np.arange(2000) * k // 2000


@pytest.fixture(scope="module")
def shop(sample):
    """Return what pictures ask a segmentation for, of six segments by hand."""
    return make_shop(sample)


def make_rhythm(k, n_parts=4):
    """Return weeks whose shares are 0 to 27 %, with one in each that is not shown."""
    parts = ("night", "morning", "afternoon", "evening") if n_parts > 1 else ("day",)
    shares = [(None if at == 5 else at / 100) for at in range(7 * n_parts)]
    days = tuple(zip(*[iter(shares)] * n_parts, strict=True))
    return RhythmTable(parts, tuple(range(1, k + 1)), (days,) * k, days, (None,) * k)


def make_shop(sample, segments=None, name=None, n_segments=6):
    from dataclasses import replace

    profiles = sample.profiles(segments or sample.segments)
    k = len(profiles.segments)
    selection = replace(
        sample.selection(),
        k=k if k in range(2, 10) else 6,
        persistence=persistence({at: labels_at(at) for at in range(2, 10)}),
    )
    jaccard = tuple(np.linspace(0.95, 0.5, k))
    stability = SegmentStability(
        jaccard, n_resamples=50, n_rows=2000, standard_error=(0.02,) * k
    )

    def report(language="en", *, map_method="pca"):
        assert map_method == "pca"
        data = sample.summary(
            language,
            profiles=profiles,
            selection=selection,
            map_points=sample.points(600, segments=k),
            rhythm=make_rhythm(min(k, 3)),
        )
        return Report(renamed(data, name) if name else data)

    return SimpleNamespace(profiles=profiles, stability=stability, report=report)


def renamed(data, name):
    for row in (
        data["sizes"]["rows"][0],
        data["heatmap"]["columns"][0],
        data["map"]["rows"][0],
        data["segments"]["cards"][0],
        data["rhythm"]["panels"][1],
    ):
        row["name"] = name
    return data


def texts(items) -> list[str]:
    return [item.get_text() for item in items]


def flat(items) -> list[str]:
    return [" ".join(text.split()) for text in texts(items)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_bars_are_as_long_as_the_shares_and_carry_them(shop, language):
    data = shop.report(language).data
    ax = SizesDisplay.from_segmentation(shop, language=language).ax_
    rows = data["sizes"]["rows"]
    bars = [bar.get_width() for bar in ax.patches]
    assert bars == [row["share"] for row in rows] + [
        row["revenue_share"] for row in rows
    ]
    assert texts(ax.texts) == [row["share_text"] for row in rows] + [
        row["revenue_share_text"] for row in rows
    ]
    assert flat(ax.get_yticklabels()) == [f"{r['number']} {r['name']}" for r in rows]
    assert flat(ax.get_legend().get_texts()) == [
        data["labels"]["share"],
        data["labels"]["revenue_share"],
    ]


def test_what_is_not_to_be_shown_has_no_bar(sample):
    few = (*sample.segments[:5], (*sample.segments[5][:1], 4, *sample.segments[5][2:]))
    small = make_shop(sample, few)
    rows = small.report().data["sizes"]["rows"]
    ax = SizesDisplay.from_segmentation(small).ax_
    known = [row for row in rows if row["share"] is not None]
    assert len(ax.get_yticklabels()) == len(known) < 6
    n_revenues = sum(row["revenue_share"] is not None for row in known)
    assert len(ax.patches) == len(known) + n_revenues
    marks = StabilityDisplay.from_segmentation(small).ax_.get_yticklabels()
    assert len(marks) == 5


def test_the_heat_map_prints_every_number_and_shades_by_step(shop):
    section = shop.report().data["heatmap"]
    ax = HeatmapDisplay.from_segmentation(shop).ax_
    rows = [row for group in section["groups"] for row in group["rows"]]
    steps = [[0, *(cell["step"] for cell in row["cells"])] for row in rows]
    assert ax.collections[0].get_array().tolist() == steps
    printed = [text.split(" ")[0] for text in texts(ax.texts)]
    wanted = [[row["all_text"], *(c["text"] for c in row["cells"])] for row in rows]
    assert printed == [text for row in wanted for text in row]
    arrows = {2: "▲▲", 1: "▲", 0: "", -1: "▼", -2: "▼▼"}
    for text, step in zip(ax.texts, np.ravel(steps), strict=True):
        assert re.sub("[^▲▼]", "", text.get_text()) == arrows[step]
    assert flat(ax.get_yticklabels()) == [row["label"] for row in rows]
    assert len(ax.get_legend().get_texts()) == 5


def test_lines_go_through_the_scores_with_colours_and_shapes(shop):
    section = shop.report("nb").data["snake"]
    ax = SnakeDisplay.from_segmentation(shop, language="nb").ax_
    lines = [line for line in ax.lines if not line.get_label().startswith("_")]
    for place, line in enumerate(lines):
        scores = [row["scores"][place] for row in section["rows"]]
        assert line.get_xdata() == pytest.approx(np.clip(scores, -2.5, 2.5))
        assert to_hex(line.get_color()) == segment_colour(place + 1)
        assert line.get_marker() == segment_marker(place + 1)
    assert len(lines) == 6
    words = [section[key] for key in ("low", "middle", "high")]
    assert texts(ax.get_xticklabels()) == words


@pytest.mark.parametrize("criterion", ["agreement", "silhouette", "bic_each"])
def test_curves_hold_every_number_and_mark_the_delivered(shop, criterion):
    curves = shop.report().data["why"]["curves"]
    curve = next(one for one in curves if one["criterion"] == criterion)
    display = SelectionDisplay.from_segmentation(shop, criterion=criterion)
    line, mark = display.ax_.lines
    assert line.get_xydata().tolist() == [
        [point["k"], point["value"]] for point in curve["points"]
    ]
    assert mark.get_xdata() == [6]
    assert display.criteria == tuple(one["criterion"] for one in curves)


def test_an_unknown_curve_is_refused_with_those_there_are(shop):
    with pytest.raises(
        InputError, match=r"ASG_E_SETTING.*no curve 'elbow'.*'agreement', 'silhouette'"
    ):
        SelectionDisplay.from_segmentation(shop, criterion="elbow")


def test_columns_are_as_high_as_the_shares_and_the_delivered_ones_numbered(shop):
    section = shop.report().data["why"]["lineage"]
    ax = PersistenceDisplay.from_segmentation(shop).ax_
    bars = [bar for bars in ax.containers for bar in bars]
    assert len(bars) == sum(len(column["nodes"]) for column in section["columns"])
    assert texts(ax.get_xticklabels()) == [str(c["k"]) for c in section["columns"]]
    assert sorted(texts(ax.texts)) == ["1", "2", "3", "4", "5", "6"]
    assert len(ax.get_legend().get_texts()) == 6
    heights = [bar.get_height() for bar in bars if bar.get_x() < 30]
    # three segments share what two gaps of seven leave of 260, each by its size
    shares = [node["share"] for node in section["columns"][0]["nodes"]]
    assert sorted(heights) == pytest.approx([246 * share for share in sorted(shares)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_stability_stands_in_its_bands_with_its_errors(shop, language):
    ax = StabilityDisplay.from_segmentation(shop, language=language).ax_
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert dots.get_xdata() == pytest.approx(shop.stability.jaccard)
    ends = ax.collections[0].get_segments()
    for (left, right), mean in zip(ends, shop.stability.jaccard, strict=True):
        assert (left[0], right[0]) == pytest.approx((mean - 0.02, mean + 0.02))
    assert ax.get_xticks().tolist() == [0, 0.6, 0.75, 0.85, 1]
    decimal = "." if language == "en" else ","
    assert texts(ax.get_xticklabels())[1] == f"0{decimal}60"
    words = load_catalogue(language)
    for reading in ("unstable", "pattern", "real", "solid"):
        assert words.text(f"clustering.stability.word.{reading}") in texts(ax.texts)


def test_stability_without_errors_has_dots_only(shop):
    plain = SegmentStability(shop.stability.jaccard, n_resamples=9, n_rows=200)
    bare = SimpleNamespace(profiles=shop.profiles, stability=plain)
    ax = StabilityDisplay.from_segmentation(bare).ax_
    assert len(ax.lines[-1].get_xdata()) == 6
    assert len(ax.get_legend().get_texts()) == 1


def test_dots_are_those_of_the_summary_and_the_picture_warns(shop):
    section = shop.report("sv").data["map"]
    ax = SegmentMapDisplay.from_segmentation(shop, language="sv").ax_
    drawn = np.vstack([dots.get_offsets() for dots in ax.collections])
    assert sorted(map(tuple, drawn.tolist())) == sorted(
        (x, y) for x, y, _ in section["points"]
    )
    assert all(dots.get_rasterized() for dots in ax.collections)
    assert ax.get_xlabel() == "Avstånden är ungefärliga."
    assert texts(ax.texts) == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_weeks_print_every_share_in_its_shade(shop, language):
    section = shop.report(language).data["rhythm"]
    ax = RhythmDisplay.from_segmentation(shop, language=language).ax_
    cells = [
        cell
        for panel in section["panels"]
        for row in panel["rows"]
        for cell in row["cells"]
    ]
    middles = [(b.get_x() + b.get_width() / 2, b.get_y() + 0.5) for b in ax.patches]
    written = {one.get_position(): one.get_text() for one in ax.texts}
    assert [written[place] for place in middles] == [cell["text"] for cell in cells]
    # a mix of the page's two colours, as its style sheet has it
    card, full = (np.array(to_rgb(LIGHT[name])) for name in ("card", "up2"))
    parts = {0: 0, 1: 0.22, 2: 0.48, 3: 0.74, 4: 1}
    for box, cell in zip(ax.patches, cells, strict=True):
        wanted = card + (full - card) * parts[cell["step"]]
        assert box.get_facecolor()[:3] == pytest.approx(tuple(wanted))
    assert {cell["step"] for cell in cells} == set(parts)
    names = flat(ax.texts)
    for panel in section["panels"]:
        assert f"{panel['number'] or ''} {panel['name']}".strip() in names
    assert names.count(section["panels"][0]["rows"][0]["label"]) == 2
    assert section["note"] in names


def test_the_shades_of_weeks_are_those_of_the_page():
    style = _resource("style.css")
    for step, part in ((1, 22), (2, 48), (3, 74)):
        assert f".w{step} {{ background: color-mix(in srgb, var(--up2) {part}%" in style


def test_one_segment_has_its_week_alone(shop):
    display = RhythmDisplay.from_segmentation(shop, segment=3)
    assert len(display.ax_.patches) == 28
    assert "3 Deal seekers" in flat(display.ax_.texts)
    with pytest.raises(
        InputError, match=r"ASG_E_SETTING.*no table of segment 9.*1, 2, 3"
    ):
        RhythmDisplay.from_segmentation(shop, segment=9)


def test_weeks_without_times_of_day_have_one_column(sample):
    data = sample.summary(rhythm=make_rhythm(6, n_parts=1))
    ax = RhythmDisplay(data["rhythm"]).plot().ax_
    assert len(ax.patches) == 7 * 7
    assert flat(ax.texts).count("Share of orders") == 7


@pytest.mark.parametrize("display", DISPLAYS)
def test_axes_that_are_given_are_drawn_on_and_shown_by_their_owner(shop, display):
    axes = Figure(figsize=(9, 4)).subplots(1, 2)
    drawn = display.from_segmentation(shop, ax=axes[1])
    assert drawn.ax_ is axes[1]
    assert drawn.figure_ is axes[0].figure
    assert not axes[0].has_data()
    assert drawn._repr_png_() is None
    assert drawn.plot() is drawn
    assert drawn.ax_ is not axes[1]


@pytest.mark.parametrize("display", DISPLAYS)
def test_alone_it_is_a_png_and_always_the_same_svg(shop, display):
    drawn = display.from_segmentation(shop)
    first = drawn.to_svg()
    assert drawn._repr_png_().startswith(b"\x89PNG")
    assert drawn.to_svg() == first
    assert display.from_segmentation(shop).to_svg() == first
    for trace in ("<dc:date>", "Matplotlib v"):
        assert trace not in first


@pytest.mark.parametrize("display", DISPLAYS)
def test_settings_of_matplotlib_are_put_back(shop, display):
    before = dict(mpl.rcParams)
    drawn = display.from_segmentation(shop)
    drawn._repr_png_()
    drawn.to_svg()
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    "display",
    [
        SizesDisplay,
        SnakeDisplay,
        HeatmapDisplay,
        RhythmDisplay,
        SegmentMapDisplay,
    ],
)
def test_a_name_is_no_formula_and_no_markup(sample, display):
    odd = make_shop(sample, name=ODD)
    svg = display.from_segmentation(odd).to_svg()
    for part in (r"$\frac{1}{0}$", "&lt;b&gt;", "&amp;", "😀", "שלום"):
        assert part in svg
    figure = Figure()
    ax = figure.subplots()
    display.from_segmentation(odd, ax=ax)
    marked = [text for text in figure.findobj(mpl.text.Text) if "$" in text.get_text()]
    assert marked
    assert not any(text.get_parse_math() for text in marked)


@pytest.mark.parametrize("n_segments", [2, 12])
def test_two_and_twelve_segments_fit(sample, n_segments):
    segments = (sample.segments * 2)[:n_segments]
    some = make_shop(sample, segments)
    for display in (HeatmapDisplay, SegmentMapDisplay, SizesDisplay, StabilityDisplay):
        assert display.from_segmentation(some)._repr_png_()
    assert len(SizesDisplay.from_segmentation(some).ax_.patches) == 2 * n_segments
    looks = {(segment_colour(n), segment_marker(n)) for n in range(1, 101)}
    assert len(looks) == 100


NOTHING = {
    "size": lambda: SizesDisplay({"rows": [{"share": None}]}, {}),
    "heat": lambda: HeatmapDisplay(None, {}),
    "two to eight segments": lambda: SnakeDisplay(None),
    "three numbers of segments were compared.*k_range": lambda: SelectionDisplay([]),
    "three numbers of segments.*k_range": lambda: PersistenceDisplay(None, {}),
    "when it buys": lambda: RhythmDisplay(None),
    "n_resamples": lambda: StabilityDisplay(None),
    "no dots": lambda: SegmentMapDisplay(None),
}


@pytest.mark.parametrize("match", NOTHING)
def test_where_there_is_nothing_to_draw_it_says_why(match):
    with pytest.raises(InputError, match=f"(?i)ASG_E_NO_PICTURE.*{match}"):
        NOTHING[match]()


def test_nothing_is_steady_where_all_are_small_or_nobody_asked(sample):
    profiles = sample.profiles([(*sample.segments[0][:1], 4, *sample.segments[0][2:])])
    words = load_catalogue("en")
    material = Material(words, "NOK", profiles, tuple(describe(profiles, "en")))
    one = SegmentStability((0.9,), n_resamples=9, n_rows=20)
    assert steadiness(material, one) is None
    assert steadiness(material, None) is None


def test_the_light_colours_are_those_of_the_page():
    style = _resource("style.css").split("@media")[0]
    for name, colour in LIGHT.items():
        assert f"--{name}: {colour};" in style


def test_looking_at_the_pictures_loads_no_drawing_and_drawing_no_pyplot():
    code = (
        "import sys, autoseg.report.plots\n"
        "heavy = {'matplotlib', 'umap', 'numba'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "curve = dict(criterion='agreement', k=2, name='A', hint='h', title='t',\n"
        "    axis='x', points=[dict(k=2, value=0.5, text='0.5')],\n"
        "    ticks=[dict(value=0, text='0'), dict(value=1, text='1')])\n"
        "autoseg.report.plots.SelectionDisplay([curve]).plot()._repr_png_()\n"
        "print(sorted({'matplotlib.pyplot', 'umap', 'numba'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["[]", "[]"]

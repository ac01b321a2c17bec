"""The flow between two assignments: what is counted, drawn, hidden and refused."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from autoseg.errors import InputError
from autoseg.locales import load_catalogue
from autoseg.profiles.text import segment_names
from autoseg.report.palette import LIGHT, segment_colour
from autoseg.report.plots import MigrationFlowDisplay

LANGUAGES = ("en", "nb", "da", "sv")
NAMES = {1: "Champions", 2: "At risk", 3: r"$\frac{1}{0}$ <b> & 50 %"}
# from (0: not there) to (0: gone), and how many
FLOWS = {
    (1, 1): 200, (1, 2): 60, (2, 1): 20, (2, 2): 150, (2, 3): 30, (3, 3): 90,
    (3, 1): 15, (1, 0): 12, (2, 0): 40, (0, 1): 25, (0, 3): 11,
}  # fmt: skip
FEW = {(1, 1): 200, (1, 2): 60, (2, 1): 4, (2, 2): 150, (3, 3): 90, (0, 3): 70}


def assigned(flows) -> tuple[pd.Series, pd.Series]:
    pairs = np.repeat(list(flows), list(flows.values()), axis=0)
    ids = [f"c{number:04}" for number in range(len(pairs))]
    before, after = (pd.Series(side, index=ids) for side in pairs.T)
    # the order of the customers is nobody's business
    return before[before > 0], after[after > 0].sample(frac=1, random_state=0)


def drawn(flows=FLOWS, **settings) -> MigrationFlowDisplay:
    settings = {"names": NAMES} | settings
    return MigrationFlowDisplay.from_assignments(*assigned(flows), **settings)


def bands(display) -> list[PathPatch]:
    return [one for one in display.ax_.patches if isinstance(one, PathPatch)]


def boxes(display):
    return [box for bars in display.ax_.containers for box in bars]


def test_the_frame_holds_every_flow_and_its_sums():
    frame = drawn().frame_
    kinds = ["1 Champions", "2 At risk", f"3 {NAMES[3]}"]
    assert frame.index.tolist() == [*kinds, "Not there before", "Total"]
    assert frame.columns.tolist() == [*kinds, "No longer there", "Total"]
    assert (frame.index.name, frame.columns.name) == ("Before", "After")
    for (start, end), count in FLOWS.items():
        assert frame.iloc[start - 1 if start else 3, end - 1 if end else 3] == count
    assert frame.iloc[2, 1] == 0
    assert (frame.iloc[:-1].sum() == frame.iloc[-1]).all()
    assert (frame.iloc[:, :-1].sum(axis=1) == frame.iloc[:, -1]).all()
    assert frame.iloc[-1, -1] == sum(FLOWS.values())


def test_bands_and_boxes_are_as_high_as_their_counts():
    display = drawn()
    ends = [band.get_path().get_extents() for band in bands(display)]
    assert len(ends) == len(FLOWS)
    left_heights = sorted(
        vertices[-2][1] - vertices[0][1]
        for vertices in (band.get_path().vertices for band in bands(display))
    )
    counts = sorted(FLOWS.values())
    unit = left_heights[-1] / counts[-1]
    assert left_heights == pytest.approx([unit * count for count in counts])
    before = [one for one in boxes(display) if one.get_x() < 100]
    heights = [box.get_height() / unit for box in before]
    assert heights == pytest.approx([272, 240, 105, 36])
    after = [one for one in boxes(display) if one.get_x() > 100]
    heights = [box.get_height() / unit for box in after]
    assert heights == pytest.approx([260, 210, 131, 52])
    assert [to_hex(box.get_facecolor()) for box in before] == [
        segment_colour(1), segment_colour(2), segment_colour(3), LIGHT["quiet"],
    ]  # fmt: skip


def test_bands_have_the_colour_of_the_segment_that_is_left():
    colours = [to_hex(band.get_facecolor()) for band in bands(drawn())]
    for number, n_bands in ((1, 3), (2, 4), (3, 2)):
        assert colours.count(segment_colour(number)) == n_bands
    assert colours.count(LIGHT["quiet"]) == 2


def test_no_band_lies_on_another_where_it_leaves_or_arrives():
    paths = [band.get_path().vertices for band in bands(drawn())]
    left = sorted((one[0][1], one[-2][1]) for one in paths)
    right = sorted((one[3][1], one[4][1]) for one in paths)
    for ends in (left, right):
        for (_, bottom), (top, _) in pairwise(ends):
            assert top >= bottom - 1e-9


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_and_takes_the_names_of_a_segmentation(sample, language):
    profiles = sample.profiles()
    owner = SimpleNamespace(profiles=profiles)
    display = drawn(names=owner, language=language)
    words = load_catalogue(language)
    names = segment_names(profiles, language)
    assert display.ax_.get_title(loc="left") == words.text("report.migration.title")
    told = {" ".join(text.get_text().split()) for text in display.ax_.texts}
    assert f"1 {names[0]} · 272" in told
    assert f"{words.text('report.migration.gone')} · 52" in told
    assert words.text("report.migration.before") in told
    # segments 4 to 6 have nobody on either side
    assert len(boxes(display)) == 8
    assert display.frame_.shape == (8, 8)
    assert words.text("report.labels.total") in display.frame_.index


def test_heads_of_your_own_stand_over_the_columns():
    display = drawn(heads=("1 January", "1 July"))
    told = [text.get_text() for text in display.ax_.texts]
    assert "1 January" in told
    assert "1 July" in told
    assert display.frame_.index.name == "1 January"


def test_without_names_segments_have_numbers():
    frame = drawn(names=None).frame_
    assert frame.index[0] == "1 Segment 1"


def test_small_flows_and_what_would_tell_them_have_no_band_and_no_number():
    display = drawn(FEW)
    frame = display.frame_
    assert pd.isna(frame.iloc[1, 0])
    for line in (frame.iloc[1, :-1], frame.iloc[:-1, 0]):
        hidden = line.isna()
        assert hidden.sum() >= 2
    shown = pd.Series(frame.iloc[:-1, :-1].to_numpy().ravel()).dropna()
    assert len(bands(display)) == (shown > 0).sum() < len(FEW)
    assert not ((shown > 0) & (shown < 10)).any()
    told = " ".join(text.get_text().replace("\n", " ") for text in display.ax_.texts)
    assert "Flows of fewer than 10 customers" in told
    assert "Flows of" not in "".join(t.get_text() for t in drawn().ax_.texts)


def test_sizes_that_a_report_hides_are_hidden_here_and_stand_together():
    small = {**FLOWS, (4, 4): 6, (5, 5): 30, (4, 1): 2}
    display = drawn(small, names=None)
    frame = display.frame_
    # of segment 4 and of the next smallest neither is told
    assert frame["Total"].isna().tolist() == [False] * 3 + [True] * 2 + [False] * 2
    before = [one for one in boxes(display) if one.get_x() < 100]
    assert len(before) == 5
    told = [text.get_text() for text in display.ax_.texts]
    assert told.count("Not shown") == 2
    assert not any("Segment 4" in one or "Segment 5" in one for one in told)


def test_who_is_new_and_gone_hides_nobody():
    # the small flow can only be hidden with another real one, never with that zero
    frame = drawn({**FLOWS, (0, 2): 3}).frame_
    assert pd.isna(frame.loc["Not there before", "2 At risk"])
    for line in (frame.loc["Not there before"], frame["2 At risk"]):
        assert line.iloc[:-1].isna().sum() >= 2
    assert frame.loc["Not there before", "No longer there"] == 0


def test_where_all_is_small_nothing_is_drawn():
    with pytest.raises(InputError, match=r"ASG_E_NO_PICTURE.*none can be shown"):
        drawn({(1, 1): 4, (2, 2): 3})
    with pytest.raises(InputError, match=r"ASG_E_NO_PICTURE"):
        drawn({(1, 1): 9, (2, 2): 9, (1, 2): 9})


def test_an_odd_name_is_no_formula_and_no_markup():
    svg = drawn().to_svg()
    for part in (r"$\frac{1}{0}$", "&lt;b&gt;", "&amp;"):
        assert part in svg
    figure = Figure()
    drawn(ax=figure.subplots())
    marked = [text for text in figure.findobj(mpl.text.Text) if "$" in text.get_text()]
    assert marked
    assert not any(text.get_parse_math() for text in marked)


def test_it_is_a_display_as_the_others():
    before = dict(mpl.rcParams)
    first = drawn()
    assert first._repr_png_().startswith(b"\x89PNG")
    assert drawn().to_svg() == first.to_svg()
    axes = Figure().subplots(1, 2)
    given = drawn(ax=axes[1])
    assert given.ax_ is axes[1]
    assert given._repr_png_() is None
    assert given.figure_ is axes[0].figure
    assert given.plot() is given
    assert given.ax_ is not axes[1]
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(("n_segments", "language"), [(2, "sv"), (12, "da")])
def test_labels_lie_beside_their_boxes_and_not_on_each_other(
    sample, n_segments, language
):
    random = np.random.default_rng(3)
    shares = random.dirichlet(np.ones(n_segments))
    ids = pd.RangeIndex(4000)
    sides = [pd.Series(random.choice(n_segments, 4000, p=shares) + 1, index=ids)] * 2
    owner = SimpleNamespace(
        profiles=sample.profiles((sample.segments * 2)[:n_segments])
    )
    display = MigrationFlowDisplay.from_assignments(
        *sides, names=owner, language=language
    )
    canvas = FigureCanvasAgg(display.figure_)
    renderer = canvas.get_renderer()
    labels = [one for one in display.ax_.texts if "·" in one.get_text()]
    places = [one.get_window_extent(renderer) for one in labels]
    assert len(places) == len(boxes(display))
    width, height = canvas.get_width_height()
    for number, place in enumerate(places):
        assert not any(place.overlaps(other) for other in places[number + 1 :])
        assert 0 <= place.x0 < place.x1 <= width
        assert 0 <= place.y0 < place.y1 <= height


SERIES = pd.Series([1, 2], index=["a", "b"])
REFUSED = {
    "the assignment before: a list": ([1, 2], SERIES),
    "the assignment after: 1 customers more than once: 'a'": (
        SERIES,
        pd.Series([1, 2], index=["a", "a"]),
    ),
    "1 customers without a segment: 'b'.*dropna": (
        SERIES,
        pd.Series([1, np.nan], index=["a", "b"]),
    ),
    "no numbers from 1: 'x'": (pd.Series(["1", "x"], index=["a", "b"]), SERIES),
    "no numbers from 1: '0.0', '1.5'": (pd.Series([0, 1.5], index=["a", "b"]), SERIES),
    "no customer is on both sides": (SERIES, pd.Series([1, 2], index=[1, 2])),
}


@pytest.mark.parametrize("match", REFUSED)
def test_assignments_that_cannot_be_compared_are_refused(match):
    with pytest.raises(InputError, match=f"ASG_E_LABELS.*{match}"):
        MigrationFlowDisplay.from_assignments(*REFUSED[match])


def test_a_segment_without_a_name_is_refused():
    with pytest.raises(InputError, match=r"ASG_E_SETTING: names.*no name.*'2', '3'"):
        drawn(names={1: "Champions"})


def test_segments_as_floats_or_nullable_numbers_count_the_same():
    before, after = assigned(FLOWS)
    frame = MigrationFlowDisplay.from_assignments(
        before.astype("float64"), after.astype("Int32"), names=NAMES
    ).frame_
    pd.testing.assert_frame_equal(frame, drawn().frame_)

"""Odd input in a real browser: in order, in its place, legible; all by measure.

Pixels differ between machines, so structure is compared: which sections follow each
other, which boxes lie within which, and which words cover each other.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from autoseg.clustering import SegmentStability
from autoseg.features import CATALOGUE
from autoseg.profiles import rename_segments
from autoseg.report import Report
from autoseg.report.html import _resource

pytestmark = pytest.mark.browser

ORDER = (
    "sizes", "segments", "lint", "heatmap", "rhythm", "journey", "why", "map",
    "quality", "method", "glossary",
)  # fmt: skip
ODD_NAMES = {
    1: "R&D &amp; {{ you }} **too**",
    2: "Costs $x_1^2$ or $5",
    3: "\"Quoted\" and 'so'",
    4: "Stars 🌟 and 🛒🛍️",
    5: "לקוחות נאמנים",
    6: "عملاء جدد A1 (50 %)",
}
LONG = "Kundetilfredshetsundersøkelsesresultatene"
# what the layout goes by, and what is no text
KEYS = frozenset(
    {
        "language", "currency", "key", "verdict", "severity", "criterion", "feature",
        "block", "kind", "code", "source", "canonical", "method",
        # one line each under or in a picture, short on purpose
        "low", "middle", "high", "axis", "rules",
    }
)  # fmt: skip
MEASURE = """() => {
  const box = one => one.getBoundingClientRect();
  const told = one => (one.textContent || '').trim().slice(0, 60);
  const seen = one => box(one).width > 1 && box(one).height > 1;
  const beyond = [], covered = [], sizes = [];
  for (const one of document.body.querySelectorAll('*')) {
    if (one.closest('svg, .unseen, .skip, caption.paper') || !seen(one)) continue;
    const held = one.parentElement.closest('.scroll') ? null : one.closest('.card');
    const edge = held ? box(held).right : innerWidth;
    if (!one.closest('.scroll') && box(one).right > edge + 1)
      beyond.push([one.tagName, told(one)]);
    // words that are wider than the box they stand in
    if (!one.closest('.scroll') && one.children.length === 0
        && one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).display !== 'inline')
      beyond.push(['words', told(one)]);
  }
  for (const picture of document.querySelectorAll('svg')) {
    const scale = box(picture).width / picture.viewBox.baseVal.width;
    const texts = [...picture.querySelectorAll('text')].filter(one => told(one));
    for (const one of texts) {
      sizes.push(parseFloat(getComputedStyle(one).fontSize) * scale);
      const frame = box(picture.closest('figure'));
      if (box(one).right > frame.right + 3 || box(one).left < frame.left - 3)
        beyond.push(['text', told(one)]);
    }
    texts.forEach((one, place) => texts.slice(place + 1).forEach(other => {
      const [a, b] = [one.getBBox(), other.getBBox()];
      const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      // a line's box is higher than its letters
      const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (across > 1 && down > 3.5) covered.push([told(one), told(other)]);
    }));
  }
  return {
    beyond, covered, largest: Math.max(...sizes), smallest: Math.min(...sizes),
    body: parseFloat(getComputedStyle(document.querySelector('table')).fontSize),
    sections: [...document.querySelectorAll('main > section')].map(
      one => one.getAttribute('aria-labelledby')),
    places: [...document.body.querySelectorAll('*')].map(one => {
      const {x, y, width, height} = box(one);
      return [one.tagName, x, y, width, height].join(' ');
    }),
  };
}"""
CONTRAST = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = colour => {
    const [r, g, b] = channels(colour).map(one => {
      const part = one / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const found = {};
  for (const one of document.querySelectorAll('figure text')) {
    const ink = getComputedStyle(one).fill;
    const card = getComputedStyle(one.closest('.card')).backgroundColor;
    if (ink !== card) { found[ink] = ratio(ink, card); continue; }
    // words of the card's colour stand on the bar that is drawn before them
    let bar = one.parentElement.previousElementSibling;
    while (bar && !bar.querySelector('path')) bar = bar.previousElementSibling;
    const paint = getComputedStyle(bar.querySelector('path')).fill;
    found[`${ink} on ${paint}`] = ratio(ink, paint);
  }
  return found;
}"""


def stretched(data):
    """Return the data with a word in every text that no line of a phone can hold."""
    if isinstance(data, dict):
        return {
            key: value
            if key in KEYS and not isinstance(value, dict)
            else stretched(value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [stretched(one) for one in data]
    is_text = isinstance(data, str) and re.search(r"[a-zæøå]{4}", data)
    return f"{data} {LONG}" if is_text else data


def of_size(sample, n_segments):
    segments = (sample.segments * 2)[:n_segments]
    return {
        "profiles": sample.profiles(segments),
        "map_points": sample.points(segments=n_segments),
        "stability": SegmentStability((0.8,) * n_segments, 50, 2000),
    }


def with_features(profiles, names):
    spread = {name: 0.4 + place % 5 for place, name in enumerate(names)}
    return replace(
        profiles,
        features=tuple(CATALOGUE[name] for name in names),
        medians_of_all=spread,
        segments=tuple(
            replace(
                one,
                medians=spread,
                scores=dict.fromkeys(names, one.number - 3.0),
                claims=(),
                rule=None,
            )
            for one in profiles.segments
        ),
    )


@pytest.fixture(scope="module")
def pages(sample):
    """Return pages of odd shops by what is odd about them."""
    profiles = sample.profiles()
    many = [name for name in CATALOGUE if not CATALOGUE[name].sensitive][:60]
    data = {
        "plain": sample.summary(),
        "names": sample.summary(
            profiles=rename_segments(profiles, ODD_NAMES), map_points=None
        ),
        "two segments": sample.summary(**of_size(sample, 2)),
        "twelve segments": sample.summary(**of_size(sample, 12)),
        "one measure": sample.summary(
            profiles=with_features(profiles, many[:1]), map_points=None
        ),
        "many measures": sample.summary(
            profiles=with_features(profiles, many), map_points=None
        ),
        "long words": stretched(sample.summary("da", map_points=None)),
    }
    return {name: Report(one).html() for name, one in data.items()}


def measured(browser, html, width, scheme="light"):
    page = browser.new_page(
        color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page.set_content(html)
    found = page.evaluate(MEASURE)
    found["wide"] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    return found


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    "shop",
    [
        "plain", "names", "two segments", "twelve segments", "one measure",
        "many measures", "long words",
    ],
)  # fmt: skip
def test_whatever_comes_in_stands_in_its_place(browser, pages, shop, width):
    found = measured(browser, pages[shop], width)
    assert found["wide"] <= width
    assert found["beyond"] == []
    assert found["sections"] == [one for one in ORDER if one in found["sections"]]
    assert len(found["sections"]) >= 9
    # letters of pictures are no larger than those of tables, and can be read
    assert found["largest"] <= found["body"] + 0.5
    assert found["smallest"] > (7 if width == 320 else 9)
    if shop != "long words":
        assert found["covered"] == []


def test_words_that_cover_each_other_are_seen(browser, pages):
    moved = pages["plain"].replace("</svg>", '<text x="0" y="20">Mm</text>' * 2, 1)
    assert ["Mm", "Mm"] in measured(browser, moved, 1280)["covered"]


def test_a_box_that_is_too_wide_is_seen(browser, pages):
    wide = pages["plain"].replace('class="lead"', 'style="min-width: 2000px"', 1)
    assert measured(browser, wide, 1280)["beyond"]


@pytest.mark.parametrize("width", [320, 1280])
def test_light_and_dark_differ_in_nothing_but_colour(browser, pages, width):
    light = measured(browser, pages["plain"], width)
    dark = measured(browser, pages["plain"], width, "dark")
    assert dark["sections"] == light["sections"]
    assert dark["places"] == light["places"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_in_pictures_stand_out_from_what_is_behind_them(browser, pages, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.set_content(pages["plain"])
    found = page.evaluate(CONTRAST)
    page.close()
    assert len(found) >= 3
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}


def test_without_its_fonts_the_page_keeps_its_shape(browser, pages):
    style = _resource("style.css")
    stacks = dict(re.findall(r"--(serif|sans): ([^;]+);", style))
    assert {name: stack.split(", ")[-1] for name, stack in stacks.items()} == {
        "serif": "serif",
        "sans": "sans-serif",
    }
    bare = pages["plain"]
    for stack in stacks.values():
        bare = bare.replace(f" {stack};", f" {stack.split(', ')[-1]};")
    assert not any(stack in bare for stack in stacks.values())
    # letters stay letters: no picture names a font or draws its glyphs
    for picture in re.findall(r"<svg.*?</svg>", bare, re.DOTALL):
        assert "font-family" not in picture
        assert "<glyph" not in picture
    for width in (320, 1280):
        found = measured(browser, bare, width)
        assert found["wide"] <= width
        assert (found["beyond"], found["covered"]) == ([], [])


def test_names_from_right_to_left_do_not_turn_what_is_beside_them(browser, pages):
    page = browser.new_page()
    page.set_content(pages["names"])
    order = page.evaluate(
        """() => [...document.querySelectorAll('#segment-5, #segment-6')].map(one =>
          one.querySelector('.label').getBoundingClientRect().left
          === one.querySelector('bdi').getBoundingClientRect().left)"""
    )
    names = page.evaluate(
        "[...document.querySelectorAll('h3 bdi')].map(one => one.textContent)"
    )
    page.close()
    assert order == [True, True]
    assert names == list(ODD_NAMES.values())

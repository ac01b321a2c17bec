"""In a real browser: no request, no error, no sideways scroll, readable in the dark."""

from __future__ import annotations

import pytest

from autoseg.report import Report

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "nb", "da", "sv")


@pytest.fixture(scope="module")
def files(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    return {
        language: Report(sample.summary(language)).write_html(
            folder / f"{language}.html"
        )
        for language in LANGUAGES
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_asks_nothing_complains_of_nothing_and_fits(
    browser, files, language, scheme
):
    page = browser.new_page(color_scheme=scheme)
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    address = files[language].as_uri()
    page.goto(address)
    for width in (320, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} px at {width} px"
    page.close()
    assert [url for url in requests if not url.startswith(("data:", address))] == []
    assert complaints == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_no_barrier(browser, axe, files, language, scheme, width):
    # the page lets no script run, so axe comes in from outside of its policy
    context = browser.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto(files[language].as_uri())
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    context.close()
    assert len(found["passes"]) > 30
    assert [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in found["violations"]
    ] == []


def test_axe_sees_a_barrier_where_there_is_one(browser, axe):
    page = browser.new_page()
    page.set_content("<!doctype html><title>t</title><img src='data:,'>")
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    page.close()
    assert "image-alt" in {one["id"] for one in found["violations"]}


def test_the_dark_page_is_dark_and_its_pictures_light(browser, files):
    page = browser.new_page(color_scheme="dark")
    page.goto(files["en"].as_uri())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.querySelector('svg text')).fill")
    page.close()
    assert (ground, ink) == ("rgb(17, 22, 28)", "rgb(232, 235, 238)")


def test_on_paper_no_card_is_split_and_every_table_is_open(browser, files):
    page = browser.new_page()
    page.goto(files["en"].as_uri())
    page.emulate_media(media="print")
    inside = page.evaluate(
        "[...document.querySelectorAll('.segment')].map("
        "card => getComputedStyle(card).breakInside)"
    )
    heights = page.evaluate(
        "[...document.querySelectorAll('details table')].map("
        "table => table.getBoundingClientRect().height)"
    )
    page.close()
    assert set(inside) == {"avoid"}
    assert len(heights) == 8
    assert min(heights) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_desk_the_tables_beside_pictures_need_no_scrolling(
    browser, files, language
):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(files[language].as_uri())
    over = page.evaluate(
        "[...document.querySelectorAll('.side .scroll')].filter(one =>"
        " one.clientWidth).map(one => one.scrollWidth - one.clientWidth)"
    )
    page.close()
    assert len(over) >= 2
    assert max(over) <= 1


def test_the_keyboard_reaches_the_contents_first(browser, files):
    page = browser.new_page()
    page.goto(files["en"].as_uri())
    page.keyboard.press("Tab")
    text = page.evaluate("document.activeElement.textContent")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.close()
    assert (text, outline) == ("Skip to the contents", "solid")


def test_a_script_in_a_title_does_not_run(browser, sample, tmp_path):
    title = "<script>document.title = 'run'</script>"
    path = Report(sample.summary(title=title)).write_html(tmp_path / "evil.html")
    page = browser.new_page()
    page.goto(path.as_uri())
    found = page.title()
    page.close()
    assert found == title

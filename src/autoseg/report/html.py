"""From the summary to pages: templates, colours and pictures, nothing else."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from autoseg.report.choosing import SECTIONS
from autoseg.report.journeyplot import draw_journey
from autoseg.report.lineageplot import draw_lineage
from autoseg.report.palette import segment_colour
from autoseg.report.pictures import draw_curve, draw_map, draw_rules, draw_sizes
from autoseg.report.snakeplot import draw_snake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from markupsafe import Markup

    from autoseg.report.pictures import Picture

__all__ = ["render_page", "render_template"]

_ARROWS = {2: "▲▲", 1: "▲", 0: "", -1: "▼", -2: "▼▼"}


def render_page(data: Mapping[str, Any]) -> str:
    """Return the report as one HTML page that needs nothing beside itself.

    Parameters
    ----------
    data : mapping
        What `summarise` returns.

    Returns
    -------
    str
        The same for the same data, byte by byte.
    """
    return render_template(
        "report.html.j2",
        **data,
        style=_resource("style.css"),
        pictures=_pictures(data),
        colours=_colours(data),
        arrows=_ARROWS,
        contents=[
            (name, data[name])
            for name in SECTIONS
            if data[name] and data[name].get("drawn", True)
        ],
    )


def render_template(name: str, **fields: object) -> str:
    """Return a template of this package filled in, every field escaped."""
    return _environment().get_template(name).render(**fields)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("autoseg.report"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["drawn"] = _drawn
    return environment


def _drawn(markup: str) -> Markup:
    """Let pass what this package has drawn or written itself."""
    from markupsafe import Markup

    # matplotlib escapes the texts it draws; the style sheet holds no user's text
    return Markup(markup)  # noqa: S704


def _resource(name: str) -> str:
    return (files("autoseg.report") / "templates" / name).read_text(encoding="utf-8")


def _colours(data: Mapping[str, Any]) -> dict[int, str]:
    numbers = range(1, data["n_segments"] + 1)
    return {number: segment_colour(number) for number in numbers}


def _pictures(data: Mapping[str, Any]) -> dict[str, Picture]:
    pictures = []
    if data["sizes"] and data["sizes"]["drawn"]:
        pictures.append(draw_sizes(data["sizes"]))
    if data["snake"]:
        pictures.append(draw_snake(data["snake"]))
    if data["journey"]:
        pictures.append(draw_journey(data["journey"]))
    if data["why"]:
        if data["why"]["rules"]:
            pictures.append(draw_rules(data["why"]["rules"]))
        pictures += [draw_curve(curve) for curve in data["why"]["curves"]]
        if data["why"]["lineage"]:
            pictures.append(draw_lineage(data["why"]["lineage"]))
    if data["map"]:
        pictures.append(draw_map(data["map"]))
    return {picture.name: picture for picture in pictures}

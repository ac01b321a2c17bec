"""What the package shows to the world, and what importing it costs."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
from enum import EnumType
from pathlib import Path

import numpydoc.validate
import pytest

import autoseg

ROOMS = [
    "api",
    "clustering",
    "datasets",
    "engines",
    "errors",
    "features",
    "locales",
    "model",
    "profiles",
    "report",
    "report.plots",
    "tables",
]
HEAVY = ["duckdb", "jinja2", "matplotlib", "numpy", "pandas", "pyspark", "scipy"]
HEAVY += ["sklearn", "sqlglot", "statsmodels", "umap"]


def in_fresh_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_every_name_can_be_had_and_the_list_is_sorted():
    assert list(autoseg.__all__) == sorted(autoseg.__all__)
    for name in autoseg.__all__:
        assert getattr(autoseg, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'segments'"):
        _ = autoseg.segments


def test_dir_lists_the_public_names():
    assert dir(autoseg) == sorted(autoseg.__all__)


@pytest.mark.parametrize("statement", ["import autoseg", "import autoseg.cli"])
def test_importing_loads_nothing_heavy(statement):
    loaded = in_fresh_python(
        f"{statement}\nimport sys\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert loaded == ""


def test_looking_at_a_name_loads_its_room_only():
    loaded = in_fresh_python(
        "import autoseg, sys\nautoseg.InputError\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert loaded == ""


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_hold_what_they_list(room):
    module = importlib.import_module(f"autoseg.{room}")
    assert module.__all__
    for name in module.__all__:
        assert hasattr(module, name)


def modules() -> list[str]:
    names = ["autoseg"]
    names += [
        module.name
        for module in pkgutil.walk_packages(autoseg.__path__, prefix="autoseg.")
    ]
    return names


def test_every_module_lists_its_names():
    without = [
        name
        for name in modules()
        if not hasattr(importlib.import_module(name), "__all__")
    ]
    assert without == []


def public_objects() -> list[str]:
    found = set()
    for room in ROOMS:
        module = importlib.import_module(f"autoseg.{room}")
        for name in module.__all__:
            value = getattr(module, name)
            # the constructor of an enumeration or a protocol is Python's own
            if isinstance(value, EnumType) or getattr(value, "_is_protocol", False):
                continue
            if inspect.isclass(value) or inspect.isfunction(value):
                found.add(f"{value.__module__}.{value.__qualname__}")
    return sorted(found)


# GL: general layout; SS: summary; PR: parameters; RT: returns.
CHECKED = {"GL01", "GL02", "GL03", "GL06", "GL07", "GL08", "SS02", "SS03", "SS05"}
CHECKED |= {"PR01", "PR02", "PR03", "PR04", "RT01", "RT03"}
# the first lines of a docstring stand on its first line; RT03 wants a sentence for
# each return value, which a type that speaks for itself does not need
CHECKED -= {"GL01", "RT03"}


@pytest.mark.parametrize("name", public_objects())
def test_public_docstrings_are_whole(name):
    problems = [
        f"{code} {text}"
        for code, text in numpydoc.validate.validate(name)["errors"]
        if code in CHECKED
    ]
    assert problems == []


def test_the_readme_never_tells_to_install_another_projects_package():
    readme = Path(__file__).parents[1] / "README.md"
    assert "pip install autoseg\n" not in readme.read_text(encoding="utf-8")

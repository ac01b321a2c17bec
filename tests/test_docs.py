"""The documentation says what is there, and what it says runs."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import typer.main

import autoseg
from autoseg import features
from autoseg.cli.main import app
from autoseg.features import CATALOGUE, feature_name
from autoseg.features.rollups import ROLLUPS
from autoseg.features.sources import SOURCES
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.tables import FITNESS_CODES, ROLES

ROOT = Path(__file__).parents[1]
FEATURES = "docs/guide/features.md"
COMMANDS = typer.main.get_command(app).commands


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_in_the_docs_and_has_help(name):
    page = text("docs/cli.md")
    command = COMMANDS[name]
    assert f"`autoseg {name}" in page
    assert command.help
    for option in command.params:
        if option.param_type_name == "option" and "--help" not in option.opts:
            assert option.help, option.name
            long_names = [name for name in option.opts if name.startswith("--")]
            assert any(f"{name}`" in page or f"{name} " in page for name in long_names)


def test_every_public_name_is_in_the_reference():
    page = text("docs/reference.md")
    missing = [name for name in autoseg.__all__ if name not in page]
    assert missing == []


def test_the_first_two_blocks_of_the_readme_do_all_the_set_up():
    blocks = re.findall(r"```console\n(.*?)```", text("README.md"), re.DOTALL)
    assert blocks[0].strip() == (
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/autoseg demo"
    )
    assert blocks[1].strip() == (
        'python3 -m venv .venv && .venv/bin/pip install -e ".[dev]" && .venv/bin/pytest'
    )


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", text("README.md"), re.DOTALL)
    with pytest.warns(autoseg.InputWarning):
        exec("\n".join(blocks), {})  # noqa: S102
    assert (tmp_path / "segments.html").stat().st_size > 10_000


def test_the_python_of_the_page_on_features_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", text(FEATURES), re.DOTALL)
    with pytest.warns(autoseg.InputWarning):
        exec("\n".join(blocks), {})  # noqa: S102


def test_what_the_page_on_features_says_in_comments_is_so():
    said = re.findall(r"^(.+?)  # ('.*')$", text(FEATURES), re.MULTILINE)
    assert len(said) >= 2
    for expression, value in said:
        assert repr(eval(expression, vars(features))) == value  # noqa: S307


def test_every_decision_has_a_heading_and_the_guide_a_page_a_stage():
    pages = {path.stem for path in (ROOT / "docs" / "guide").glob("*.md")}
    assert pages >= {
        "your-data",
        "features",
        "clustering",
        "profiles",
        "model",
        "report",
    }


def test_credits_stand_where_the_data_are_shown():
    for name in ("README.md", "NOTICE"):
        assert "10.24432/C5BW33" in text(name)


def test_every_column_and_alias_is_on_the_page():
    page = text("docs/guide/your-data.md")
    begin, end = "<!-- columns: begin -->\n", "\n<!-- columns: end -->"
    assert page.split(begin)[1].split(end)[0] == columns_table()


def test_every_code_is_on_the_page_and_no_other():
    page = text("docs/guide/your-data.md")
    listed = re.findall(r"^\| `(ASG_[EW]_[A-Z_]+)` \|", page, re.MULTILINE)
    assert listed == sorted(set(listed))
    known = {code for name in sources() for code in CODE.findall(name)} | FITNESS_CODES
    assert set(listed) - known == set(), "no code of these is left in the package"
    by_reason = set(re.findall(r"`(ASG_[EW]_[A-Z_]+)`", page)) - set(listed)
    assert known - by_reason - set(listed) == set(), "these are missing on the page"


def test_every_reason_is_on_the_page_with_its_codes():
    page = text("docs/guide/your-data.md")
    listed = re.findall(
        r"^\| `([a-z_]+)` \| [^|]+ \| `ASG_W_(\w+)`", page, re.MULTILINE
    )
    assert [reason.upper() for reason, _ in listed] == [code for _, code in listed]
    prefix = "report.dropped."
    texts = load_catalogue("en").texts
    known = {key.removeprefix(prefix) for key in texts if key.startswith(prefix)}
    assert {reason for reason, _ in listed} == known


def test_the_page_of_the_catalogue_holds_every_entry():
    page = catalogue_page()
    for feature in CATALOGUE.values():
        name = f"**`{feature.name}`**" if feature.clustering else f"`{feature.name}`"
        (row,) = re.findall(
            rf"^\| {re.escape(name)} \| {feature.unit} \| .*$", page, re.MULTILINE
        )
        cells = re.split(r"(?<!\\)\|", row)[1:-1]
        assert len(cells) == 6
        _, _, what, missing, filled, needs = (cell.strip() for cell in cells)
        assert what
        assert missing
        assert (filled == "") == (feature.missing == "never")
        assert len(needs.split(", ")) == max(1, len(feature.needs))
        assert (needs == "") == (not feature.needs)
        assert page.count(f"Definition of <code>{feature.name}</code>") == 1
        assert f"\n{feature.meaning}\n" in page
        names = " | ".join(feature_name(feature, language) for language in LANGUAGES)
        assert f"| `{feature.name}` | {names} |\n" in page
    for name in (*SOURCES, *ROLLUPS):
        assert f"| `{name}` | " in page


def test_the_page_of_the_catalogue_has_no_braces_and_no_lines_out_of_its_tables():
    page = catalogue_page()
    assert "{" not in page
    assert page.count("<details>") == page.count("</details>")
    assert page.count("```") % 2 == 0
    assert "](features.md)" in page
    assert "](catalogue.md" in text(FEATURES)


def test_features_named_from_data_are_those_on_the_page_of_the_catalogue():
    grocery = autoseg.datasets.load_grocery()
    shops = grocery.transactions["store_id"].astype("str")
    events = grocery.events.assign(device=grocery.events["event_type"])
    with pytest.warns(autoseg.InputWarning):
        table = autoseg.compute_features(
            grocery.transactions.assign(channel=shops),
            customers=grocery.customers.assign(points=grocery.customers.index % 97),
            events=events,
        )
    page = catalogue_page()
    named = [one for one in table.features if one.name not in CATALOGUE]
    for feature in named:
        assert f"| `{pattern(feature)}` | {feature.unit} | " in page
    assert len({pattern(feature) for feature in named}) == 4


def pattern(feature):
    """Return how the page writes the name of a feature that the data give one to."""
    for column in ("channel", "device"):
        if feature.name.startswith(f"{column}_share_"):
            return f"{column}_share_<{column}>"
    return "attribute_<column>_<value>" if feature.level else "attribute_<column>"


def catalogue_page() -> str:
    """Return the page as the build of the documentation writes it."""
    spec = importlib.util.spec_from_file_location(
        "catalogue", ROOT / "docs" / "catalogue.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.catalogue_page()


CODE = re.compile(r"ASG_[EW]_[A-Z_]*[A-Z]\b")


def sources() -> list[str]:
    """Return the package's sources."""
    files = sorted((ROOT / "src" / "autoseg").rglob("*.py"))
    return [file.read_text(encoding="utf-8") for file in files]


def columns_table() -> str:
    """Return the columns of all tables as they stand in the guide."""
    lines = ["| table | column | what | also called |", "| --- | --- | --- | --- |"]
    for role, columns in ROLES.items():
        for column in columns:
            name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
            what = f"{column.kind}, {column.unit}" if column.unit else column.kind
            called = ", ".join(column.aliases)
            lines.append(f"| {role} | {name} | {what} | {called} |")
    return "\n".join(lines)

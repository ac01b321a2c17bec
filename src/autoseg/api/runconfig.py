"""The file that says what an unattended run does, read and checked as a whole."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from autoseg.api.runinputs import read_inputs
from autoseg.api.runkeys import SECTIONS, check_keys
from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from autoseg.api.runinputs import RunInputs

__all__ = ["RunConfig", "read_config", "told_folder"]

_CODE = "ASG_E_CONFIG"
_FOLDER = "autoseg-out"
_NAMED_FROM_DATA = ("attribute_", "channel_share_", "device_share_")


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What an unattended run does.

    Parameters
    ----------
    path : pathlib.Path
        The file it was read from.
    inputs : RunInputs
        The tables and how they are read.
    segments : mapping of str to object
        Keywords of `autoseg.segment` about segments.
    files : mapping of str to object
        Keywords of `Segmentation.files`.
    folder : pathlib.Path
        Where the results go.
    keep : int
        How many sets of results stay.
    machine : mapping of str to object
        Keywords of `autoseg.segment` about the machine.
    digest : str
        Digest of all that the results depend on beside the tables.
    """

    path: Path
    inputs: RunInputs
    segments: Mapping[str, Any]
    files: Mapping[str, Any]
    folder: Path
    keep: int
    machine: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""


def read_config(path: Path, *, as_of: date | str | None = None) -> RunConfig:
    """Return what a config file says, checked as a whole.

    Parameters
    ----------
    path : pathlib.Path
        A TOML file. Paths in it begin where it is.
    as_of : datetime.date or str, optional
        The day from whose start on is looked back, in place of the file's.

    Returns
    -------
    RunConfig

    Raises
    ------
    InputError
        If it cannot be used (``ASG_E_CONFIG``); with everything that is wrong in it.
    """
    given = _parsed(path)
    sections, findings = check_keys(given, path.name)
    window = dict(sections["window"])
    if as_of is not None:
        window["as_of"] = as_of
    inputs = read_inputs(sections["input"], window, path, findings)
    output, report = sections["output"], sections["report"]
    playbook = _playbook(report.get("playbook"), path, findings)
    machine = _machine(sections["machine"], path, findings)
    findings += _unknown_features(sections["segments"].get("features", []), path)
    if findings:
        raise InputError(findings)
    return RunConfig(
        path=path,
        inputs=inputs,
        segments=_segments(sections["segments"]),
        files={
            "language": tuple(report.get("languages", ("en",))),
            "formats": tuple(report.get("formats", ("html",))),
            "title": report.get("title"),
            "playbook": playbook,
            "min_customers": report.get("min_customers", 100),
            "raw_csv": output.get("raw_csv", False),
            "assignments": output.get("assignments", "csv"),
        },
        folder=path.parent / output.get("folder", _FOLDER),
        keep=output.get("keep", 2),
        machine=machine,
        digest=_digest(sections | {"window": window}, inputs, playbook),
    )


def told_folder(path: Path) -> Path | None:
    """Return where the results of a config go that is wrong elsewhere.

    Parameters
    ----------
    path : pathlib.Path
        The config.

    Returns
    -------
    pathlib.Path or None
        None where not even that can be told.
    """
    try:
        sections, findings = check_keys(_parsed(path), path.name)
    except InputError:
        return None
    if any("[output] folder" in finding.source for finding in findings):
        return None
    name: str = sections["output"].get("folder", _FOLDER)
    return path.parent / name


def _parsed(path: Path) -> dict[str, Any]:
    try:
        # a byte order mark is what Windows editors put first
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        found = f"the config cannot be read ({error.strerror or error})"
    except UnicodeDecodeError:
        found = "the config is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        found = f"the config is not TOML: {error}"
    fix = "'autoseg run --example' prints one that works"
    raise InputError(Finding(_CODE, str(path), found, fix))


def _segments(given: Mapping[str, Any]) -> dict[str, Any]:
    names = {"seed": "random_state"}
    told = {names.get(key, key): value for key, value in given.items()}
    if "target" in told:
        band = told["target"]
        told["target"] = (band, band) if isinstance(band, int) else tuple(band)
    return told


def _unknown_features(names: list[str], path: Path) -> Iterator[Finding]:
    from autoseg.features import CATALOGUE

    where = f"{path.name}, [segments] features"
    for name in names:
        # whether the data have what others are named from, only the data tell
        if name not in CATALOGUE and not name.startswith(_NAMED_FROM_DATA):
            near = get_close_matches(name, CATALOGUE, n=1)
            fix = f"did you mean '{near[0]}'" if near else "see the catalogue"
            yield Finding(_CODE, where, f"there is no feature '{name}'", fix)


def _machine(
    given: Mapping[str, Any], path: Path, findings: list[Finding]
) -> dict[str, Any]:
    names = {"threads": "n_jobs"}
    told = {names.get(key, key): value for key, value in given.items()}
    if "temp_directory" in told:
        told["temp_directory"] = path.parent / told["temp_directory"]
        if not told["temp_directory"].is_dir():
            where = f"{path.name}, [machine] temp_directory"
            found = f"there is no folder '{told['temp_directory']}'"
            findings.append(Finding(_CODE, where, found, "make it, or name another"))
    return told


def _playbook(name: str | None, path: Path, findings: list[Finding]) -> Path | None:
    from autoseg.profiles.playfile import read_plays

    if name is None:
        return None
    file = path.parent / name
    try:
        read_plays(file)
    except InputError as error:
        where = f"{path.name}, [report] playbook"
        findings += [
            Finding(_CODE, where, f"{wrong.source}: {wrong.found}", wrong.fix)
            for wrong in error.findings
        ]
    return file


def _digest(
    sections: Mapping[str, Mapping[str, Any]], inputs: RunInputs, playbook: Path | None
) -> str:
    """Return a digest of the settings, whatever the words between them.

    The machine is not in it, as no result depends on it; nor is the text of secrets.
    """
    from importlib.metadata import version

    said = {name: sections[name] for name in SECTIONS if name != "machine"}
    said["input"] = {
        key: value for key, value in said["input"].items() if key != "database"
    }
    plays = b"" if playbook is None else playbook.read_bytes()
    told = [version("autoseg-customers"), said, inputs.named, plays.hex()]
    text = json.dumps(told, default=str, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()

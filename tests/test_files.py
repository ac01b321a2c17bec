"""Results appear whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from autoseg.errors import OutputError
from autoseg.files import writable_folder, write_files


def test_a_folder_is_made_with_its_parents(tmp_path):
    assert writable_folder(tmp_path / "a" / "b").is_dir()


def test_proving_that_a_folder_can_be_written_leaves_nothing_in_it(tmp_path):
    assert list(writable_folder(tmp_path).iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match=r"ASG_E_OUTPUT: .*out: cannot be written"):
        writable_folder(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_that_is_no_place_for_files_is_refused():
    with pytest.raises(OutputError, match="cannot be written to"):
        writable_folder("/proc/autoseg")


def test_files_are_written_in_order_with_usual_permissions(tmp_path):
    written = write_files(tmp_path, {"b.txt": b"2", "a.txt": b"1"})
    assert [path.name for path in written] == ["b.txt", "a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"1"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o666 & ~umask


def test_old_files_stay_and_no_scraps_are_left_when_writing_fails(
    tmp_path, monkeypatch
):
    (tmp_path / "segments.csv").write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"could not be written \(No space left"):
        write_files(tmp_path, {"segments.csv": b"new", "report.html": b"new"})
    assert (tmp_path / "segments.csv").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["segments.csv"]


def test_nothing_appears_when_a_later_file_cannot_be_staged(tmp_path, monkeypatch):
    import tempfile

    real, calls = tempfile.mkstemp, []

    def second_fails(**keywords: object) -> tuple[int, str]:
        calls.append(keywords)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(**keywords)

    monkeypatch.setattr(tempfile, "mkstemp", second_fails)
    with pytest.raises(OutputError, match="No space left"):
        write_files(tmp_path, {"a": b"1", "b": b"2"})
    assert list(Path(tmp_path).iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_an_output_error(tmp_path):
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OutputError, match="could not be written"):
        write_files(tmp_path, {"report.html": b"text"})
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]

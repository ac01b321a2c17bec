"""Results appear whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autoseg.errors import OutputError
from autoseg.files import claimed_folder, writable_folder, write_files


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


def test_a_folder_is_claimed_for_one_process_and_left_clean(tmp_path):
    with claimed_folder(tmp_path / "out") as folder:
        # a claim within a claim of the same process is no conflict
        with claimed_folder(tmp_path / "out"):
            pass
        assert [path.name for path in folder.iterdir()] == [".autoseg.lock"]
    assert list((tmp_path / "out").iterdir()) == []


def in_another_process(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"from autoseg.files import claimed_folder\n{code}"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_process_is_told_who_is_writing(tmp_path):
    with claimed_folder(tmp_path):
        other = in_another_process(f"claimed_folder({str(tmp_path)!r}).__enter__()")
    found = f"ASG_E_OUTPUT: {tmp_path}: another run (pid {os.getpid()}) is writing"
    assert found in other.stderr


def test_a_claim_of_a_process_that_was_killed_does_not_count(tmp_path):
    killed = in_another_process(
        "import os, signal\n"
        # kept in a name, or it would be let go of at once
        f"claim = claimed_folder({str(tmp_path)!r})\n"
        "claim.__enter__()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / ".autoseg.lock").exists()
    with claimed_folder(tmp_path) as folder:
        assert folder == tmp_path


def test_a_full_disk_leaves_the_old_files_and_no_scraps(tmp_path):
    (tmp_path / "segments.csv").write_bytes(b"old")
    code = (
        "import resource\n"
        "from pathlib import Path\n"
        "from autoseg.files import write_files\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"write_files(Path({str(tmp_path)!r}), {{'segments.csv': b'x' * 5000}})"
    )
    done = in_another_process(code)
    assert f"ASG_E_OUTPUT: {tmp_path}: could not be written (File too la" in done.stderr
    assert (tmp_path / "segments.csv").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["segments.csv"]

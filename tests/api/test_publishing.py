"""A set of files is published whole or not at all, and the next run clears up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autoseg.api.publishing import (
    check_place,
    clear_scraps,
    current_run,
    publish,
    run_id,
)
from autoseg.errors import OutputError

OLD = {"a.txt": b"1", "b.txt": b"2"}
NEW = {"a.txt": b"3", "c.txt": b"4"}


def shown(folder: Path) -> dict[str, bytes]:
    """Return what a reader of `current` finds."""
    return {path.name: path.read_bytes() for path in (folder / "current").iterdir()}


def test_current_leads_to_the_latest_set_and_only_to_it(tmp_path):
    publish(tmp_path, OLD, keep=2)
    assert shown(tmp_path) == OLD
    target = publish(tmp_path, NEW, keep=2)
    assert shown(tmp_path) == NEW
    assert current_run(tmp_path) == target
    assert not Path(tmp_path / "current").readlink().is_absolute()


def test_the_name_is_a_digest_that_tells_names_and_contents_apart(tmp_path):
    assert publish(tmp_path, OLD, keep=1).name == run_id(OLD)[:12]
    different = [
        {"ab": b"c"},
        {"a": b"bc"},
        {"a": b"b", "c": b""},
        {"a": b"", "bc": b""},
    ]
    assert len({run_id(contents) for contents in different}) == 4


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_the_oldest_sets_go_and_what_is_not_ours_stays(tmp_path, keep):
    sets = [{"a.txt": str(number).encode()} for number in range(4)]
    (tmp_path / "runs" / "notes").mkdir(parents=True)
    names = [publish(tmp_path, contents, keep=keep).name for contents in sets]
    left = {path.name for path in (tmp_path / "runs").iterdir()}
    assert left == {"notes", *names[-keep:]}


def test_a_set_that_comes_again_is_the_latest(tmp_path):
    first = publish(tmp_path, OLD, keep=2)
    publish(tmp_path, NEW, keep=2)
    assert publish(tmp_path, OLD, keep=2) == first
    assert shown(tmp_path) == OLD
    third = publish(tmp_path, {"a.txt": b"5"}, keep=2)
    assert set((tmp_path / "runs").iterdir()) == {first, third}


def test_a_set_that_someone_changed_is_not_taken_for_the_one_of_its_name(tmp_path):
    first = publish(tmp_path, OLD, keep=2)
    (first / "a.txt").write_bytes(b"changed")
    second = publish(tmp_path, OLD, keep=2)
    assert second.name == run_id(OLD)[:24]
    assert shown(tmp_path) == OLD
    # a report that someone wrote beside the files is no change of them
    (second / "report-da.html").write_bytes(b"mine")
    assert publish(tmp_path, OLD, keep=2) == second


def test_sets_that_hold_other_things_than_they_say_are_not_overwritten(tmp_path):
    for length in (12, 24, 64):
        (tmp_path / "runs" / run_id(OLD)[:length]).mkdir(parents=True)
    with pytest.raises(OutputError, match="holds other files than its name says"):
        publish(tmp_path, OLD, keep=2)


def test_a_full_disk_leaves_the_old_set(tmp_path, monkeypatch):
    publish(tmp_path, OLD, keep=2)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match=r"could not be written \(No space left"):
        publish(tmp_path, NEW, keep=2)
    assert shown(tmp_path) == OLD
    clear_scraps(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "runs"]


def test_scraps_of_every_kind_are_cleared_and_nothing_else(tmp_path):
    (tmp_path / ".autoseg-new").mkdir()
    (tmp_path / ".autoseg-new" / "a.txt").write_bytes(b"1")
    (tmp_path / ".autoseg-link").symlink_to("runs")
    (tmp_path / ".autoseg-x1y2").write_bytes(b"{}")
    (tmp_path / ".autoseg.lock").write_bytes(b"")
    (tmp_path / "mine.txt").write_bytes(b"")
    clear_scraps(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {".autoseg.lock", "mine.txt"}


def test_scraps_that_cannot_be_cleared_are_an_error(tmp_path, monkeypatch):
    (tmp_path / ".autoseg-x1y2").write_bytes(b"{}")

    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OutputError, match=r"could not be written \(Permission denied"):
        clear_scraps(tmp_path)


def test_a_folder_of_the_users_in_the_place_of_the_link_is_refused(tmp_path):
    (tmp_path / "current").mkdir()
    with pytest.raises(OutputError, match=r"current: is no link that autoseg made"):
        check_place(tmp_path)
    assert current_run(tmp_path) is None


def test_a_link_of_the_users_in_the_place_of_the_link_is_refused(tmp_path):
    (tmp_path / "current").symlink_to("elsewhere")
    with pytest.raises(OutputError, match=r"current: is no link that autoseg made"):
        check_place(tmp_path)


def test_a_file_in_the_place_of_the_sets_is_refused(tmp_path):
    (tmp_path / "runs").write_bytes(b"")
    with pytest.raises(OutputError, match=r"runs: is no folder"):
        check_place(tmp_path)


def test_a_file_system_without_links_is_told_of_before_the_work(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    with pytest.raises(OutputError, match=r"no link can be made there \(Operation not"):
        check_place(tmp_path)


# publishes a set as a run does, killed before its n-th step on the disk, for every n
DRIVER = """
import json, os, shutil, signal, sys
from pathlib import Path
from autoseg.api import running
from autoseg.api.publishing import publish
from autoseg.api.runstatus import RunStatus

home, out = Path(sys.argv[1]), Path(sys.argv[1]) / "out"
old, new = {"a.txt": b"1", "b.txt": b"2"}, {"a.txt": b"3", "c.txt": b"4"}
running._work = lambda *_: (None, new)
RunStatus.found = lambda *_: None
# a kill takes nothing from what was written, on disk or not
os.fsync = lambda _: None
running.read_config(home / "run.toml")


def run_killed_before(step):
    child = os.fork()
    if not child:
        left = [step]

        def count(event, arguments):
            ours = any("out" in str(one) or ".autoseg" in str(one) for one in arguments)
            if ours and event.partition(".")[0] in {"os", "open", "shutil"}:
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        running.run(home / "run.toml")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def shown():
    return {path.name: path.read_bytes() for path in (out / "current").iterdir()}


step, seen, code = 0, [], -signal.SIGKILL
while code == -signal.SIGKILL:
    step += 1
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    publish(out, old, keep=1)
    (out / "status.json").write_text("{}")
    code = run_killed_before(step)
    found = shown()
    assert found in (old, new), (step, found)
    seen.append(found == new)
    json.loads((out / "status.json").read_text())
    # the next run succeeds, and leaves nothing but the new set
    running.run(home / "run.toml")
    assert shown() == new
    assert sorted(os.listdir(out)) == ["current", "runs", "status.json"], step
    assert len(os.listdir(out / "runs")) == 1
assert code == 0, code
print(step - 1, seen.count(False), seen.count(True) - 1)
"""


def test_a_kill_before_any_step_on_the_disk_leaves_one_set_or_the_other(tmp_path):
    (tmp_path / "orders.csv").write_text("customer_id,timestamp,amount\n")
    (tmp_path / "run.toml").write_text(
        "[input]\ntransactions = 'orders.csv'\n[output]\nfolder = 'out'\nkeep = 1\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DRIVER, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    n_kills, n_old, n_new = map(int, done.stdout.split())
    # on both sides of the switch
    assert n_old + n_new == n_kills
    assert n_old > 20
    assert n_new > 5

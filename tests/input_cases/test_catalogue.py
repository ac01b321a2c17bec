"""The catalogue of bad input is whole: each of its 99 cases is tested somewhere."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
# cases that are about what is written, not about what is read
ELSEWHERE = {
    20: "tests/test_files.py",  # a full disk, a write that breaks off
    21: "tests/cli/test_bad_input.py",  # a folder that cannot be written to
    22: "tests/test_files.py",  # two runs to one folder
    23: "tests/cli/test_program.py",  # an interrupt, a reader that leaves
    89: "tests/test_spreadsheet.py",  # cells that a spreadsheet would run
    98: "tests/engines/test_embedded.py",  # an engine that reads no file any more
}
# a saved model is not read yet, so nothing can be wrong with one
WITHOUT_MODELS = {88, 94, 95, 96, 97}


def test_every_case_from_b01_to_b99_has_its_test():
    tests = "".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    here = {int(number) for number in re.findall(r"def test_b(\d\d)_", tests)}
    assert not here & (ELSEWHERE.keys() | WITHOUT_MODELS)
    assert here | ELSEWHERE.keys() | WITHOUT_MODELS == set(range(1, 100))


def test_what_is_tested_elsewhere_is_there():
    root = HERE.parents[1]
    assert [path for path in ELSEWHERE.values() if not (root / path).is_file()] == []

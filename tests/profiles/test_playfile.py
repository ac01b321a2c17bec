"""A company's own plays: what is used of them, and all that can be wrong at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autoseg.errors import InputError
from autoseg.profiles import make_playbook, profile_segments
from autoseg.profiles.playfile import MAX_LENGTH, read_plays

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from autoseg.features import FeatureTable

OWN = """
[one_time]
treatment = "phone"
[one_time.en]
goal = "Get to know them."
offer = "A cup of coffee in the shop."
message = "Come and see us."
avoid = "Do not send vouchers: 10% is < nothing."
timing = "Call before noon."
[one_time.nb]
goal = "Bli kjent med dem."
offer = "En kopp kaffe i butikken."
message = "Kom innom."
avoid = "Ikke send kuponger."
""".replace("< nothing", "little")


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "plays.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def problems(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(InputError) as told:
        read_plays(written(folder, text))
    return str(told.value).split("\n")


def test_own_texts_stand_in_place_of_the_standard_ones(
    tmp_path: Path, planted: tuple[FeatureTable, np.ndarray]
) -> None:
    profiles = profile_segments(*planted)
    standard = make_playbook(profiles)
    file = written(tmp_path, OWN)
    own = make_playbook(profiles, file=file)
    changed = [play for play in own if play.key == "one_time"]
    assert changed
    for play in changed:
        assert play.treatment == "phone"
        assert play.goal == "Get to know them."
        assert play.offer == "A cup of coffee in the shop."
        assert play.avoid == "Do not send vouchers: 10% is little."
        assert play.timing == "Call before noon."
        # what the file leaves open comes from the data, as ever
        assert play.frequency == standard[play.number - 1].frequency
        assert play.measure == standard[play.number - 1].measure
    for before, after in zip(standard, own, strict=True):
        assert before == after or after in changed
    norwegian = make_playbook(profiles, "nb", file=str(file))
    assert [one.goal for one in norwegian if one.key == "one_time"] == [
        "Bli kjent med dem."
    ]
    # a language that the file does not have is the standard play's
    danish = make_playbook(profiles, "da", file=file)
    assert [one.goal for one in danish] == [
        one.goal for one in make_playbook(profiles, "da")
    ]


def test_own_treatments_decide_what_may_be_merged(
    tmp_path: Path, planted: tuple[FeatureTable, np.ndarray]
) -> None:
    profiles = profile_segments(*planted)
    assert make_playbook(profiles).merge_candidates == ()
    keys = sorted({one.action for one in profiles.segments})
    file = written(
        tmp_path, "\n".join(f'[{key}]\ntreatment = "letter"' for key in keys)
    )
    pairs = make_playbook(profiles, file=file).merge_candidates
    assert pairs == ((1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4))


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        f"""
[championes.en]
goal = "Keep them."
[loyal.en]
goal = "<b>Keep them.</b>"
offer = "[Click](http://example.com)"
message = "{"m" * (MAX_LENGTH + 1)}"
[new.fr]
goal = "Bonjour."
[lost]
colour = "red"
[lost.sv]
goal = ""
offer = 3
message = "Hej."
avoid = "Nej."
reward = "Guld"
""",
    )
    where = tmp_path / "plays.toml"
    assert [line.split(": Fix")[0].split(" Fix:")[0] for line in told] == [
        f"ASG_E_PLAY_KEY: {where}: championes: no play 'championes' is known.",
        f"ASG_E_PLAY_FIELD: {where}: loyal.en: no avoid.",
        f"ASG_E_PLAY_MARKUP: {where}: loyal.en: goal holds markup, a line break or an"
        " invisible mark.",
        f"ASG_E_PLAY_MARKUP: {where}: loyal.en: offer holds markup, a line break or an"
        " invisible mark.",
        f"ASG_E_PLAY_LENGTH: {where}: loyal.en: message has 501 letters.",
        f"ASG_E_PLAY_LANGUAGE: {where}: new.fr: no texts are read in 'fr'.",
        f"ASG_E_PLAY_FIELD: {where}: lost: 'colour' is not used.",
        f"ASG_E_PLAY_FIELD: {where}: lost.sv: goal is no text.",
        f"ASG_E_PLAY_FIELD: {where}: lost.sv: offer is no text.",
        f"ASG_E_PLAY_FIELD: {where}: lost.sv: 'reward' is not used.",
    ]
    assert "use one of about_to_sleep, at_risk, average" in told[0]
    assert "Fix: use en, nb, da, sv." in told[5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("new = 3", "ASG_E_PLAY_FIELD: .*: new: it holds no texts"),
        ("[new]", "ASG_E_PLAY_FIELD: .*: new: it holds no texts"),
        ("[new]\nen = 'x'", "ASG_E_PLAY_FIELD: .*: new.en: it is no table"),
        ("[new]\ntreatment = 1", "ASG_E_PLAY_FIELD: .*: new: treatment is no text"),
        ("[new]\ntreatment = 'a\u202eb'", "ASG_E_PLAY_MARKUP: .*: new: treatment"),
        ("[new", "ASG_E_PLAY_FILE: .*: it is not TOML"),
        (b"\xff\xfe", "ASG_E_PLAY_FILE: .*: it is not UTF-8"),
    ],
)
def test_odd_files_are_refused(text: str | bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read_plays(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ASG_E_PLAY_FILE: .*: No such file"):
        read_plays(tmp_path / "none.toml")
    with pytest.raises(InputError, match=r"ASG_E_PLAY_FILE: .*: Is a directory"):
        read_plays(tmp_path)


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    plays = read_plays(written(tmp_path, b"\xef\xbb\xbf" + OWN.encode()))
    assert set(plays.texts) == {("one_time", "en"), ("one_time", "nb")}
    assert plays.treatments == {"one_time": "phone"}

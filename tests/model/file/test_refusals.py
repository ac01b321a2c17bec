"""Files that someone broke, or made to break something: all refused, nothing run."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.errors import InputError
from autoseg.model import load_model, model_bytes
from autoseg.model.container import pack

MB = 2**20


class Payload:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (Path(self.path),))


@pytest.fixture(scope="session")
def trap(tmp_path_factory):
    """Return a file that must not be there in the end."""
    path = tmp_path_factory.mktemp("trap") / "was-here"
    yield path
    assert not path.exists()


@pytest.fixture(scope="session")
def good(make_model):
    return model_bytes(make_model("full"))


def members(good):
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        return {name: package.read(name) for name in package.namelist()[:-1]}


def with_member(good, name, content):
    return pack({**members(good), name: content})


def edited(good, change):
    """Return a file with another manifest, and with the sums that fit it."""
    manifest = json.loads(members(good)["manifest.json"])
    change(manifest)
    return with_member(good, "manifest.json", json.dumps(manifest).encode())


def zipped(*contents, method=zipfile.ZIP_STORED, behind=b""):
    """Return what Python's own zipfile makes of members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in contents:
            package.writestr(name, content)
        package.comment = behind
    return out.getvalue()


def npy(array, **options):
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


def links(good):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in members(good).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            package.writestr(info, content)
        package.writestr("SHA256SUMS", members(pack(members(good)))["manifest.json"])
    return out.getvalue()


def overlapping(good):
    """Return a zip in whose directory every member is the first one."""
    content = bytearray(good)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 42 : place + 46] = struct.pack("<L", 0)
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def patched(good, offset, form, value):
    content = bytearray(good)
    struct.pack_into(form, content, offset, value)
    return bytes(content)


def pickled(trap):
    return pickle.dumps(Payload(trap))


def joblibbed(trap, compress):
    out = io.BytesIO()
    joblib.dump(Payload(trap), out, compress=compress)
    return out.getvalue()


def header(shape, *, descr="'<f8'", order="False"):
    told = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"
    told += " " * (-(len(told) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(told)) + told.encode()


MEANS = "means.npy"
CORPUS = {
    "nothing": (lambda _, __: b"", "it is empty"),
    "text": (lambda _, __: b"customer,segment\n", "does not begin as a model does"),
    "pickle": (lambda _, trap: pickled(trap), "is a Python pickle"),
    "old pickle": (
        lambda _, trap: pickle.dumps(Payload(trap), protocol=0),
        "does not begin as a model does",
    ),
    "joblib": (lambda _, trap: joblibbed(trap, 0), "is a Python pickle"),
    "joblib, packed": (lambda _, trap: joblibbed(trap, 3), "such as joblib writes"),
    "gzip": (lambda g, _: gzip.compress(g), "such as gzip writes"),
    "array": (lambda _, __: npy(np.zeros(3)), "is an array of NumPy's"),
    "parquet": (lambda _, __: b"PAR1" + bytes(99), "is a Parquet file"),
    "empty zip": (lambda _, __: zipped(), "does not begin as a model does"),
    "document": (
        lambda _, __: zipped(("[Content_Types].xml", "<x/>"), ("word/a.xml", "")),
        r"begins with '\[Content_Types\]\.xml', so it is a zip but no model",
    ),
    "too large": (lambda g, _: g + bytes(16 * MB), "larger than 16 MB"),
    "bytes before": (lambda g, _: b"#!/bin/sh\n" + g, "does not begin as a model does"),
    "bytes behind": (lambda g, _: g + b"\0", "not packed as autoseg packs"),
    "a second zip behind": (lambda g, _: g + g, "not packed as autoseg packs"),
    "a comment": (
        lambda g, _: g[:-2] + struct.pack("<H", 4) + b"note",
        "not packed as autoseg packs",
    ),
    "deflated": (
        lambda g, _: zipped(*members(g).items(), method=zipfile.ZIP_DEFLATED),
        "'manifest.json' in it is compressed",
    ),
    "bomb": (
        lambda _, __: zipped(
            ("manifest.json", bytes(20 * MB)), method=zipfile.ZIP_DEFLATED
        ),
        "'manifest.json' in it is compressed",
    ),
    "overlapping": (lambda g, _: overlapping(g), "not packed as autoseg packs"),
    "huge size": (
        lambda g, _: patched(patched(g, 18, "<L", 2**32 - 2), 22, "<L", 2**32 - 2),
        "is longer than the file",
    ),
    "other size unpacked": (
        lambda g, _: patched(g, 22, "<L", 2**32 - 2),
        "'manifest.json' in it is compressed",
    ),
    "encrypted": (lambda g, _: patched(g, 6, "<H", 1), "is encrypted"),
    "flags": (lambda g, _: patched(g, 6, "<H", 8), "not packed as autoseg packs"),
    "date": (lambda g, _: patched(g, 10, "<H", 77), "not packed as autoseg packs"),
    "links": (lambda g, _: links(g), "not packed as autoseg packs"),
    "climbing": (
        lambda g, _: with_member(g, "../../etc/cron.d/job", b"x"),
        r"holds '\.\./\.\./etc/cron\.d/job', which no model does",
    ),
    "absolute": (
        lambda g, _: with_member(g, "/etc/passwd", b"x"),
        "holds '/etc/passwd', which no model does",
    ),
    "one more": (lambda g, _: with_member(g, "run.py", b"x"), "holds 'run.py', which"),
    "one less": (
        lambda g, _: pack({k: v for k, v in members(g).items() if k != MEANS}),
        r"lacks 'means\.npy'",
    ),
    "twice": (
        lambda g, _: g[: g.find(b"PK\x01\x02")] + g,
        r"holds 'manifest\.json' twice",
    ),
    "another order": (
        lambda g, _: pack(dict(sorted(members(g).items()))),
        "not packed as autoseg packs",
    ),
    "no sums": (lambda g, _: g[: g.find(b"SHA256SUMS") - 30], "lacks 'SHA256SUMS'"),
    "other content": (
        lambda g, _: g.replace(b"Newsletters", b"Debt advice"),
        "'manifest.json' in it is damaged",
    ),
    "pickled array": (
        lambda g, trap: with_member(
            g, MEANS, npy(np.array([Payload(trap)]), allow_pickle=True)
        ),
        "means.npy is no array of 3 × 5 numbers",
    ),
    "other shape": (
        lambda g, _: with_member(g, MEANS, npy(np.zeros((5, 3)))),
        "means.npy is no array of 3 × 5 numbers",
    ),
    "floats of half the size": (
        lambda g, _: with_member(g, MEANS, npy(np.zeros((3, 5), np.float32))),
        "means.npy is no array of 3 × 5 numbers",
    ),
    "by columns": (
        lambda g, _: with_member(g, MEANS, npy(np.zeros((3, 5), order="F"))),
        "means.npy is no array of 3 × 5 numbers",
    ),
    "huge shape": (
        lambda g, _: with_member(g, MEANS, header("(999999999, 999999999)")),
        "means.npy is no array of 3 × 5 numbers",
    ),
    "an expression as a header": (
        lambda g, _: with_member(g, MEANS, header("(" * 500 + ")" * 500)),
        "means.npy is no array of 3 × 5 numbers",
    ),
    "too few numbers": (
        lambda g, _: with_member(g, MEANS, npy(np.zeros((3, 5)))[:-1]),
        "means.npy does not hold 3 × 5 numbers",
    ),
    "too many numbers": (
        lambda g, _: with_member(g, MEANS, npy(np.zeros((3, 5))) + bytes(8)),
        "means.npy does not hold 3 × 5 numbers",
    ),
    "a number that is none": (
        lambda g, _: with_member(g, MEANS, npy(np.full((3, 5), np.nan))),
        "means.npy holds a number that is not finite",
    ),
    "an infinite number": (
        lambda g, _: with_member(g, "weights.npy", npy(np.array([np.inf, 0, 0]))),
        "weights.npy holds a number that is not finite",
    ),
    "a huge number": (
        lambda g, _: with_member(g, MEANS, npy(np.full((3, 5), 1e300))),
        r"an array holds a number beyond ±1e\+150",
    ),
    "no shares": (
        lambda g, _: with_member(g, "weights.npy", npy(np.array([0.5, 0.5, 0.5]))),
        "weights.npy holds no shares that sum to 1",
    ),
    "a share of nothing": (
        lambda g, _: with_member(g, "weights.npy", npy(np.array([1.0, 0.0, 0.0]))),
        "weights.npy holds no shares that sum to 1",
    ),
    "a full whitener": (
        lambda g, _: with_member(g, "whiteners.npy", npy(np.ones((3, 5, 5)))),
        "whiteners.npy holds a matrix that is not upper triangular",
    ),
    "a whitener turned": (
        lambda g, _: with_member(
            g, "whiteners.npy", npy(-np.repeat(np.eye(5)[None], 3, axis=0))
        ),
        "whiteners.npy holds a diagonal that is not above 0",
    ),
    "not UTF-8": (
        lambda g, _: with_member(g, "manifest.json", b'{"\xff": 1}'),
        "its manifest is no text in UTF-8",
    ),
    "no JSON": (
        lambda g, _: with_member(g, "manifest.json", b'{"a": 1,\n'),
        r"its manifest is no JSON \(line 2\)",
    ),
    "a list": (
        lambda g, _: with_member(g, "manifest.json", b"[]"),
        "its manifest is no object with keys",
    ),
    "NaN": (
        lambda g, _: edited(g, lambda m: m.update(far=float("nan"))),
        "its manifest holds NaN, which is no number",
    ),
    "a key twice": (
        lambda g, _: with_member(
            g, "manifest.json", b'{"far": 1, ' + members(g)["manifest.json"][1:]
        ),
        "its manifest has a key twice",
    ),
    "nested deeply": (
        lambda g, _: with_member(g, "manifest.json", b'{"a":' * 9999 + b"}" * 9999),
        "its manifest is nested more than 16 deep",
    ),
    "a text without an end": (
        lambda g, _: with_member(g, "manifest.json", b'{"' + b'\\"' * MB),
        "its manifest is no JSON",
    ),
    "a large manifest": (
        lambda g, _: with_member(g, "manifest.json", b"[" + b" " * 5 * MB + b"]"),
        "its manifest is larger than 4 MB",
    ),
    "many small lists": (
        lambda g, _: with_member(
            g, "manifest.json", b'{"a": [' + b"[]," * MB + b"[]]}"
        ),
        "its manifest has more than 100000 lists and objects",
    ),
    "a number of 5000 digits": (
        lambda g, _: with_member(
            g, "manifest.json", b'{"a": ' + b"9" * 5000 + b"}"
        ),
        "its manifest is no JSON",
    ),
    "another program's": (
        lambda g, _: edited(g, lambda m: m.update(format="other")),
        "does not say that it is an 'autoseg-model'",
    ),
    "format 0": (
        lambda g, _: edited(g, lambda m: m.update(format_version=0)),
        "format_version is no whole number from 1",
    ),
    "format true": (
        lambda g, _: edited(g, lambda m: m.update(format_version=True)),
        "format_version is no whole number from 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CORPUS)
def test_it_is_refused_with_file_finding_and_next_step(name, good, trap, tmp_path):
    build, found = CORPUS[name]
    path = tmp_path / "theirs.autoseg"
    path.write_bytes(build(good, trap))
    tracemalloc.start()
    with pytest.raises(InputError, match=found) as raised:
        load_model(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (line,) = str(raised.value).splitlines()
    assert line.startswith(f"ASG_E_MODEL_FILE: {path}: ")
    assert line.endswith("Fix: hand in the model.autoseg that autoseg wrote, as it"
                         " wrote it.")  # fmt: skip
    assert peak < 64 * MB
    assert not trap.exists()


@pytest.mark.parametrize("share", [0.0001, 0.001, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_what_is_cut_off_is_refused(good, share):
    with pytest.raises(InputError, match="ASG_E_MODEL_FILE"):
        load_model(good[: max(1, int(share * len(good)))])


def test_each_flipped_byte_is_refused(good):
    head, tail = [*range(0, 80, 3)], [*range(len(good) - 420, len(good), 7)]
    for place in (*head, *range(80, len(good) - 420, 397), *tail):
        content = bytearray(good)
        content[place] ^= 0x20
        with pytest.raises(InputError, match="ASG_E_MODEL_FILE"):
            load_model(bytes(content))


def test_an_edited_manifest_does_not_pass_without_its_sum(good):
    contents = members(good)
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        sums = package.read("SHA256SUMS")
    changed = contents["manifest.json"].replace(b"Newsletters", b"Debt advice")
    forged = pack({**contents, "manifest.json": changed})
    with zipfile.ZipFile(io.BytesIO(forged)) as package:
        assert zlib.crc32(changed) == package.getinfo("manifest.json").CRC
        new = package.read("SHA256SUMS")
    # a program that knows zips and not the sums
    forged = forged.replace(new, sums)
    forged = forged.replace(
        struct.pack("<L", zlib.crc32(new)), struct.pack("<L", zlib.crc32(sums))
    )
    with pytest.raises(InputError, match="SHA-256 sums are not those of its members"):
        load_model(forged)


def test_what_is_no_file_on_disk_is_told(tmp_path):
    with pytest.raises(InputError, match=r"ASG_E_MISSING_FILE.*there is no such file"):
        load_model(tmp_path / "none.autoseg")
    with pytest.raises(
        InputError, match=r"ASG_E_MODEL_FILE.*cannot be read .*irectory"
    ):
        load_model(tmp_path)
    with pytest.raises(InputError, match=r"ASG_E_MODEL_FILE.*cannot be read .*null"):
        load_model("a\0b")


def test_a_device_without_an_end_is_read_up_to_the_limit():
    with pytest.raises(InputError, match="larger than 16 MB"):
        load_model("/dev/zero")


@pytest.mark.parametrize(
    ("by", "fix"),
    [
        ("9.1.0", r"Fix: pip install 'autoseg-customers>=9\.1\.0'\."),
        ("1'; rm -rf ~ #", "Fix: install a newer autoseg: pip install --upgrade"),
        (None, "Fix: install a newer autoseg: pip install --upgrade"),
    ],
)
def test_a_newer_format_tells_which_version_to_install(good, by, fix):
    newer = edited(good, lambda m: m.update(format_version=2, autoseg=by, what="new"))
    with pytest.raises(InputError, match=rf"ASG_E_MODEL_NEWER.*in format 2.*{fix}"):
        load_model(newer)
    # whatever a newer version packs beside it
    more = pack({**members(newer), "more.npy": b"x"})
    with pytest.raises(InputError, match="ASG_E_MODEL_NEWER"):
        load_model(more)


def at(*path, value):
    """Return a change of what stands in a place of the manifest."""

    def change(manifest):
        inner = manifest
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value

    return change


FIELDS = [
    (at("more", value=1), "more is a key that this version does not know"),
    (at("card", "more", value=1), r"card\.more is a key that this"),
    (lambda m: m.pop("far"), "far is missing"),
    (at("far", value="9"), "far is no number"),
    (at("far", value=-1.0), "far is below 0"),
    (at("far", value=10**400), "far is no number"),
    (at("autoseg", value=None), "autoseg is no text"),
    (at("features", value=[]), "features is an empty list"),
    (at("outputs", value=[]), "outputs is an empty list"),
    (at("features", 0, "missing", value="drop"), "missing is 'drop', which this ver"),
    (at("features", 0, "name", value="a\0"), r"features\[0\]\.name is empty, or holds"),
    (at("features", 0, "name", value="\ud800"), r"features\[0\]\.name is no text"),
    (at("features", 1, "cuts", value=[1.0, 1.0]), r"features\[1\]\.cuts do not incre"),
    (at("features", 1, "missing_share", value=1.5), "is no share from 0 to 1"),
    (at("features", 1, "definition", value=None), "are only in part from tables"),
    (at("columns", 0, "name", value="other"), "columns are not those of the features"),
    (at("columns", 0, "operation", value="exp"), "operation is 'exp', which this"),
    (at("columns", 0, "scale", value=0), r"columns\[0\]\.scale is not above 0"),
    (at("columns", 0, "low", value=10.0), r"columns\[0\]\.low is above high"),
    (at("columns", 2, "offset", value=0.0), r"columns\[2\]\.offset is 0, by which"),
    (at("columns", 0, "offset", value=-1.0), r"columns\[0\]\.offset is below 0"),
    (at("outputs", 0, "members", value=[0, 6]), "names a column beyond the 6 there"),
    (at("outputs", 0, "members", value=[0, 0]), "names no column, or one of them twi"),
    (at("outputs", 0, "members", value=[]), "names no column, or one of them twice"),
    (at("outputs", 0, "signs", value=[1]), "signs are not 1 or -1 for each member"),
    (at("outputs", 0, "signs", value=[1, 1.5]), "signs are not 1 or -1 for each mem"),
    (at("outputs", 0, "weight", value=-2.0), r"outputs\[0\]\.weight is below 0"),
    (at("rule", "family", value="svm"), "family is 'svm', which this version does not"),
    (at("rule", "degrees_of_freedom", value=5.0), "does not fit the family 'full'"),
    (at("numbers", value=[1, 2, 2]), "numbers does not name each of the 3 segments on"),
    (at("numbers", value=[0, 1, 2]), "numbers does not name each of the 3 segments on"),
    (at("segments", 0, "number", value=2), "segments are not numbered from 1"),
    (at("segments", 0, "key", value="a b"), r"segments\[0\]\.key is no key such as"),
    (at("segments", 0, "key", value="lost"), "segments has a key twice"),
    (at("segments", 0, "names", value={"nb": "Bo"}), "names.en is missing"),
    (
        at("segments", 0, "names", value={"en": "A", "xx": "B"}),
        "names.xx is a key that this",
    ),
    (at("segments", 0, "names", "en", value="<script>"), "is '<' or '>', which a page"),
    (at("segments", 0, "names", "en", value="a\u202eb"), "characters that nobody sees"),
    (at("segments", 0, "names", "en", value="a" * 61), "names.en is 61 characters"),
    (at("segments", 0, "names", "en", value=" a"), "names.en is padded"),
    (at("segments", 0, "names", "en", value="LOST  customers"), r"a name twice \(en\)"),
    (at("segments", 0, "stability", value=2.0), "is no share from 0 to 1"),
    (at("window", "as_of", value="2022-01-01"), "do not follow each other"),
    (at("window", "as_of", value="soon"), "as_of is no day such as 2026-01-31"),
    (at("window", "currency", value="kr"), "currency is not written as such a name"),
    (at("window", "timezone", value="../../etc/passwd"), "timezone is not written as"),
    (at("card", "verdict", value="great"), "verdict is 'great', which this version"),
    (at("settings", value=[]), "settings is no object with keys"),
    (at("settings", "numpy", value=2), r"settings\.numpy is no text"),
]


@pytest.mark.parametrize(("change", "found"), FIELDS)
def test_each_field_is_checked(good, change, found):
    with pytest.raises(InputError, match=f"ASG_E_MODEL_FILE: the model: .*{found}"):
        load_model(edited(good, change))


def test_other_widths_than_k_means_has_are_refused(make_model):
    content = model_bytes(make_model("kmeans"))
    whiteners = np.repeat(np.eye(5)[None], 3, axis=0)
    whiteners[1, 2, 2] = 2.0
    wrong = with_member(content, "whiteners.npy", npy(whiteners))
    with pytest.raises(InputError, match="other widths than k-means has"):
        load_model(wrong)


@settings(max_examples=40)
@given(data=st.data())
def test_a_file_with_other_bytes_is_refused(good, data):
    content = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 40))
        content[place : place + length] = data.draw(st.binary(max_size=40))
    if bytes(content) == good:
        return
    with pytest.raises(InputError, match="ASG_E_MODEL_"):
        load_model(bytes(content))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@pytest.mark.filterwarnings("ignore::autoseg.errors.InputWarning")
@settings(max_examples=40)
@given(data=st.data())
def test_any_other_manifest_is_a_model_or_refused(good, data):
    manifest = json.loads(members(good)["manifest.json"])
    inner = manifest
    while True:
        keys = [*inner] if isinstance(inner, dict) else [*range(len(inner))]
        key = data.draw(st.sampled_from(keys))
        deeper = isinstance(inner[key], dict | list) and inner[key]
        if not deeper or not data.draw(st.integers(0, 4)):
            inner[key] = data.draw(JSON)
            break
        inner = inner[key]
    content = with_member(good, "manifest.json", json.dumps(manifest).encode())
    codes = {"ASG_E_MODEL_FILE", "ASG_E_MODEL_FEATURE", "ASG_E_MODEL_NEWER"}
    assert codes.issuperset(codes_of(content))


def codes_of(content):
    try:
        load_model(content)
    except InputError as error:
        return error.codes
    return ()

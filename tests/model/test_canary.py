"""Nothing that is one customer's own is in any file but the list of the segments."""

from __future__ import annotations

import base64
import gzip
import io
import json
import logging
import math
import re
import struct
import warnings
import zipfile

import numpy as np
import pandas as pd
import pytest

import autoseg
from autoseg.errors import AutosegWarning
from autoseg.model import MODEL_FILE, load_model, model_bytes

SPENT = 987654321.12
ID = "canary-7f3a-kanarifugl"
NAME = "Kari Kanarifugl Nordmann"
CITY = "Kanarivik 9"
CODED = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")


@pytest.fixture(scope="module")
def shop():
    """Return purchases, in which one customer spends more than anybody, and more."""
    made = autoseg.datasets.make_customers(500, segments=4, random_state=3)
    rows = made.transactions.copy()
    first = rows.iloc[[0]].assign(customer_id=ID, amount=SPENT)
    second = first.assign(amount=SPENT, timestamp=rows["timestamp"].max())
    rows = pd.concat([rows, first, second], ignore_index=True)
    rows["category"] = np.where(rows.index % 3, "books", "music")
    rows["channel"] = np.where(rows.index % 2, "web", "store")
    rows.loc[rows["customer_id"] == ID, "category"] = NAME
    ids = rows["customer_id"].drop_duplicates()
    customers = pd.DataFrame({"customer_id": ids, "city": "Oslo", "age": 30})
    customers["city"] = np.where(np.arange(len(ids)) % 2, "Oslo", "Bergen")
    customers["age"] = 20 + np.arange(len(ids)) % 50
    customers.loc[customers["customer_id"] == ID, ["city", "age"]] = [CITY, 119]
    return rows, customers


@pytest.fixture(scope="module")
def written(shop, tmp_path_factory):
    """Return everything that a run leaves or says, by name."""
    folder = tmp_path_factory.mktemp("canary")
    rows, customers = shop
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", AutosegWarning)
        found = autoseg.segment(
            rows,
            customers=customers,
            features=["recency_days", "frequency", "monetary", "average_order_value",
                      "channel_share_web", "attribute_age", "attribute_city_oslo",
                      "distinct_categories"],
            k_range=(1, 5),
            n_resamples=2,
        )  # fmt: skip
        paths = found.write(folder, formats=("html", "md", "json"))
    logging.getLogger().removeHandler(handler)
    files = {path.name: path.read_bytes() for path in paths}
    said = "\n".join([str(one.message) for one in told] + [log.getvalue()])
    files["what was said"] = said.encode()
    files["what is shown"] = f"{found!r}{found.describe()}{found.log}".encode()
    return files


def layers(content: bytes):
    """Yield some bytes, and what is packed or coded in them."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                yield from layers(package.read(name))
    if content.startswith(b"\x1f\x8b"):
        yield from layers(gzip.decompress(content))
    for found in CODED.finditer(content):
        text = found.group().rstrip(b"=")
        text = text[: len(text) - (len(text) % 4 == 1)]
        yield from layers(base64.b64decode(text + b"=" * (-len(text) % 4)))


def planted() -> dict[str, bytes]:
    """Return what must be nowhere, by what it is."""
    total = 2 * SPENT
    texts = {"id": ID, "name": NAME, "city": CITY}
    signs = {key: text.encode() for key, text in texts.items()}
    signs |= {f"{key} in UTF-16": text.encode("utf-16-le") for key, text in
              texts.items()}  # fmt: skip
    for key, value in {"spent": SPENT, "total": total}.items():
        signs[key] = f"{value:.2f}".encode()
        signs[f"{key}, whole"] = f"{value:.0f}".encode()
        signs[f"{key}, grouped"] = f"{value:,.2f}".encode()
        signs[f"{key}, in groups"] = f"{value:,.0f}".encode()
        for name, number in {
            "": value, "log ": math.log(value), "log1p ": math.log1p(value)
        }.items():  # fmt: skip
            signs[f"{name}{key}, as told by Python"] = repr(number).encode()
            signs[f"{name}{key}, as a float"] = struct.pack("<d", number)
    return signs


def files_with(written, what):
    sign = planted()[what]
    return {
        name
        for name, content in written.items()
        if any(sign in one for one in layers(content))
    }


OF_A_COLUMN = {"city", "city in UTF-16"}


@pytest.mark.parametrize("what", sorted(planted().keys() - OF_A_COLUMN))
def test_it_is_in_no_file_but_that_of_the_customers(written, what):
    there = files_with(written, what)
    assert there == ({"segments.csv"} if what == "id" else set())


def test_a_value_of_one_customer_is_in_no_model(written):
    assert MODEL_FILE not in files_with(written, "city")


def test_a_value_of_one_customer_is_in_no_other_file(written):
    assert files_with(written, "city") == set()


def test_the_search_finds_what_is_there():
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a", base64.b64encode(gzip.compress(planted()["id"])))
    assert any(planted()["id"] in one for one in layers(zipped.getvalue()))


def test_a_model_does_not_grow_with_the_customers():
    sizes = []
    for n in (500, 50_000):
        rng = np.random.default_rng(n)
        ids = pd.Series(np.arange(n)).astype(str)
        summed = pd.DataFrame(
            {
                "customer_id": ids,
                "recency_days": rng.integers(1, 400, n),
                "frequency": 1 + rng.poisson(3, n),
                "monetary": np.round(np.exp(rng.normal(4, 1, n)), 2),
            }
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AutosegWarning)
            found = autoseg.segment(
                summaries=summed, n_resamples=0, k_range=(4, 4), method="kmeans",
                strict=True, target=(4, 4),
            )  # fmt: skip
        sizes.append(len(model_bytes(found.model)))
    assert abs(sizes[1] / sizes[0] - 1.0) < 0.1


def test_the_model_holds_arrays_of_its_segments_only(written):
    content = written[MODEL_FILE]
    model = load_model(content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        numbers = sum(
            np.load(io.BytesIO(package.read(name))).size
            for name in package.namelist()
            if name.endswith(".npy")
        )
        longest = longest_list(json.loads(package.read("manifest.json")))
    k, d = model.rule.means.shape
    assert numbers == k + k * d + k * d * d
    assert longest <= 20


def longest_list(value) -> int:
    if isinstance(value, dict):
        return max(map(longest_list, value.values()), default=0)
    if isinstance(value, list):
        return max([len(value), *map(longest_list, value)])
    return 0

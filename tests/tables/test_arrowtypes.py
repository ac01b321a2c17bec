"""Types that engines do not know are brought to the nearest that they do."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from autoseg.tables.arrowtypes import readable


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        # more decimals than fit, and tens that are not written out
        (Decimal("5E-38"), pa.decimal256(40, 39), pa.decimal128(38, 38)),
        (Decimal("1200"), pa.decimal128(2, -2), pa.decimal128(38, 0)),
        (Decimal("7.25"), pa.decimal256(50, 2), pa.decimal128(38, 2)),
        (Decimal("7.25"), pa.decimal128(5, 2), pa.decimal128(5, 2)),
    ],
)
def test_decimals_keep_their_value(value, kind, expected):
    array = readable(pa.array([value, None], kind))
    assert array.type == expected
    assert array.to_pylist() == [value, None]


def test_decimals_below_what_any_engine_holds_are_refused():
    array = pa.array([Decimal("7.88547667239611880749E-19")])
    with pytest.raises(pa.ArrowInvalid, match="data loss"):
        readable(array)

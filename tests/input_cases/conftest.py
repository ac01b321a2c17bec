"""A small shop to spoil, and what comes of bringing it in."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import pandas as pd
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.errors import Finding, InputError, InputWarning
from autoseg.tables import CleaningLog, StagedTables, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

HEADER = "customer_id,order_id,order_date,amount"


@dataclass(frozen=True)
class Outcome:
    """Staged tables, or none where the input was refused; and what was found."""

    staged: StagedTables | None
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        return self.staged is None

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings]

    @property
    def log(self) -> CleaningLog:
        assert self.staged is not None, self.findings
        return self.staged.log

    @property
    def dropped(self) -> dict[str, int]:
        return dict(self.log.dropped_rows)

    def the(self, code: str) -> Finding:
        """Return the one finding of a code."""
        found = [finding for finding in self.findings if finding.code == code]
        assert len(found) == 1, self.codes
        return found[0]

    def rows(self, columns: str, table: str = "transactions") -> list[tuple[Any, ...]]:
        assert self.staged is not None, self.findings
        rows = self.staged.engine.fetch_rows(f"SELECT {columns} FROM {table}")
        return sorted(rows, key=str)

    def values(self, column: str, table: str = "transactions") -> list[Any]:
        return [value for (value,) in self.rows(column, table)]


@pytest.fixture(scope="session")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2) as engine:
        yield engine


@pytest.fixture(scope="session")
def bring(engine: DuckDBEngine) -> Callable[..., Outcome]:
    """Return a function that brings tables in; the account has to add up."""

    def bring(transactions: object, **settings: Any) -> Outcome:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                staged = stage(engine, transactions, **settings)
            except InputError as error:
                return Outcome(None, error.findings)
        strange = [w for w in caught if not isinstance(w.message, InputWarning)]
        assert strange == []
        log = staged.log
        assert log.rows_in == log.rows_used + sum(log.dropped_rows.values())
        assert log.revenue_in == log.revenue_used + sum(log.dropped_revenue.values())
        return Outcome(staged, tuple(w.message.finding for w in caught))

    return bring


@pytest.fixture(scope="session")
def shop() -> Callable[..., list[str]]:
    """Return a function that makes the lines of a clean file, the header first.

    The line with number ``n`` has the order number ``n``, and every third order is
    of the same customer.
    """

    def shop(n_orders: int = 300) -> list[str]:
        n_customers = max(n_orders // 3, 1)
        return [HEADER] + [
            f"K{i % n_customers:04d},{i + 2},{_day(i)},{100 + i * 37 % 400}.50"
            for i in range(n_orders)
        ]

    return shop


def _day(number: int) -> date:
    return date(2023, 1, 2) + timedelta(days=number * 7 % 699)


@pytest.fixture(scope="session")
def frame(shop: Callable[..., list[str]]) -> Callable[..., pd.DataFrame]:
    """Return a function that makes the same shop as a typed frame."""

    def frame(n_orders: int = 300, **columns: object) -> pd.DataFrame:
        text = io.StringIO("\n".join(shop(n_orders)))
        table = pd.read_csv(text, dtype={"customer_id": str, "order_id": str})
        table["order_date"] = pd.to_datetime(table["order_date"])
        return table.assign(**columns)

    return frame


@pytest.fixture
def csv(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines, text or bytes to a file."""

    def write(content: Sequence[str] | str | bytes, name: str = "orders.csv") -> Path:
        path = tmp_path / name
        if not isinstance(content, (str, bytes)):
            content = "\n".join(content) + "\n"
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    return write


@pytest.fixture(scope="session")
def workbook() -> Callable[..., bytes]:
    """Return a function that makes an Excel file with one sheet, by hand."""

    def workbook(lines: Sequence[str]) -> bytes:
        rows = "".join(
            "<row>" + "".join(_cell(text) for text in line.split(",")) + "</row>"
            for line in lines
        )
        parts = {
            "[Content_Types].xml": _CONTENT_TYPES,
            "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": _WORKBOOK,
            "xl/_rels/workbook.xml.rels": _relations(
                "worksheet", "worksheets/sheet1.xml"
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}'
            "</sheetData></worksheet>",
        }
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, '<?xml version="1.0"?>' + content)
        return target.getvalue()

    return workbook


_OFFICE = "http://schemas.openxmlformats.org"
_MAIN = f"{_OFFICE}/spreadsheetml/2006/main"
_LINKS = f"{_OFFICE}/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES = (
    f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/'
    'vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    f' ContentType="{_TYPES}.worksheet+xml"/></Types>'
)
_WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
    '<sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_LINKS}/{kind}" Target="{target}"/>'
        "</Relationships>"
    )


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'

"""Put damaged files before every door for some minutes, and see what comes out.

::

    python benchmarks/fuzz_input.py --seconds 600 --seed 1
    python benchmarks/fuzz_input.py --trial 1234567      # one trial again

A trial takes a good CSV, gzip, Parquet or Excel file, damages it and brings it in.
Right outcomes are tables whose account adds up, or an `InputError`. Everything else is
printed with the number that makes the trial again: another exception, a process that
died, a trial that took longer than 60 seconds. The exit code is 1 where there is any.

Trials run in processes of their own, so that a crash of an engine is seen, too.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from autoseg.datasets import load_grocery
from autoseg.engines import DuckDBEngine
from autoseg.errors import AutosegWarning, EngineMemoryError, InputError
from autoseg.tables import stage
from autoseg.tables.fitness import check_fitness

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    import pandas as pd

PATIENCE_SECONDS = 60
# a fresh engine now and then, and a fresh process where one died
TRIALS_A_PROCESS = 500
WORDS = (
    *(
        b"\0",
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\\",
    ),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff", b"\x81", b"\xc3", b"\x1a"),
    *(b"NaN", b"inf", b"-", b"1e999", b"2024-02-31", b"'; DROP TABLE t; --", b"=1+1"),
    *(b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"<html>", b"]]>", b"&amp;", b"%PDF"),
    *(b"9" * 400, b"x" * 5000, b"\xe2\x80\xae", b"\xf0\x9f\x98\x80"),
)


def seeds() -> list[tuple[str, bytes]]:
    """Return the good files: name and content."""
    table = load_grocery().transactions.head(300)
    texts = table.to_csv(index=False)
    european = table.to_csv(
        index=False, sep=";", decimal=",", date_format="%d.%m.%Y %H:%M"
    )
    found = [
        ("orders.csv", texts.encode()),
        ("orders.csv", european.encode("cp1252")),
        ("orders.csv", texts.encode("utf-16")),
        ("orders.csv", table.to_csv(index=False, quoting=1).encode()),
        ("orders.csv.gz", gzip.compress(texts.encode(), mtime=0)),
        ("orders.parquet", _parquet(table, "snappy")),
        ("orders.parquet", _parquet(table, None)),
        ("orders.parquet", _parquet(table.astype({"category": "category"}), "zstd")),
    ]
    workbook = _workbook(table)
    if workbook is not None:
        found.append(("orders.xlsx", workbook))
    return found


def _parquet(table: pd.DataFrame, compression: str | None) -> bytes:
    target = io.BytesIO()
    table.to_parquet(target, compression=compression, row_group_size=100)
    return target.getvalue()


def _workbook(table: pd.DataFrame) -> bytes | None:
    target = io.BytesIO()
    try:
        table.to_excel(target, index=False)
    except ImportError:
        return None
    return target.getvalue()


def damage(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes with one to six things done to them."""
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        at = rng.randrange(len(data) + 1)
        # what tells a format stands at both ends of a file
        at = rng.choice(
            (at, at, min(at, rng.randrange(64)), max(0, len(data) - at % 64))
        )
        to = at + rng.choice((1, 2, 8, 40, 400))
        match rng.randrange(8):
            case 0:
                data = data[:at]
            case 1:
                data = data[:at] + rng.choice(WORDS) + data[at:]
            case 2:
                data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
            case 3:
                data = data[:at] + data[to:]
            case 4:
                data = data[:to] + data[at:to] * rng.choice((1, 2, 50)) + data[to:]
            case 5:
                data = data[:at] + rng.randbytes(to - at) + data[to:]
            case 6:
                data = data.replace(
                    rng.choice((b"\n", b",", b"0")), rng.choice(WORDS), 3
                )
            case _:
                bit = (
                    bytes([data[at] ^ 1 << rng.randrange(8)]) if at < len(data) else b""
                )
                data = data[:at] + bit + data[at + 1 :]
    return data


def make(trial: int, good: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Return name and content of the file of one trial."""
    rng = random.Random(trial)  # noqa: S311 (no secret hangs on it)
    name, data = rng.choice(good)
    if name.endswith(".gz") and rng.random() < 0.5:
        # damage that the checksum does not see
        return name, gzip.compress(damage(gzip.decompress(data), rng), mtime=0)
    if name.endswith(".xlsx") and rng.random() < 0.7:
        return name, _damage_member(data, rng)
    data = damage(data, rng)
    if rng.random() < 0.1:
        name = rng.choice(("orders.csv", "orders.parquet", "orders.xlsx", "orders.txt"))
    return name, data


def _damage_member(data: bytes, rng: random.Random) -> bytes:
    """Return a workbook of which one part is damaged and the archive is whole."""
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        names = old.namelist()
        unlucky = rng.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, damage(part, rng) if name == unlucky else part)
    return target.getvalue()


def attempt(path: Path, engine: DuckDBEngine) -> list[str]:
    """Bring a file in and return the codes of what was found."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            staged = stage(engine, path)
        except InputError as error:
            return ["refused", *error.codes]
    check_fitness(staged)
    log = staged.log
    if log.rows_in != log.rows_used + sum(log.dropped_rows.values()):
        message = f"rows do not add up: {log}"
        raise ArithmeticError(message)
    if log.revenue_in != log.revenue_used + sum(log.dropped_revenue.values()):
        message = f"revenue does not add up: {log}"
        raise ArithmeticError(message)
    strange = [w for w in caught if not issubclass(w.category, AutosegWarning)]
    if strange:
        raise strange[0].message
    return ["taken", *(w.message.finding.code for w in caught)]


def work(first: int, results: Connection) -> None:
    """Make one trial after the other; say before each which it is."""
    good = seeds()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    with DuckDBEngine(threads=1, memory_limit="512MB") as engine:
        for trial in range(first, first + TRIALS_A_PROCESS):
            results.send((trial, []))
            name, data = make(trial, good)
            path = folder / name
            path.write_bytes(data)
            try:
                found = attempt(path, engine)
            except EngineMemoryError:
                found = ["refused", "ASG_E_ENGINE (memory)"]
            except Exception as error:  # whatever it is, it is what is looked for
                found = ["BROKE", f"{type(error).__name__}: {str(error)[:200]}"]
            results.send((trial, found))
            path.unlink()
    folder.rmdir()
    results.send(None)


def hunt(seconds: float, seed: int) -> bool:
    """Run trials until the time is over; return whether none broke."""
    started = time.monotonic()
    outcomes: Counter[str] = Counter()
    broken: list[tuple[int, str]] = []
    trial = seed * 10**9
    while time.monotonic() < started + seconds:
        trial = 1 + watch(trial, started + seconds, outcomes, broken)
    n_trials = outcomes["taken"] + outcomes["refused"] + len(broken)
    print(f"{n_trials:,} trials in {time.monotonic() - started:.0f} s")
    for code, count in outcomes.most_common():
        print(f"  {count:7,} {code}")
    for number, what in broken:
        print(f"  --trial {number}: {what}")
    return not broken


def watch(
    trial: int, end: float, outcomes: Counter[str], broken: list[tuple[int, str]]
) -> int:
    """Let a process make trials from one on; return the last that it began."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(trial, there), daemon=True)
    process.start()
    there.close()
    while time.monotonic() < end:
        try:
            if not here.poll(PATIENCE_SECONDS):
                broken.append((trial, f"took over {PATIENCE_SECONDS} s"))
                break
            message = here.recv()
        except EOFError:
            process.join()
            broken.append((trial, f"the process died: {process.exitcode}"))
            break
        if message is None:
            break
        trial, found = message
        if found[:1] == ["BROKE"]:
            broken.append((trial, found[1]))
        else:
            outcomes.update(set(found))
    process.kill()
    process.join()
    return trial


def again(trial: int) -> None:
    """Make one trial again, here, and show what happens."""
    name, data = make(trial, seeds())
    path = Path(tempfile.mkdtemp(prefix="fuzz-")) / name
    path.write_bytes(data)
    print(path)
    with DuckDBEngine(threads=1, memory_limit="512MB") as engine:
        try:
            print(attempt(path, engine))
        except Exception:  # shown, whatever it is
            traceback.print_exc()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trial", type=int)
    settings = parser.parse_args()
    if settings.trial is not None:
        again(settings.trial)
    elif not hunt(settings.seconds, settings.seed):
        sys.exit(1)


if __name__ == "__main__":
    main()

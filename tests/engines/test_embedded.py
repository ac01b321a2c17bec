"""The embedded engine: its settings, its errors, what it leaves behind."""

from __future__ import annotations

import threading

import duckdb
import pyarrow as pa
import pytest

from autoseg.engines import Course, DuckDBEngine
from autoseg.errors import AutosegError, EngineError, EngineMemoryError


def setting(engine: DuckDBEngine, name: str) -> str:
    ((value,),) = engine.fetch_rows(f"SELECT CAST(current_setting('{name}') AS TEXT)")
    return value


def test_closing_removes_the_temporary_folder(tmp_path):
    with DuckDBEngine(temp_directory=tmp_path) as engine:
        assert engine.folder.parent == tmp_path
        assert engine.folder.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_forgotten_engine_removes_its_folder_too(tmp_path):
    engine = DuckDBEngine(temp_directory=tmp_path)
    del engine
    assert list(tmp_path.iterdir()) == []


def test_closing_twice_is_allowed(tmp_path):
    engine = DuckDBEngine(temp_directory=tmp_path)
    engine.close()
    engine.close()
    assert list(tmp_path.iterdir()) == []


def test_settings_bound_memory_disk_and_order(tmp_path):
    with DuckDBEngine(memory_limit="100MB", threads=1) as engine:
        assert setting(engine, "memory_limit") == "95.3 MiB"
        assert setting(engine, "threads") == "1"
        assert setting(engine, "preserve_insertion_order") == "false"
        assert setting(engine, "TimeZone") == "UTC"
        assert setting(engine, "temp_directory") == str(engine.folder)
        assert setting(engine, "max_temp_directory_size") != "0 bytes"


def test_parameters_are_values_and_never_sql():
    with DuckDBEngine() as engine:
        assert engine.fetch_rows("SELECT ?", ["'; DROP TABLE t; --"]) == [
            ("'; DROP TABLE t; --",)
        ]


def test_arrow_goes_in_and_comes_out():
    with DuckDBEngine() as engine:
        engine.register("numbers", pa.table({"n": [1, 2, 3]}))
        total = engine.fetch_arrow("SELECT CAST(SUM(n) AS BIGINT) AS n FROM numbers")
        assert total.to_pydict() == {"n": [6]}
        engine.unregister("numbers")
        with pytest.raises(EngineError, match="numbers does not exist"):
            engine.execute("SELECT * FROM numbers")


def test_two_engines_share_nothing():
    with DuckDBEngine() as one, DuckDBEngine() as other:
        one.execute("CREATE TABLE t AS SELECT 1")
        with pytest.raises(EngineError, match="t does not exist"):
            other.execute("SELECT * FROM t")


def test_want_of_memory_says_what_to_change():
    sql = "CREATE TABLE t AS SELECT hash(range) AS h FROM range(5000000) ORDER BY h"
    with DuckDBEngine(memory_limit="10MB", threads=1) as engine:
        engine.execute("SET max_temp_directory_size = '0MB'")
        with pytest.raises(
            EngineMemoryError,
            match=r"ASG_E_ENGINE_MEMORY: 9\.5 MiB of memory with 1 threads, and .* of "
            r"disk in .*, did not suffice .* Fix: allow more memory \(memory_limit, ",
        ) as caught:
            engine.execute(sql)
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)


def test_an_error_is_one_line_without_the_statement():
    with DuckDBEngine() as engine, pytest.raises(EngineError) as caught:
        engine.execute("SELECT secret_column FROM range(3)")
    assert isinstance(caught.value, AutosegError)
    assert "\n" not in str(caught.value)


class Broken:
    """A connection whose every statement ends in an error of the program."""

    def __init__(self, told):
        self.told = told

    def execute(self, *_):
        raise RuntimeError(self.told)


@pytest.mark.parametrize(
    ("told", "raised"),
    [("Query interrupted", KeyboardInterrupt), ("something else", RuntimeError)],
)
@pytest.mark.parametrize("read", ["execute", "fetch_rows"])
def test_an_interrupt_told_as_an_error_is_an_interrupt(read, told, raised):
    with DuckDBEngine() as engine:
        kept, engine._connection = engine._connection, Broken(told)
        try:
            with pytest.raises(raised):
                getattr(engine, read)("SELECT 1")
        finally:
            engine._connection = kept


def test_a_setting_that_makes_no_sense_is_an_error(tmp_path):
    with pytest.raises(EngineError, match="ASG_E_ENGINE"):
        DuckDBEngine(memory_limit="plenty", temp_directory=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_directory_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(EngineError, match="No such file or directory"):
        DuckDBEngine(temp_directory=tmp_path / "absent")


def test_a_table_of_unreadable_types_is_an_error():
    with DuckDBEngine() as engine, pytest.raises(EngineError, match="Not implemented"):
        engine.register("t", pa.table({"x": pa.array([1], pa.decimal256(50, 2))}))


def test_a_sealed_engine_reads_no_file_and_still_spills(tmp_path):
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    with DuckDBEngine(memory_limit="100MB", temp_directory=tmp_path) as engine:
        engine.execute(
            "CREATE TEMP TABLE t AS SELECT 'x' || i AS s FROM range(2000000) r(i)"
        )
        engine.seal()
        with pytest.raises(EngineError, match=r"file system operations are disabled"):
            engine.execute(f"SELECT * FROM '{tmp_path / 'secret.csv'}'")
        grouped = "SELECT COUNT(*) FROM (SELECT s FROM t GROUP BY s) AS g"
        assert engine.fetch_rows(grouped) == [(2_000_000,)]


def test_a_full_temporary_directory_says_where_and_is_cleaned(tmp_path, monkeypatch):
    monkeypatch.setattr("autoseg.engines.embedded._room", lambda _folder: "10MB")
    sql = "CREATE TABLE t AS SELECT hash(range) AS h FROM range(5000000) ORDER BY h"
    limits = {"memory_limit": "30MB", "threads": 1, "temp_directory": tmp_path}
    with DuckDBEngine(**limits) as engine:
        with pytest.raises(EngineMemoryError, match=r"9\.5 MiB of disk in ") as caught:
            engine.execute(sql)
        # it can go on, with less
        assert engine.fetch_rows("SELECT 1") == [(1,)]
    assert f"in {tmp_path}, " in str(caught.value)
    assert "temp_directory, --temp-directory" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


class _FullDisk:
    def execute(self, *_: object) -> None:
        message = 'IO Error: Could not write file "t.tmp": No space left on device'
        raise duckdb.IOException(message)

    def close(self) -> None: ...


def test_a_disk_without_room_is_want_of_room():
    with DuckDBEngine() as engine:
        engine._connection = _FullDisk()
        with pytest.raises(EngineMemoryError, match="No space left"):
            engine.execute("SELECT 1")


def test_a_limit_too_small_to_begin_with_is_want_of_memory(tmp_path):
    with pytest.raises(EngineMemoryError, match="1KB of memory with all threads"):
        DuckDBEngine(memory_limit="1KB", temp_directory=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_long_statement_moves_its_course_on():
    told = []
    course = Course(told.append)
    with DuckDBEngine(threads=1) as engine, engine.followed(course):
        course.step(0, 0.5)
        engine.execute(
            "CREATE TABLE t AS SELECT hash(range) AS h FROM range(20000000) ORDER BY h"
        )
        course.end()
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)
    assert len(told) > 2
    assert max(told[:-1]) <= 0.5


def test_a_course_that_nobody_follows_has_no_thread():
    before = threading.active_count()
    with DuckDBEngine() as engine, engine.followed(Course()):
        assert threading.active_count() == before

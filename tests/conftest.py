"""Fixtures that every room shares: larger data, a database server, a Spark session."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from autoseg.tables import StagedTables

NUMBERS = count()

# a busy machine is no reason for a test to fail; HYPOTHESIS_PROFILE=long looks longer
settings.register_profile("autoseg", deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "autoseg"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name what is best run by one process, for ``pytest -n 2 --dist loadgroup``.

    A file's tests share fits that take seconds, and Spark and UMAP are slow until they
    are warm.
    """
    for item in items:
        told = getattr(item, "callspec", None)
        named = set(getattr(item, "fixturenames", ()))
        named |= {str(one) for one in told.params.values()} if told else set()
        group = item.path.name
        if {"spark", "in_spark"} & named or "spark" in item.name:
            group = "spark"
        elif "neighbour" in item.nodeid:
            group = "umap"
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of the larger data sets, named by AUTOSEG_DATA."""
    folder = os.environ.get("AUTOSEG_DATA")
    if not folder:
        # the folder is no part of the project, so even AUTOSEG_REQUIRE_ALL lets
        # a clone that stands alone pass; once it is named, it has to be whole
        pytest.skip("AUTOSEG_DATA names no folder of larger data sets")
    path = Path(folder)
    if not (path / "online_retail.parquet").is_file():
        pytest.fail(f"AUTOSEG_DATA={folder} lacks online_retail.parquet")
    return path


def _absent(reason: str) -> None:
    if os.environ.get("AUTOSEG_REQUIRE_ALL") == "1":
        pytest.fail(f"AUTOSEG_REQUIRE_ALL=1, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a PostgreSQL server; a new one, if AUTOSEG_POSTGRES is unset.

    The server listens on this machine only and is gone after the tests.
    """
    given = os.environ.get("AUTOSEG_POSTGRES")
    if given:
        yield given
        return
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    control = str(installed[-1]) if installed else shutil.which("pg_ctl")
    if control is None:
        _absent("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="autoseg-postgres-"))
    if os.geteuid() == 0:
        # the server refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    port = _free_port()
    try:
        _as_nobody(
            str(Path(control).with_name("initdb")),
            *("--pgdata", str(folder / "data"), "--username", "autoseg"),
            *("--auth", "trust", "--encoding", "UTF8", "--no-sync"),
        )
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
            " -c fsync=off"
        )
        server = (control, "--pgdata", str(folder / "data"))
        log = ("--log", str(folder / "log"))
        _as_nobody(*server, *log, "--wait", "--options", options, "start")
        yield f"postgresql://autoseg@127.0.0.1:{port}/postgres"
        _as_nobody(*server, "--wait", "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_nobody(*command: str) -> None:
    who = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    quiet = subprocess.DEVNULL
    subprocess.run(
        command, check=True, cwd="/", stdin=quiet, stdout=quiet, timeout=120, **who
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Return a Spark session of two threads in a time zone that is not UTC."""
    if shutil.which("java") is None:
        _absent("Java is not installed")
    with warnings.catch_warnings():
        # of the kind "does not yet support" another package
        warnings.simplefilter("ignore")
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            _absent("pyspark is not installed")
        settings = {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.sql.session.timeZone": "America/New_York",
            "spark.sql.shuffle.partitions": "2",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        builder = SparkSession.builder.master("local[2]").appName("autoseg")
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def skops_io() -> Any:
    """Return the module of skops that writes and reads files."""
    try:
        import skops.io
    except ImportError:
        _absent("skops is not installed")
    return skops.io


@pytest.fixture(scope="session")
def mlflow() -> Any:
    """Return MLflow, which sends nothing home."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    with warnings.catch_warnings():
        # of its own type hints
        warnings.simplefilter("ignore")
        try:
            import mlflow.pyfunc
        except ImportError:
            _absent("mlflow-skinny is not installed")
    return mlflow


@dataclass(frozen=True)
class Place:
    """A place for tables: how pandas tables get there, and an engine over it."""

    name: str
    bring: Callable[[pd.DataFrame], Any]
    engine: Callable[[], Any]

    @contextmanager
    def staged(
        self, tables: Mapping[str, pd.DataFrame], **settings: Any
    ) -> Iterator[StagedTables]:
        from autoseg.tables.inplace import stage_in_place

        there = {role: self.bring(frame) for role, frame in tables.items()}
        with self.engine() as engine:
            yield stage_in_place(engine, there, **settings)


@pytest.fixture(scope="session")
def in_postgres(postgres: str) -> Place:
    import sqlalchemy as sa

    from autoseg import Query
    from autoseg.engines import PostgresEngine

    database = sa.create_engine(
        postgres.replace("://", "+psycopg://"), poolclass=sa.pool.NullPool
    )

    def bring(frame: pd.DataFrame) -> Any:
        name = f"in_place_{next(NUMBERS)}"
        frame.to_sql(name, database, index=False)
        return Query(f"SELECT * FROM {name}", postgres)

    return Place("postgres", bring, lambda: PostgresEngine(postgres))


@pytest.fixture(scope="session")
def in_spark(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Place:
    from autoseg.engines import SparkEngine

    folder = tmp_path_factory.mktemp("spark")

    def bring(frame: pd.DataFrame) -> Any:
        path = folder / f"{next(NUMBERS)}.parquet"
        frame.to_parquet(path)
        return spark.read.option("inferTimestampNTZ", "true").parquet(str(path))

    return Place("spark", bring, lambda: SparkEngine(spark))


@pytest.fixture(params=["postgres", "spark"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(f"in_{request.param}")

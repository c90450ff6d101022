"""The ledger: a SQLite file that keeps the leaves of one campaign through kills, power cuts and full disks.

One process writes at a time: it holds SQLite's exclusive lock as long as it runs, and the system releases the lock even
if the process is killed; a second process is refused. Each batch of leaves is one transaction in a write-ahead log, on
disk before the next begins (synchronous=FULL); closing moves the log into the file. A ledger holds whole leaves, so
a campaign may be continued with more trials; a campaign with other parameters is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import quote

from lt_proofs.campaigns.leaves import LEAF, Leaf
from lt_proofs.errors import BadInput, LtProofsError, Malformed
from lt_proofs.terms import canonical_json

# marks a SQLite file as a ledger: the letters LTPL
APPLICATION = 0x4C54504C
VERSION = 1
SCHEMA = {
    "campaign": "CREATE TABLE campaign (parameters TEXT NOT NULL) STRICT",
    "leaves": (
        "CREATE TABLE leaves (number INTEGER PRIMARY KEY, trials INTEGER NOT NULL, histogram TEXT NOT NULL, "
        "digest BLOB NOT NULL) STRICT"
    ),
}
# the last leaf of a shorter run has fewer trials, and a longer run replaces it
INSERT = "INSERT INTO leaves VALUES (?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET trials = excluded.trials, "
INSERT += "histogram = excluded.histogram, digest = excluded.digest WHERE excluded.trials > leaves.trials"
# the longest text or blob that is read, since a ledger may come from strangers
MAX_TEXT = 1 << 20


class LedgerFull(LtProofsError):
    """The disk is full: free some space, then run the same command with --resume."""


class Ledger:
    """The leaves of one campaign in a file. Use it in a ``with`` block, and only in the thread that opened it.

    A subclass that keeps something else than leaves has its own ``schema``, which includes the campaign's table.
    """

    schema: ClassVar[dict[str, str]] = SCHEMA

    def __init__(self, path: Path, connection: sqlite3.Connection, parameters: dict[str, Any], writing: bool) -> None:
        self.path = path
        self._writing = writing
        self.parameters = parameters
        self._connection = connection

    @classmethod
    def open(cls, path: Path, parameters: dict[str, Any], *, resume: bool) -> Self:
        """Open a ledger for writing: a new one or, with ``resume``, an existing one.

        Raises BadInput if it exists and ``resume`` is not set, holds another campaign or is in use by another process;
        Malformed if it is no ledger.
        """
        if path.is_symlink() or path.is_dir():
            raise BadInput("ledger", path, "give the name of a file that is neither a link nor a folder")
        if not path.exists():
            _create(path, canonical_json(parameters), cls.schema)
        elif not resume:
            raise BadInput("ledger", path, "it exists already; give --resume to continue it, or another name")
        # looked at first for reading only: another program's database must not be changed, not even its journal
        with cls.read(path) as before:
            _require_same(path, before.parameters, parameters)
        connection = _connect(path, "rw")
        try:
            with _as_ours(path):
                connection.execute("PRAGMA locking_mode=EXCLUSIVE")
                connection.execute("PRAGMA journal_mode=WAL").fetchone()
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("BEGIN IMMEDIATE")
                # SQLite takes the exclusive lock at the first write, so something must be written now
                connection.execute("PRAGMA user_version=1")
                connection.execute("COMMIT")
                found = _checked(connection, path, cls.schema)
            _require_same(path, found, parameters)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection, parameters, writing=True)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open a ledger for reading only; raise BadInput if there is no file, Malformed if it is no ledger."""
        connection = _connect(path, "ro")
        try:
            with _as_ours(path):
                return cls(path, connection, _checked(connection, path, cls.schema), writing=False)
        except BaseException:
            connection.close()
            raise

    def sizes(self) -> dict[int, int]:
        """Return the number of trials of each kept leaf."""
        return dict(self._rows("SELECT number, trials FROM leaves"))

    def leaf(self, number: int) -> Leaf:
        """Return one kept leaf; raise Malformed if its row is inconsistent."""
        with _as_ours(self.path):
            query = "SELECT trials, histogram, digest FROM leaves WHERE number = ?"
            row = self._connection.execute(query, (number,)).fetchone()
        return _leaf(self.path, number, *row)

    def add(self, leaves: Iterable[Leaf]) -> None:
        """Keep these leaves, all or none; they are on disk when this returns. A shorter leaf never replaces a longer.

        Raises LedgerFull if the disk is full; the leaves kept before stay.
        """
        rows = [(leaf.number, leaf.trials, _text(leaf.histogram), leaf.digest) for leaf in leaves]
        self._commit(INSERT, rows)

    def forget(self, numbers: Iterable[int]) -> None:
        """Delete leaves that turned out to be wrong."""
        self._commit("DELETE FROM leaves WHERE number = ?", [(number,) for number in numbers])

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with _as_ours(self.path):
            return self._connection.execute(query).fetchall()

    def _commit(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        with _as_ours(self.path):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany(statement, rows)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file, and move the log into it if possible; otherwise the next process to open it does so."""
        with contextlib.suppress(sqlite3.Error):
            if self._writing:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                # a reader's shared memory; none can be reading while this process holds the lock
                self.path.with_name(self.path.name + "-shm").unlink(missing_ok=True)
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _create(path: Path, parameters: str, schema: dict[str, str]) -> None:
    """Create a ledger with empty tables; it appears under its name only when it is complete."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with _as_ours(path), contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
            # no journal is needed: the file gets its name only when it is complete and on disk
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            for text in schema.values():
                connection.execute(text)
            connection.execute("INSERT INTO campaign VALUES (?)", (parameters,))
            connection.execute(f"PRAGMA application_id={APPLICATION}")
            connection.execute(f"PRAGMA user_version={VERSION}")
            connection.execute("COMMIT")
        _take_name(part, path)
    except FileExistsError:
        raise BadInput("ledger", path, "another process has just created it; wait until that one has ended") from None
    except OSError as error:
        raise BadInput("ledger", path, f"{error.strerror or error}; give a place that can be written") from None
    finally:
        part.unlink(missing_ok=True)


def _take_name(part: Path, path: Path) -> None:
    """Give the file its name unless that is taken; on file systems without hard links by renaming."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError from None
        part.rename(path)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    if not path.is_file():
        raise BadInput("ledger", path, "no such file; give the name of a ledger")
    # without a log nobody is writing; "immutable" then lets SQLite read it in a folder without write permission
    still = "&immutable=1" if mode == "ro" and not path.with_name(path.name + "-wal").exists() else ""
    with _as_ours(path):
        uri = f"file:{quote(str(path.absolute()))}?mode={mode}{still}"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=1.0)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
    return connection


def _checked(connection: sqlite3.Connection, path: Path, schema: dict[str, str]) -> dict[str, Any]:
    """Return the campaign's parameters; raise Malformed unless application, version and schema are a ledger's."""
    marks = [connection.execute(f"PRAGMA {mark}").fetchone()[0] for mark in ("application_id", "user_version")]
    if marks[0] != APPLICATION:
        raise Malformed(path, "it is no ledger of this program")
    if marks[1] != VERSION:
        raise Malformed(path, f"a ledger of version {marks[1]}; this program reads version {VERSION}")
    found = list(connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name"))
    if found != [("table", name, text) for name, text in sorted(schema.items())]:
        other = [f"{kind} {name}" for kind, name, text in found if text != schema.get(name)]
        raise Malformed(path, f"its schema is not that of a ledger: {', '.join(other)[:60] or 'a table is missing'}")
    rows = connection.execute("SELECT parameters FROM campaign LIMIT 2").fetchall()
    try:
        parameters = json.loads(rows[0][0]) if len(rows) == 1 else None
    except (ValueError, RecursionError):
        parameters = None
    if not isinstance(parameters, dict):
        raise Malformed(path, "it names no campaign")
    return parameters


def _require_same(path: Path, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raise BadInput for a ledger of another campaign; the message shows the parameters that differ."""
    if found != wanted:
        names = [name for name in sorted({*found, *wanted}) if found.get(name) != wanted.get(name)]
        texts = [", ".join(f"{name} {_plain(side.get(name))}" for name in names) for side in (found, wanted)]
        raise BadInput("ledger", path, f"it holds a campaign of {texts[0]}, this one is of {texts[1]}")


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)[:40]


def _text(histogram: tuple[tuple[int, int], ...]) -> str:
    return ",".join(f"{result}:{count}" for result, count in histogram)


def _leaf(path: Path, number: int, trials: int, histogram: str, digest: bytes) -> Leaf:
    """Return the leaf of a row; raise Malformed unless its counts, trials and digest are consistent."""
    try:
        pairs = tuple((int(a), int(b)) for a, b in (pair.split(":") for pair in histogram.split(",")))
        trials, digest = int(trials), bytes(digest)
    except (ValueError, TypeError, AttributeError):
        pairs = ()
    counts = sum(count for _, count in pairs)
    if counts != trials or not 0 < trials <= LEAF or len(digest) != 32 or any(count < 1 for _, count in pairs):
        raise Malformed(path, f"leaf {number} is inconsistent")
    return Leaf(number, trials, pairs, digest)


@contextlib.contextmanager
def _as_ours(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into errors of this program, by their codes."""
    try:
        yield
    except sqlite3.Error as error:
        # the low byte is the primary code; the others refine it
        code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BadInput(
                "ledger", path, "another process has it open; wait until that one has ended, or give another name"
            ) from None
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            remedy = "free some disk space and run the same command with --resume"
            raise LedgerFull(f"ledger: {path} cannot be written ({error}); {remedy}") from None
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
            raise Malformed(path, f"it is no ledger: {error}") from None
        raise BadInput("ledger", path, f"{error}; give a file that can be read and written") from None

"""The Coq files of formal/: where they lie, which of them a theorem needs, and their compiled form.

A compiled file is used only if it belongs to the source beside it. In the folder of the sources, where ``make`` leaves
them, the .glob file names the hash of the source that was compiled. Otherwise the files are compiled into the user's
cache, in a folder that is named after the hash of all sources and the version of coqc. Coq itself refuses a compiled
file that was made with other versions of the files it requires, or by another coqc.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path

import lt_proofs
from lt_proofs.caches import caches_root, drop_all_but_newest, usable
from lt_proofs.coq.coqc import compiled, find_coqc, version_of
from lt_proofs.errors import BadInput

PLACE = "LT_PROOFS_FORMAL"
"""The environment variable that may name the folder of the sources."""
ROOT = "LT"
"""The logical name under which Coq knows the folder."""
KEPT = 3
"""How many folders with compiled files of older sources are kept."""
REQUIRES = re.compile(rf"^From\s+{ROOT}\s+Require\s+(?:Import|Export)\s+([^.]*)\.", re.MULTILINE)
Progress = Callable[[int, int], None]


def sources() -> Path:
    """Return the folder of the Coq files: formal/ of a checkout, or the copy that is installed with the package.

    Raises BadInput if there is none, as where a checkout has lost its symbolic links.
    """
    chosen = os.environ.get(PLACE)
    folder = Path(chosen) if chosen else Path(lt_proofs.__file__).parent / "formal"
    if not any(folder.glob("*.v")):
        remedy = f"it holds no Coq files; set {PLACE} to the folder formal/ of a checkout"
        raise BadInput(PLACE if chosen else "formal", folder, remedy)
    return folder.resolve()


def coqc_for(argument: str) -> str:
    """Return the path of coqc; raise BadInput, which names the argument that needs it, where it is not installed."""
    return find_coqc(argument, " ".join((sources() / "packages.txt").read_text("ascii").split()))


def needed(modules: Iterable[str], folder: Path) -> list[str]:
    """Return the modules of the folder that these rest on, and they themselves, in an order for compiling.

    Raises BadInput for a module that the folder lacks.
    """
    graph, open_ = dict[str, list[str]](), list(modules)
    while open_:
        name = open_.pop()
        if name in graph:
            continue
        path = folder / f"{name}.v"
        if not path.is_file():
            raise BadInput("formal", folder, f"it lacks {path.name}; use the folder of this version of lt_proofs")
        graph[name] = [word for found in REQUIRES.findall(path.read_text("utf-8")) for word in found.split()]
        open_ += graph[name]
    return list(TopologicalSorter(graph).static_order())


def built(modules: Iterable[str], coqc: str, progress: Progress | None = None) -> Path:
    """Return a folder with the compiled form of these modules and of all that they rest on; compile what is missing.

    ``progress`` is called with (files done, files in all). Raises BadInput if there are no sources, or if one does not
    compile, as without mathcomp.
    """
    folder = sources()
    names = needed(modules, folder)
    if all(_made_here(folder, name) for name in names):
        return folder
    cache = _cache(folder, coqc)
    missing = [name for name in names if not (cache / f"{name}.vo").is_file()]
    for done, name in enumerate(missing, len(names) - len(missing)):
        if progress is not None:
            progress(done, len(names))
        _compile(coqc, cache, name)
    return cache


def is_built(modules: Iterable[str], coqc: str) -> bool:
    """Whether `built` has nothing left to compile."""
    folder = sources()
    names = needed(modules, folder)
    places = [folder] if all(_made_here(folder, name) for name in names) else [_cache(folder, coqc)]
    return all((place / f"{name}.vo").is_file() for place in places for name in names)


@contextmanager
def workplace(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield a temporary folder, and the options with which coqc finds the compiled files from there."""
    with tempfile.TemporaryDirectory(prefix="lt_proofs-") as name:
        yield Path(name), ["-R", str(folder), ROOT]


def _made_here(folder: Path, name: str) -> bool:
    """Whether the compiled file beside a source was made from this source."""
    glob = folder / f"{name}.glob"
    if not (folder / f"{name}.vo").is_file() or not glob.is_file():
        return False
    digest = hashlib.md5((folder / f"{name}.v").read_bytes(), usedforsecurity=False).hexdigest()
    with glob.open(encoding="utf-8") as file:
        return file.readline().split() == ["DIGEST", digest]


def _cache(folder: Path, coqc: str) -> Path:
    """Return the cache for these sources and this compiler, with a copy of the sources."""
    texts = {path.name: path.read_bytes() for path in sorted(folder.glob("*.v"))}
    digest = hashlib.sha256(version_of(coqc).encode())
    for name, text in texts.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(text).digest())
    root = caches_root() / "lt_proofs"
    place = root / f"formal-{digest.hexdigest()[:16]}"
    if not usable(place):
        raise BadInput("XDG_CACHE_HOME", root, "compiled Coq files cannot be written there; name another folder")
    for name, text in texts.items():
        if not (place / name).is_file():
            (place / name).write_bytes(text)
    place.touch()
    drop_all_but_newest(root, "formal-*", KEPT)
    return place


def _compile(coqc: str, folder: Path, name: str) -> None:
    """Compile one file of the cache; the result appears in it whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as place:
        # Coq takes the logical name of a compiled file from the folder into which it is written
        options = ["-noglob", "-R", ".", ROOT, "-R", place, ROOT, "-o", f"{place}/{name}.vo"]
        answer = compiled(coqc, folder, f"{name}.v", *options)
        if not answer.confirmed:
            raise BadInput("formal", f"{name}.v", f"coqc does not compile it: {answer.reason}; see CONTRIBUTING.md")
        (Path(place) / f"{name}.vo").replace(folder / f"{name}.vo")

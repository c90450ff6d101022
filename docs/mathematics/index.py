"""Writes index.json, and the contents of README.md, from the headings of the chapters.

Run it after adding a section: ``python docs/mathematics/index.py``.  A test fails where the two are out of date.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ANCHORS = re.compile(r'<a id="([a-z0-9-]+)"></a>')
CHAPTER = re.compile(r"# (\d+) (.+)")
SECTION = re.compile(r"## (\d+)\.(\d+) (.+)")
BEGIN, END = "<!-- contents: written by index.py -->", "<!-- end of contents -->"


class Section(NamedTuple):
    """A numbered section, the file that it stands in and its anchors, of which the first is its own."""

    number: str
    title: str
    file: str
    anchors: tuple[str, ...]


def chapters() -> list[tuple[str, str, list[Section]]]:
    """The number and title of each chapter with its sections; raises ValueError for a heading that does not fit."""
    found = []
    for path in sorted(HERE.glob("[0-9]*.md"), key=lambda path: int(path.name.split("-")[0])):
        first, *lines = path.read_text("utf-8").splitlines()
        chapter = CHAPTER.fullmatch(first)
        if chapter is None:
            raise ValueError(f"{path.name}: the first line is not '# NUMBER TITLE'")
        sections = []
        for before, line in zip(["", *lines], lines, strict=False):
            if not line.startswith("## "):
                continue
            match = SECTION.fullmatch(line)
            anchors = tuple(ANCHORS.findall(before))
            if match is None or match[1] != chapter[1] or not anchors:
                raise ValueError(f"{path.name}: {line!r} needs '## {chapter[1]}.NUMBER TITLE' below an anchor")
            sections.append(Section(f"{match[1]}.{match[2]}", match[3], path.name, anchors))
        found.append((chapter[1], chapter[2], sections))
    return found


def index_text() -> str:
    """The text of index.json: number, title, file and anchor by label, one label a line."""
    rows = [
        f"  {json.dumps(label)}: {json.dumps({'number': number, 'title': title, 'file': file, 'anchor': label})}"
        for _, _, sections in chapters()
        for number, title, file, anchors in sections
        for label in anchors
    ]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def contents() -> str:
    """The contents as Markdown: a line for each chapter and for each of its sections."""
    lines = []
    for number, title, sections in chapters():
        lines.append(f"* **[{number} {title}]({sections[0].file})**")
        lines += [f"  * [{s.number}]({s.file}#{s.anchors[0]}) {s.title}" for s in sections]
    return "\n".join(lines)


def readme_text() -> str:
    """README.md with the contents as they should be."""
    text = (HERE / "README.md").read_text("utf-8")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{contents()}\n{END}{tail}"


if __name__ == "__main__":
    (HERE / "index.json").write_text(index_text(), "utf-8")
    (HERE / "README.md").write_text(readme_text(), "utf-8")

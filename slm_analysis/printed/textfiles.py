"""CSV and YAML files as text and records, or an error that names the place; CSV and JSON out."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from slm_analysis.errors import DataError
from slm_analysis.project import whole


def one_line(value: object) -> str:
    r"""Return a text with every run of spaces, tabs and line breaks as one space.

    Examples
    --------
    >>> one_line(" minder\u00a0dan\n5 ")
    'minder dan 5'
    """
    return re.sub("[ \t\r\n\u00a0\u2007\u2009\u202f]+", " ", str(value)).strip()


def unfit(text: str) -> str:
    """Say why a free text cannot be kept, or nothing where it can.

    Examples
    --------
    >>> unfit("annex 2"), unfit("=HYPERLINK(1)")
    ('', 'a text begins with no =, + or @: a spreadsheet would read a formula')
    """
    if text.startswith(("=", "+", "@")):
        return "a text begins with no =, + or @: a spreadsheet would read a formula"
    return "" if text.isprintable() else "a character that cannot be seen; type the text anew"


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a CSV file as text, cell by cell.

    Parameters
    ----------
    path
        File in UTF-8 with a header line, fields parted by commas.

    Raises
    ------
    DataError
        If the file is absent, is not UTF-8, or a row has too many or too few fields.
    """
    file = path.name
    try:
        rows = list(csv.reader(io.StringIO(utf8_text(path), newline=""), strict=True))
    except csv.Error as error:
        raise DataError(f"not a CSV file: {error}", file=file) from None
    if not rows:
        raise DataError("empty file; a header line is needed", file=file)
    header, *body = rows
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            told = f"{len(row)} fields; the header has {len(header)}"
            raise DataError(told, file=file, row=number)
    return pd.DataFrame(body, columns=header, dtype=str)


def utf8_text(path: Path) -> str:
    """Return the text of a file, or say that it is missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise DataError("file missing", file=path.name) from None
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=path.name) from None


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV; the file is there whole or not at all, and its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as unfinished:
        table.to_csv(unfinished, index=False, lineterminator="\n", encoding="utf-8")


def write_json(value: dict[str, Any], path: Path) -> None:
    """Write JSON for people and tools."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


class PlainLoader(yaml.SafeLoader):
    """YAML as people read it: no aliases, tags or repeated keys; dates, ``010`` and ``1:30`` text.

    Aliases unfold into what no memory holds, and a repeated key hides the first.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 (as in yaml)
        first: [(tag, form) for tag, form in forms if tag.rpartition(":")[2] in ("bool", "null")]
        for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse anchors, aliases and tags."""
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise yaml.YAMLError(f"aliases, anchors and tags are not allowed\n{event.start_mark}")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that stands twice."""
        mapping = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            raise yaml.YAMLError(f"a key stands twice\n{node.start_mark}")
        return mapping


PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]{0,14})$"), list("-0123456789")
)
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}$"), list("-0123456789")
)


def parse_yaml(text: str, file: str) -> Any:
    """Return what a text in YAML holds.

    Parameters
    ----------
    text
        One document.
    file
        Name for messages.

    Raises
    ------
    DataError
        If it is not YAML, or not as :class:`PlainLoader` reads it.

    Examples
    --------
    >>> parse_yaml("{published: 2015-06-01, rounded_to: 5, code: 010}", "record.yml")
    {'published': '2015-06-01', 'rounded_to': 5, 'code': '010'}
    """
    try:
        return yaml.load(text, PlainLoader)
    except yaml.YAMLError as error:
        raise DataError(f"not YAML: {' '.join(str(error).split())}", file=file) from None
    except RecursionError:
        raise DataError("not YAML: brackets within brackets too deep", file=file) from None


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Raises
    ------
    DataError
        If the file is absent, not UTF-8 or not YAML.
    """
    return parse_yaml(utf8_text(path), path.name)

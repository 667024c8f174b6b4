"""What the fields of a claim and the arguments of its test may be."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Argument:
    """A shape that a value may have, and its name in messages."""

    allowed: str
    check: Callable[[Any], bool]


Arguments = Mapping[str, Argument]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_value(value: Any) -> bool:
    return _is_text(value) or _is_number(value) or isinstance(value, datetime.date)


def _list_of(check: Callable[[Any], bool], least: int = 1) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(check, value))


def _is_ratio_part(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"from", "to"}
        and _list_of(_is_text)(value["from"])
        and _is_text(value["to"])
    )


def _is_selection(value: Any) -> bool:
    wanted = _list_of(_is_value)
    return isinstance(value, dict) and all(
        _is_value(each) or wanted(each) for each in value.values()
    )


TEXT = Argument("a text (a number in quotes)", _is_text)
TEXTS = Argument("a list of texts", _list_of(_is_text))
TEXTS_IF_ANY = Argument("a list of texts", _list_of(_is_text, least=0))
NUMBER = Argument("a number", _is_number)
VALUE = Argument("a text, a number or a date", _is_value)
VALUES = Argument("a list of texts, numbers or dates", _list_of(_is_value))
MAPPING = Argument("one test type with its arguments", lambda value: isinstance(value, dict))
LIST = Argument("a list", lambda value: isinstance(value, list))
ONE_CELL = Argument("a cell", _is_text)
CELLS = Argument("a list of cells", _list_of(_is_text))
SEVERAL_CELLS = Argument("a list of two cells or more", _list_of(_is_text, least=2))
RATIO_PART = Argument("from, a list of cells, and to, a cell", _is_ratio_part)
SELECTION = Argument("columns with the values wanted", _is_selection)

"""How tables and figures reach a reader: escaped HTML, plain text, SVG and PNG with alt text."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from jinja2 import Environment
from markupsafe import Markup
from matplotlib.figure import Figure

from slm_analysis.project import Project

NUMBER_LIKE = re.compile(r"[\d<>≥±+−–.,% ]*|not printed|none|no limit")

TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """\
<table>
<caption style="text-align: left; font-weight: bold; padding: 0.4em 0">{{ caption }}</caption>
<thead>
<tr>
{% for name in header %}
<th scope="col" style="text-align: {{ sides[loop.index0] }}; vertical-align: bottom">{{ name }}</th>
{% endfor %}
</tr>
</thead>
<tbody>
{% for row in rows %}
<tr>
{% for value in row %}
{% if loop.first %}
<th scope="row" style="text-align: left; vertical-align: top">{{ value }}</th>
{% else %}
<td style="text-align: {{ sides[loop.index0] }}; vertical-align: top">{{ value }}</td>
{% endif %}
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>
{% for note in notes %}
<p style="font-size: 85%; margin: 0.2em 0">{{ note }}</p>
{% endfor %}
"""
)


@dataclass(frozen=True, eq=False)
class Table:
    """A table for readers; the first column heads its row.

    Parameters
    ----------
    frame
        Cells as people read them, text or ``Markup``; everything else is escaped.
    caption, notes
        Above and below the table.
    """

    frame: pd.DataFrame
    caption: str
    notes: tuple[str, ...] = ()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}

    def html(self) -> str:
        """Return the table as HTML."""
        plain = self.frame.map(_plain)
        numbers = plain.map(lambda text: bool(NUMBER_LIKE.fullmatch(text)))
        return TEMPLATE.render(
            caption=self.caption,
            header=list(self.frame.columns),
            sides=["right" if numbers[name].all() else "left" for name in self.frame],
            rows=self.frame.to_numpy(object).tolist(),
            notes=self.notes,
        )

    def text(self) -> str:
        """Return the table as plain text."""
        return "\n".join([self.caption, self.frame.map(_plain).to_string(index=False), *self.notes])


@dataclass(frozen=True)
class Text:
    """A sentence or more for readers, in Markdown."""

    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/markdown": self.text, "text/plain": self.text.replace("**", "")}


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure with its name, the words for those who cannot see it, and the plotted data."""

    figure: Figure
    name: str
    alt: str
    data: pd.DataFrame

    def save(self) -> Drawing:
        """Write SVG and PNG to the project's figures, and return the drawing for display."""
        folder = Project.current().figures
        folder.mkdir(parents=True, exist_ok=True)
        self.figure.savefig(
            folder / f"{self.name}.svg",
            metadata={"Date": None, "Creator": None, "Title": self.name, "Description": self.alt},
        )
        (folder / f"{self.name}.png").write_bytes(self.png())
        return self

    def png(self) -> bytes:
        """Return the figure as PNG."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        # closing keeps the inline backend from showing the figure a second time
        plt.close(self.figure)
        return (
            {"image/png": self.png(), "text/plain": f"Figure {self.name}: {self.alt}"},
            {"image/png": {"alt": self.alt}},
        )


def number(value: float, digits: int = 0) -> str:
    """Write a number; a minus sign is a minus sign, and no bound is said in words."""
    if math.isinf(value):
        return "no limit"
    return f"{value:.{digits}f}".replace("-", "−")


def interval(lo: float, hi: float, digits: int = 0) -> str:
    """Write bounds as ``273–277``; one number where both are the same."""
    if np.isnan(lo) and np.isnan(hi):
        return "not printed"
    if np.isnan(lo):
        return f"at most {number(hi, digits)}"
    if np.isinf(hi):
        return f"≥ {number(lo, digits)}"
    low, high = number(lo, digits), number(hi, digits)
    if low == high:
        return low
    return f"{low} to {high}" if "−" in low + high else f"{low}–{high}"


def intervals(frame: pd.DataFrame, prefix: str = "", digits: int = 0) -> list[str]:
    """Write the bounds in two columns of a table, row by row."""
    return [
        interval(lo, hi, digits)
        for lo, hi in zip(frame[f"{prefix}lo"], frame[f"{prefix}hi"], strict=True)
    ]


def printed_over_bounds(printed: str, lo: float, hi: float) -> Markup:
    """Return a cell with the printed figure above its bounds."""
    return Markup("{}<br><small>{}</small>").format(printed, interval(lo, hi))


def _plain(value: object) -> str:
    if isinstance(value, Markup):
        return Markup(value.replace("<br>", " ")).striptags()
    return str(value)

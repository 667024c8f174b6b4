"""How tables and figures reach a reader: escaped HTML, plain text, SVG and PNG with alt text."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from matplotlib.figure import Figure
from PIL import Image

from slm_analysis.language import _, decimal, listing
from slm_analysis.printed.textfiles import write_csv
from slm_analysis.project import shown_in

# what stands to the right in its column, and is not broken over lines when short
NUMBER_LIKE = re.compile(
    r"(?:[\d<>≥+−–.,;% -]|to |at most|not printed|no limit|tot |hoogstens|niet vermeld"
    r"|minder dan|geen enkele|geen|tussen| en )*"
)
SHORT = 14

# why a table or figure has nothing to show
NO_CELL = "no cell of this selection is printed"
NO_COMPARISON = "what is printed allows no comparison"

MOST_ROWS = 10  # of a table that is shown; the rest is in its CSV

WIDE, NARROW = 16.0, 8.6  # centimetres, of a figure in print and on a phone

SHOWN = 630  # pixels, the width of a figure in a notebook

CLIP = re.compile(r"(?<=#)p[0-9a-f]{10}(?=\))")  # matplotlib's name of a clip path
# a reader's machine takes the next where it lacks the first
TYPEFACES = "'Source Sans Pro', 'Source Sans 3', Arial, sans-serif"


def _plain(value: object) -> str:
    if isinstance(value, Markup):
        return Markup(value.replace("<br>", " ")).striptags()
    return str(value)


def _unbroken(value: object) -> str:
    text = _plain(value)
    return "; white-space: nowrap" if len(text) <= SHORT and NUMBER_LIKE.fullmatch(text) else ""


_FOLDER = FileSystemLoader(Path(__file__).parent)
_ENVIRONMENT = Environment(loader=_FOLDER, autoescape=True, trim_blocks=True, lstrip_blocks=True)
_ENVIRONMENT.filters |= {"unbroken": _unbroken, "_": _}


@dataclass(frozen=True, eq=False)
class Table:
    """A table for readers; the first column heads its row.

    Parameters
    ----------
    frame
        Cells as people read them, text or ``Markup``; everything else is escaped.
    caption, notes
        Above and below the table.
    data
        What it shows, as numbers; :meth:`save` writes it.
    nothing
        What is said of a table without rows.
    """

    frame: pd.DataFrame
    caption: str
    notes: tuple[str, ...] = ()
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
    nothing: str = NO_CELL

    def save(self, name: str, folder: Path | str = "") -> Table:
        """Write the data (CSV) and return the table, cut to its first rows if it is long.

        Parameters
        ----------
        name
            Of the file.
        folder
            Where to; in the project's own runs its figures, else nothing is written.

        Examples
        --------
        >>> data = pd.DataFrame({"year": range(2000, 2014)})
        >>> shown = Table(data.astype(str), "Years", data=data).save("years", "mine")
        >>> len(shown.frame), shown.notes
        (10, ('The first 10 of 14 rows; all of them, as numbers: figures/years.csv.',))
        """
        place = shown_in(folder)
        if place:
            write_csv(self.data, place / f"{name}.csv")
        if len(self.frame) <= MOST_ROWS:
            return self
        told = _(
            "The first {shown} of {count} rows; all of them, as numbers: {file}.",
            shown=MOST_ROWS,
            count=len(self.frame),
            file=f"figures/{name}.csv",
        )
        return replace(self, frame=self.frame.head(MOST_ROWS), notes=(*self.notes, told))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}

    def html(self) -> str:
        """Return the table as HTML; one without rows says so in a sentence.

        Examples
        --------
        >>> frame = pd.DataFrame({"country": ["Georgia"], "cases": ["8–12"]})
        >>> "8–12" in Table(frame, "Unanswered, 2014").html()
        True
        >>> Table(frame.head(0), "Unanswered, 2014").html()
        '<p>Unanswered, 2014: no cell of this selection is printed.</p>'
        """
        if self.frame.empty:
            return str(Markup("<p>{}: {}.</p>").format(self.caption, _(self.nothing)))
        plain = self.frame.map(_plain)
        numbers = [plain[name].str.fullmatch(NUMBER_LIKE).all() for name in plain]
        sides = np.where(numbers, "right", "left")
        return _ENVIRONMENT.get_template("table.html.j2").render(table=self, sides=sides)

    def text(self) -> str:
        """Return the table as plain text.

        Examples
        --------
        >>> frame = pd.DataFrame({"country": ["Georgia"], "cases": ["8–12"]})
        >>> print(Table(frame, "Unanswered, 2014").text())
        Unanswered, 2014
        country | cases
        Georgia | 8–12
        """
        rows = [[_(name) for name in self.frame]]
        rows += self.frame.map(_plain).to_numpy(object).tolist()
        return "\n".join([self.caption, *(" | ".join(row) for row in rows), *self.notes])


@dataclass(frozen=True)
class Text:
    """A sentence or more for readers, in Markdown."""

    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/markdown": self.text, "text/plain": self.text.replace("**", "")}


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure with its name, the words for those who cannot see it, and the plotted data.

    Parameters
    ----------
    draw
        Draws it on a sheet so many centimetres wide: :data:`WIDE` for print, :data:`NARROW` for a
        phone.
    name
        Of its files.
    alt
        What it shows, in words.
    data
        What is plotted.
    """

    draw: Callable[[float], Figure]
    name: str
    alt: str
    data: pd.DataFrame

    @cached_property
    def figure(self) -> Figure:
        """The figure as wide as a printed page."""
        return self.draw(WIDE)

    def save(self, folder: Path | str = "") -> Drawing:
        """Write SVG (wide and narrow), PNG and CSV, and return self.

        Parameters
        ----------
        folder
            Where to; in the project's own runs its figures, else nothing is written.

        Examples
        --------
        >>> data = pd.DataFrame({"year": [2014]})
        >>> drawing = Drawing(lambda width: Figure(), "empty", "nothing drawn", data)
        >>> saved = drawing.save("mine")
        >>> sorted(path.name for path in Path("mine").iterdir())
        ['empty.csv', 'empty.narrow.svg', 'empty.png', 'empty.svg']
        """
        place = shown_in(folder)
        if place:
            self.write_svg(place)
            (place / f"{self.name}.png").write_bytes(self.png)
            write_csv(self.data, place / f"{self.name}.csv")
        return self

    def write_svg(self, folder: Path) -> None:
        """Write the figure as SVG, wide and narrow, into a folder, which is made if need be.

        Examples
        --------
        >>> drawing = Drawing(lambda width: Figure(), "empty", "nothing drawn", pd.DataFrame())
        >>> drawing.write_svg(Path("drawn"))
        >>> "nothing drawn" in Path("drawn", "empty.narrow.svg").read_text(encoding="utf-8")
        True
        """
        folder.mkdir(parents=True, exist_ok=True)
        about = {"Date": None, "Creator": None, "Title": self.name, "Description": self.alt}
        for figure, name in ((self.figure, self.name), (self.draw(NARROW), f"{self.name}.narrow")):
            drawn = io.StringIO()
            with plt.rc_context({"svg.hashsalt": name}):  # else ids differ from run to run
                figure.savefig(drawn, format="svg", metadata=about)
            plt.close(figure)
            text = drawn.getvalue().replace("'Source Sans Pro'", TYPEFACES)
            # their names hang on the last bits of a layout, which differ from run to run
            for at, clip in enumerate(dict.fromkeys(CLIP.findall(text))):
                text = text.replace(clip, f"clip{at}")
            (folder / f"{name}.svg").write_text(text, encoding="utf-8")

    @cached_property
    def png(self) -> bytes:
        """The figure as PNG of 64 colours, a third of the bytes of all; drawn once.

        Examples
        --------
        >>> drawing = Drawing(lambda width: Figure(), "empty", "nothing drawn", pd.DataFrame())
        >>> drawing.png[1:4]
        b'PNG'
        """
        drawn, reduced = io.BytesIO(), io.BytesIO()
        self.figure.savefig(drawn, format="png")
        image = Image.open(drawn).convert("RGB")
        few = image.quantize(palette=_palette(image), dither=Image.Dither.NONE)
        few.save(reduced, "PNG", optimize=True)
        return reduced.getvalue()

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        # closing keeps the inline backend from showing the figure a second time
        plt.close(self.figure)
        told = _("Figure {name}: {alt}", name=self.name, alt=self.alt)
        return (
            {"image/png": self.png, "text/plain": told},
            {"image/png": {"alt": self.alt, "figure": self.name, "width": SHOWN}},
        )


def _palette(image: Image.Image) -> Image.Image:
    """Return 16 greys and the 48 most common other colours of a figure, none of them changed."""
    colours, counts = np.unique(np.asarray(image).reshape(-1, 3), axis=0, return_counts=True)
    hues = np.ptp(colours.astype(int), axis=1) > 8
    common = colours[hues][np.argsort(-counts[hues], kind="stable")]
    greys = np.repeat(np.arange(0, 256, 17)[:, None], 3, axis=1)
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.vstack([greys, common])[:64].ravel().tolist())
    return palette


def number(value: float, digits: int = 0) -> str:
    """Write a number with so many digits, or none where they are all zero; a minus is a minus sign.

    Examples
    --------
    >>> number(18.5, 2), number(2.001, 2), number(-3), number(math.inf)
    ('18.50', '2', '−3', 'no limit')
    """
    if math.isinf(value):
        return _("no limit")
    text = f"{value:z.{digits}f}"
    return decimal(text.removesuffix("." + "0" * digits).replace("-", "−"))


def outward(lo: float, hi: float, digits: int) -> tuple[float, float]:
    """Round bounds away from one another, so that no value is shut out by how they are written.

    Examples
    --------
    >>> outward(4.693, 6.227, 1)
    (4.6, 6.3)
    """
    scale = 10**digits
    slack = 1e-9  # 0.1 + 0.2 is not to become 0.4
    down, up = np.floor(lo * scale + slack), np.ceil(hi * scale - slack)
    return float(down / scale), float(up / scale)


def rounded_down(value: float) -> str:
    """Write a number that is not to promise more than it is; a missing one as nothing.

    Examples
    --------
    >>> rounded_down(2.7163), rounded_down(1.99), rounded_down(math.nan)
    ('2.7', '1.9', '')
    """
    return "" if math.isnan(value) else number(outward(value, value, 1)[0], 1)


def interval(lo: float, hi: float, digits: int = 0) -> str:
    """Write bounds as ``273–277``, rounded outward; one number where both are the same.

    A missing (NaN) lower bound means that something in a sum is not printed, so that only the upper
    one is known; both are missing where nothing is.

    Examples
    --------
    >>> interval(273, 277), interval(0, 0), interval(-38, -22), interval(4.693, 6.227, digits=1)
    ('273–277', '0', '−38 to −22', '4.6–6.3')
    >>> interval(2, np.inf), interval(np.nan, 129), interval(np.nan, np.nan)
    ('≥ 2', 'at most 129', 'not printed')
    """
    low, high = (number(end, digits) for end in outward(lo, hi, digits))
    if math.isnan(hi):
        return _("not printed")
    if math.isnan(lo):
        return _("at most {most}", most=high)
    if math.isinf(hi):
        return f"≥ {low}"
    if low == high:
        return low
    if "−" in low + high:
        return _("{least} to {most}", least=low, most=high)
    return f"{low}–{high}"


def extent(values: pd.Series, digits: int = 0) -> str:
    """Write the least and the greatest of some numbers as bounds.

    Examples
    --------
    >>> extent(pd.Series([0.951, 0.9, 0.932]), 2)
    '0.90–0.96'
    """
    return interval(values.min(), values.max(), digits)


def intervals(frame: pd.DataFrame, prefix: str = "", digits: int = 0) -> list[str]:
    """Write the bounds in two columns of a table, row by row.

    Parameters
    ----------
    frame
        With columns ``<prefix>lo`` and ``<prefix>hi``.
    prefix
        ``before_``, ``ratio_`` and so on; empty for ``lo`` and ``hi``.
    digits
        After the decimal sign.

    Examples
    --------
    >>> intervals(panel[(panel["iso3"] == "GEO") & (panel["indicator"] == "unanswered")])
    ['0–4', '8–12']
    """
    return [
        interval(lo, hi, digits)
        for lo, hi in zip(frame[f"{prefix}lo"], frame[f"{prefix}hi"], strict=True)
    ]


def ratio_texts(frame: pd.DataFrame) -> list[str]:
    """Write the ratios of a table, ``ratio_lo`` to ``ratio_hi``; none where it has no divisor.

    Examples
    --------
    >>> ratio_texts(pd.DataFrame({"ratio_lo": [0.4015, math.nan], "ratio_hi": [0.4454, math.nan]}))
    ['0.40–0.45', 'none']
    """
    texts = np.where(frame["ratio_lo"].isna(), _("none"), intervals(frame, "ratio_", 2))
    return [str(text) for text in texts]


def year_spans(text: str) -> str:
    """Write a list of years with spans: ``2009, 2010, 2011, 2014`` as ``2009–2011, 2014``.

    The years are given in order; ``none`` where there are none.

    Examples
    --------
    >>> year_spans("2009, 2010, 2011, 2014"), year_spans("")
    ('2009–2011, 2014', 'none')
    """
    return spans(int(year) for year in text.split(", ") if year) or _("none")


def spans(numbers: Iterable[int]) -> str:
    """Write whole numbers, given in order, with those that follow one another as a span.

    Examples
    --------
    >>> spans([54, 55, 56, 61])
    '54–56, 61'
    """
    every = list(numbers)
    runs = np.split(every, np.flatnonzero(np.diff(every) > 1) + 1)
    return ", ".join(
        str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs if len(run)
    )


def tally(counts: pd.Series, form: str = "{word} ({count})") -> str:
    """List words with the number of each, in their order; those with none are left out.

    Parameters
    ----------
    counts
        Numbers, by words that are in the catalogue.
    form
        How a word and its number are written.

    Examples
    --------
    >>> tally(pd.Series({"rounded": 20, "range": 0, "suppressed": 1}), "{count} {word}")
    '20 rounded and 1 suppressed'
    """
    return listing(form.format(word=_(word), count=n) for word, n in counts.items() if n)


def stacked(above: str, below: str) -> Markup:
    """Return a cell of two lines, the lower one small.

    Examples
    --------
    >>> print(stacked("<5", "0–4"))
    &lt;5<br><small>0–4</small>
    """
    return Markup("{}<br><small>{}</small>").format(above, below)


def addressed(text: str, cells: Iterable[str]) -> Markup:
    """Return a number with the cells or rows that it rests on, for links to them.

    Parameters
    ----------
    text
        As people read it.
    cells
        Cells such as ``ARM 2014 LP unanswered``, or rows such as ``facts named-1996-ch1``.

    Examples
    --------
    >>> print(addressed("53–57", ["ARM 2014 LP unanswered"]))
    <data value="ARM 2014 LP unanswered">53–57</data>
    """
    if not text:  # nothing to follow; an empty link has no name
        return Markup("")
    return Markup('<data value="{}">{}</data>').format(";".join(cells), text)

"""Tables, texts and drawings as readers get them."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from markupsafe import Markup
from matplotlib.figure import Figure

from slm_analysis.display import rendering
from slm_analysis.printed.textfiles import write_csv
from slm_analysis.project import OUT_VARIABLE


@pytest.mark.parametrize(
    ("lo", "hi", "digits", "text"),
    [
        (273, 277, 0, "273–277"),
        (0, 0, 0, "0"),
        (-38, -22, 0, "−38 to −22"),
        (2, np.inf, 1, "≥ 2"),
        (18.5, 27.25, 2, "18.50–27.25"),
        (4.693, 6.227, 1, "4.6–6.3"),
        (0.1 + 0.2, 0.3, 1, "0.3"),
        (np.nan, 129, 0, "at most 129"),
        (np.nan, np.nan, 0, "not printed"),
    ],
)
def test_bounds_in_words(lo, hi, digits, text):
    assert rendering.interval(lo, hi, digits) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(-0.00001, 4, "0"), (-0.5, 1, "−0.5"), (2.0, 2, "2"), (1234, 0, "1234")],
)
def test_numbers_in_words(value, digits, text):
    assert rendering.number(value, digits) == text


@pytest.mark.parametrize(
    ("years", "text"),
    [("2009, 2010, 2011, 2014", "2009–2011, 2014"), ("2013", "2013"), ("", "none")],
)
def test_lists_of_years(years, text):
    assert rendering.year_spans(years) == text


def test_a_table_escapes_its_data_and_keeps_its_own_markup():
    table = rendering.Table(
        pd.DataFrame(
            {"<b>head</b>": ["<script>x</script>"], "n": [rendering.stacked("<5", "0–4")]}
        ),
        "a < b",
        ("note & more",),
    )
    html = table.html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;head" in html
    assert "a &lt; b" in html
    assert "note &amp; more" in html
    assert "&lt;5<br><small>0–4</small>" in html
    assert "<5 0–4" in table.text()


def test_number_columns_stand_right_and_words_left():
    html = rendering.Table(
        pd.DataFrame(
            {"country": ["ARM"], "cases": [Markup("minder dan 5<br>0–4")], "kind": ["under five"]}
        ),
        "",
    ).html()
    assert html.count('scope="col" style="text-align: right') == 1


def test_a_drawing_is_the_same_bytes_each_time_and_tells_nothing_of_the_machine(
    tmp_path, monkeypatch
):
    monkeypatch.setenv(OUT_VARIABLE, str(tmp_path))
    files = []
    for _ in range(2):
        rendering.Drawing(draw_a_line, "line", "a line <from> 3 to 4", pd.DataFrame()).save()
        files.append({path.name: path.read_bytes() for path in (tmp_path / "figures").iterdir()})
    assert files[0] == files[1]
    assert set(files[0]) == {"line.svg", "line.narrow.svg", "line.png", "line.csv"}
    assert b"a line &lt;from&gt; 3 to 4" in files[0]["line.svg"]
    assert b"Software" not in files[0]["line.png"]


def draw_a_line(width):
    figure = Figure(figsize=(width / 2.54, 2))
    figure.subplots().plot([1, 2], [3, 4])
    return figure


def test_the_last_bits_of_a_layout_change_no_byte(tmp_path):
    """They hang on where things lie in memory; the names that matplotlib makes of them do too."""

    def drawn(noise):
        def draw(width):
            figure = Figure()
            figure.add_axes((0.1, 0.1, 0.3, 0.3 + noise)).plot([1, 2])
            figure.add_axes((0.6, 0.1, 0.3, 0.3)).plot([1, 2])
            return figure

        rendering.Drawing(draw, "two", "two", pd.DataFrame()).write_svg(tmp_path)
        return (tmp_path / "two.svg").read_text(encoding="utf-8")

    assert drawn(0) == drawn(1e-14)
    assert len(set(re.findall(r"url\(#(\w+)\)", drawn(0)))) == 2
    assert len(re.findall(r'clipPath id="clip[01]"', drawn(0))) == 2


def test_a_drawing_carries_its_words():
    drawing = rendering.Drawing(draw_a_line, "f", "alt text", pd.DataFrame())
    data, metadata = drawing._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == "alt text"
    assert data["text/plain"] == "Figure f: alt text"


def test_a_saved_table_shows_its_first_rows_and_keeps_all_as_numbers(tmp_path, monkeypatch):
    monkeypatch.setenv(OUT_VARIABLE, str(tmp_path))
    data = pd.DataFrame({"year": range(2000, 2014), "lo": 0.5})
    shown = rendering.Table(data.astype(str), "Years", data=data).save("years")
    assert len(shown.frame) == rendering.MOST_ROWS
    assert "10 of 14" in shown.notes[-1]
    assert pd.read_csv(tmp_path / "figures" / "years.csv").equals(data)
    short = rendering.Table(data.head(3).astype(str), "Years", data=data.head(3)).save("short")
    assert len(short.frame) == 3
    assert short.notes == ()


def test_a_table_that_cannot_be_written_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "kept.csv"
    path.write_text("kept\n", encoding="utf-8")

    def fail(_self, unfinished, **_options):
        unfinished.write_text("half", encoding="utf-8")
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail)
    with pytest.raises(OSError, match="disk full"):
        write_csv(pd.DataFrame({"year": [2014]}), path)
    assert [(f.name, f.read_text(encoding="utf-8")) for f in tmp_path.iterdir()] == [
        ("kept.csv", "kept\n")
    ]


def test_outside_a_run_nothing_is_written_unless_the_user_says_where(tmp_path, monkeypatch):
    monkeypatch.delenv(OUT_VARIABLE, raising=False)
    written = []
    monkeypatch.setattr(Path, "write_bytes", lambda self, data: written.append(self))
    monkeypatch.setattr(Path, "write_text", lambda self, text, **_: written.append(self))
    drawing = rendering.Drawing(lambda _width: Figure(), "drawn", "a figure", pd.DataFrame())
    drawing.save()
    rendering.Table(pd.DataFrame({"year": ["2014"]}), "Years").save("years")
    assert written == []
    drawing.save(tmp_path)
    assert tmp_path / "drawn.svg" in written

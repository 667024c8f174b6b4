"""The plotted data of each figure: what is drawn is what the panel says."""

from dataclasses import replace
from unittest.mock import patch

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection, LineCollection
from matplotlib.colors import to_hex
from matplotlib.text import Text

from slm_analysis import (
    agreements,
    coverage,
    figures,
    inference,
    rendering,
    response,
    specification,
)
from slm_analysis.figures.departures import departures
from slm_analysis.figures.events import INSTRUMENT_MARKS
from slm_analysis.figures.specification import MARKS
from slm_analysis.figures.style import COLOURS, INK, PALE, TEXT_COLOURS
from slm_analysis.language import speaking
from slm_analysis.panel import build_panel
from slm_analysis.project import HOME
from slm_analysis.read import read_raw
from slm_analysis.rendering import NARROW, WIDE
from slm_analysis.schema import INDICATORS, INSTRUMENTS
from slm_analysis.transcription.importing import plan_import
from tests import synthetic

# every figure, as the notebooks draw it
FIGURES = {
    "departures": lambda raw, panel: departures(panel, raw, 2014),
    "before_after": lambda raw, panel: figures.before_after(around_events(raw, panel), raw),
    "claims_by_chapter": lambda raw, panel: figures.claims_by_chapter(
        pd.read_csv(HOME / "data" / "processed" / "claims.csv", dtype=str, keep_default_na=False),
        raw,
    ),
    "departures_beside_requests": lambda raw, panel: figures.departures_beside_requests(
        panel, raw, 2014
    ),
    "per_100_requests": lambda raw, panel: figures.per_100_requests(
        response.per_100_requests(panel), raw
    ),
    "requests_left": lambda raw, panel: figures.requests_left(
        response.where_requests_went(panel), raw
    ),
    "specification": lambda raw, panel: figures.specification(few_specifications(raw), raw),
    "trends": lambda raw, panel: figures.trends(
        inference.rate_tests(response.trend(panel, "unanswered")), raw
    ),
    "two_years": lambda raw, panel: figures.two_years(
        agreements.compare_years(panel, 2013, 2014), raw, 2013, 2014
    ),
}


def around_events(raw, panel):
    """Return the tests around events, as notebook 4 makes them."""
    around = agreements.before_after(panel, agreements.events(raw))
    return inference.rate_tests(agreements.two_sided(around))


def few_specifications(raw):
    """Return the results of a few countries under every choice; those of all take minutes."""
    few = raw["dtv_counts"]["iso3"].isin(["GIN", "PAK", "RWA", "SRB"])
    part = replace(raw, tables={**raw.tables, "dtv_counts": raw["dtv_counts"][few]})
    return specification.one_changed(specification.specifications(part))


@pytest.fixture(scope="module")
def report(raw, panel):
    return raw, panel


@pytest.fixture(scope="module")
def full(tmp_path_factory, raw):
    """A SYNTHETIC series of every focus country, year and indicator, beside the report's."""
    folder = tmp_path_factory.mktemp("full")
    mine = folder / "mine"
    synthetic.write_long(folder / "series.csv", raw)
    record = ("synthetic-1", synthetic.record()["synthetic-1"])
    plan_import(folder / "series.csv", mine, None, record, write=True)
    longer = read_raw(mine / "raw")
    return longer, build_panel(longer)


def text_boxes(figure):
    """Return the texts that drawing a figure puts on its canvas, each with its box in pixels."""
    drawn = []
    with patch.object(Text, "draw", lambda text, *_: drawn.append(text)):
        figure.canvas.draw()
    shown = [text for text in dict.fromkeys(drawn) if text.get_visible() and text.get_text()]
    return [(text.get_text(), Text.get_window_extent(text)) for text in shown]


def clashes(figure):
    """Return the texts of a figure that touch another, or the edge of the canvas."""
    boxes = text_boxes(figure)
    canvas = figure.bbox.padded(0.5)
    found = [
        (text, "the edge")
        for text, box in boxes
        if not (canvas.contains(box.x0, box.y0) and canvas.contains(box.x1, box.y1))
    ]
    ends = np.array([box.extents for _text, box in boxes])
    least, most = ends[:, None, :2], ends[:, None, 2:]
    common = np.minimum(most, most.swapaxes(0, 1)) - np.maximum(least, least.swapaxes(0, 1))
    both = np.argwhere(np.triu((common > 0.5).all(axis=2), 1))
    return found + [(boxes[one][0], boxes[other][0]) for one, other in both]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize(
    ("series", "language"), [("report", "en"), ("report", "nl"), ("full", "en")]
)
def test_no_text_touches_another_or_the_edge(name, series, language, request):
    with speaking(language):
        drawing = FIGURES[name](*request.getfixturevalue(series))
        for width in (WIDE, NARROW):
            figure = drawing.draw(width)
            assert figure.get_figwidth() == pytest.approx(width / 2.54)
            assert clashes(figure) == []
            plt.close(figure)


def test_texts_that_touch_are_found():
    figure = plt.figure(figsize=(4, 2))
    figure.text(0.1, 0.5, "one text")
    figure.text(0.12, 0.52, "another")
    figure.text(0.95, 0.1, "cut off")
    figure.text(0.1, 0.1, "alone")
    figure.text(0.1, 0.5, "not shown", visible=False)
    assert clashes(figure) == [("cut off", "the edge"), ("one text", "another")]
    plt.close(figure)


def bars(axis, colour=None):
    """Return the ends of all bars along x on an axis, or of those of one colour."""
    return sorted(
        (bar.get_x(), bar.get_x() + bar.get_width())
        for bar in axis.patches
        if bar.get_alpha() is None
        and (colour is None or to_hex(bar.get_edgecolor()) == colour.lower())
    )


def drawn_axes(drawing):
    """Return the axes of a figure as wide as a page, as they stand when it is drawn."""
    drawing.figure.canvas.draw()
    return drawing.figure.axes


def heading(drawing):
    """Return the title of a figure, on one line."""
    return drawing.figure.subfigs[0].texts[0].get_text().replace("\n", " ")


def subtitle(drawing):
    return drawing.figure.subfigs[0].texts[1].get_text().replace("\n", " ")


def ends(table, prefix=""):
    """Return the bounds of a table, in order."""
    return sorted(zip(table[f"{prefix}lo"], table[f"{prefix}hi"], strict=True))


def test_counts_draws_every_cell_as_its_bounds(panel, raw):
    rows = panel[panel["indicator"] == "unanswered"]
    drawing = figures.counts(rows, raw.names, raw.years, "x", "X")
    for code, axis in zip(
        sorted(rows["iso3"].unique(), key=raw.names.get), drawing.figure.axes, strict=True
    ):
        shown = rows[rows["iso3"] == code]
        drawn = [
            (segment[0, 1], segment[1, 1])
            for collection in axis.collections
            if isinstance(collection, LineCollection)
            for segment in collection.get_segments()
        ]
        assert sorted(drawn) == sorted(zip(shown["lo"], shown["hi"], strict=True))
        assert raw.names[code] in axis.get_title(loc="left")
        # a gap is a grey column in every year without a figure, and no mark on the scale of counts
        columns = [patch for patch in axis.patches if patch.get_facecolor()[0] > 0.9]
        assert sorted(round(c.get_x() + c.get_width() / 2) for c in columns) == sorted(
            set(range(2009, 2015)) - set(shown["year"])
        )
    assert drawing.data is rows
    assert "Georgia unanswered: 2013 0 to 4, 2014 8 to 12" in drawing.alt


def test_a_range_is_a_band_and_not_a_point(panel, raw):
    rows = panel[(panel["iso3"] == "UKR") & (panel["indicator"] == "forced")]
    axis = figures.counts(rows, raw.names, raw.years, "x", "X").figure.axes[0]
    bands = [c for c in axis.collections if isinstance(c, FillBetweenPolyCollection)]
    extents = {
        tuple(np.round([v.vertices[:, 1].min(), v.vertices[:, 1].max()]))
        for b in bands
        for v in b.get_paths()
    }
    assert len(bands) == 4
    assert extents == {(88, 122)}
    texts = [text.get_text() for text in axis.texts]
    assert texts == ["45", "30"]


def test_a_suppressed_count_is_an_open_mark(panel, raw):
    rows = panel[(panel["iso3"] == "GEO") & (panel["indicator"] == "unanswered")]
    axis = figures.counts(rows, raw.names, raw.years, "x", "X").figure.axes[0]
    open_marks = [
        line
        for line in axis.lines
        if line.get_markerfacecolor() == "white" and len(line.get_xdata())
    ]
    assert [list(line.get_xdata()) for line in open_marks] == [[2013]]


def test_coverage_draws_one_mark_per_cell(panel, raw):
    cells = coverage.printed_years(panel, ["ARM", "GEO"], raw.years)
    drawing = figures.coverage(cells, raw.names)
    marks = sum(len(c.get_offsets()) for axis in drawing.figure.axes for c in axis.collections)
    assert marks == len(cells) == 2 * 7 * 6
    assert f"{(cells['kind'] != 'not printed').sum()} of {len(cells)} cells" in drawing.alt


def test_ratios_are_drawn_as_bounds_in_a_column_each(panel, raw):
    ratios = response.per_100_requests(panel)
    axes = drawn_axes(figures.per_100_requests(ratios, raw))
    for axis, name in zip(axes, response.OUTCOMES, strict=True):
        rows = ratios[ratios["indicator"] == name]
        assert np.array(bars(axis)) == pytest.approx(np.array(ends(rows)))
        texts = [text.get_text() for text in axis.texts]
        assert texts[0] == name
        assert sorted(set(texts[1:]) - {"–"}) == sorted(set(rendering.intervals(rows)))
        assert texts.count("–") == 12 - len(rows)


def test_a_ratio_without_an_end_reaches_the_edge(panel, raw):
    rows = panel[(panel["iso3"] == "SRB") & (panel["year"] == 2014)].copy()
    rows.loc[rows["indicator"] == "requests", ["lo", "hi"]] = [0, 4]
    ratios = response.per_100_requests(rows)
    assert np.isinf(ratios.set_index("indicator").at["confirmed", "hi"])
    axes = drawn_axes(figures.per_100_requests(ratios, raw))
    assert np.isfinite(np.array([end for axis in axes for end in bars(axis)])).all()
    assert "≥ 1450" in [text.get_text() for axis in axes for text in axis.texts]


def test_what_is_left_is_drawn_as_bounds_and_dark_where_the_sign_is_certain(panel, raw):
    left = response.where_requests_went(panel).dropna(subset=["left_lo"])
    drawing = figures.requests_left(left, raw)
    (axis,) = drawn_axes(drawing)
    assert bars(axis) == ends(left, "left_")
    sure = left[(left["left_lo"] > 0) | (left["left_hi"] < 0)]
    assert bars(axis, INK) == ends(sure, "left_")
    assert "For 2 of 10 countries and years" in heading(drawing)


def test_requests_stand_beside_departures_where_both_are_printed(panel, raw):
    drawing = figures.departures_beside_requests(panel, raw, 2014)
    rows = drawing.data
    # Burundi, Rwanda and Somalia lack requests or confirmed nationalities
    assert set(rows["iso3"]) == {"ARM", "AZE", "GEO", "GIN", "NGA", "RUS", "SRB", "UKR"}
    assert heading(drawing) == (
        "Armenia, LP 2014: 275 requests, 200 nationalities confirmed, 20 documents issued, 30 "
        "forced departures"
    )
    axes = drawn_axes(drawing)
    columns = ("requests", "negative", "unanswered", "confirmed", "issued", "forced")
    for axis, name in zip(axes, columns, strict=True):
        found = panel[(panel["indicator"] == name) & (panel["year"] == 2014)]
        found = found[found["iso3"].isin(rows["iso3"])]
        assert bars(axis) == ends(found)
    assert axes[0].get_yticklabels()[0].get_text() == "Armenia, LP 2014"
    assert {bar.get_gid() for bar in axes[-1].patches} >= {"ARM-2014-forced"}


def test_a_country_with_two_procedures_has_a_line_of_each(panel, raw):
    rows = panel[(panel["iso3"] == "ARM") & (panel["year"] == 2014)]
    both = pd.concat([rows, rows[rows["channel"] == "LP"].assign(channel="TO")])
    (axis, *_others) = drawn_axes(figures.departures_beside_requests(both, raw, 2014))
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert sorted(labels) == ["Armenia, LP 2014", "Armenia, T&O 2014"]


def test_before_and_after_are_drawn_as_bounds_with_two_columns_of_words(panel, raw):
    tests = around_events(raw, panel)
    drawing = figures.before_after(tests, raw)
    (axis,) = drawn_axes(drawing)
    assert np.array(bars(axis, PALE)) == pytest.approx(np.array(ends(tests, "before_")))
    both = sorted(ends(tests, "before_") + ends(tests, "after_"))
    assert np.array(bars(axis)) == pytest.approx(np.array(both))
    written = [text.get_text().replace("\n", " ") for text in axis.texts]
    for head, column in (("in the print", "change"), ("more than chance", "verdict")):
        assert written.count(head) == 1
        for word, count in tests[column].value_counts().items():
            assert written.count(word) == count
    assert sum(written.count(kind) for kind in set(tests["instrument"])) == 6
    assert heading(drawing) == (
        "After an agreement, visit or measure 4 of 12 counts fell for certain, 2 rose"
    )


def test_one_contrast_under_two_events_is_one_row_that_names_both(panel, raw):
    tests = around_events(raw, panel).head(1)
    twice = pd.concat([tests, tests.assign(stage="made", date="2013-05")], ignore_index=True)
    drawing = figures.before_after(twice, raw)
    assert len(drawing.data) == 1
    (label,) = drawn_axes(drawing)[0].get_yticklabels()
    named = " ".join(label.get_text().split())
    assert named == (
        "Armenia, LP: unanswered 2012 and 2014; signed 2013-04-19; EU readmission agreement, made "
        "2013-05"
    )


def test_trends_keep_the_procedures_apart(panel, raw):
    tests = inference.rate_tests(response.trend(panel, "unanswered"))
    (axis,) = drawn_axes(figures.trends(tests, raw))
    assert bars(axis, COLOURS["unanswered"]) == ends(tests, "after_")
    groups = {text.get_text() for text in axis.texts} & {"LP", "T&O", "nationality"}
    assert groups == {"LP", "T&O", "nationality"}


def test_two_years_are_drawn_as_bounds_by_indicator_the_greatest_fall_first(panel, raw):
    agreed = panel[panel["iso3"].isin(["GEO", "SRB", "UKR"])]
    pairs = agreements.compare_years(agreed, 2013, 2014)
    axes = drawn_axes(figures.two_years(pairs, raw, 2013, 2014))
    drawn = [bar for axis in axes for bar in bars(axis)]
    assert sorted(drawn) == sorted(ends(pairs, "before_") + ends(pairs, "after_"))
    for name in ("requests", "negative", "confirmed", "forced", "independent"):
        rows = pairs[pairs["indicator"] == name]
        drawn = [bar for axis in axes for bar in bars(axis, COLOURS[name])]
        assert sorted(drawn) == ends(rows, "after_")
    labels = [label.get_text() for label in axes[0].get_yticklabels()]
    assert labels[:3] == ["Georgia, T&O", "Serbia, T&O", "Ukraine, T&O"]
    assert "requests: 2 of 3 fell, 1 rose" in [text.get_text() for text in axes[0].texts]


def test_of_many_comparisons_one_indicator_is_drawn_and_the_rest_told(full):
    longer, cells = full
    drawing = figures.before_after(around_events(longer, cells), longer)
    (axis,) = drawn_axes(drawing)
    assert len(drawing.data) == 134
    assert len(bars(axis, COLOURS["unanswered"])) == len(bars(axis)) / 2 == 20
    assert "20 comparisons of 134 (unanswered), the others in the CSV" in subtitle(drawing)
    pairs = figures.trends(inference.rate_tests(response.trend(cells, "unanswered")), longer)
    assert len(bars(drawn_axes(pairs)[0], PALE)) == 24
    assert "the 24 greatest changes of " in subtitle(pairs)


def test_the_specification_grid_marks_what_hangs_on_a_choice(raw):
    table = few_specifications(raw)
    drawing = figures.specification(table, raw)
    (axis,) = drawn_axes(drawing)
    own = table[(table["choice"] == "") & (table["change"] != specification.NONE)]
    moved = table[table["differs"]].merge(own[specification.RESULT])
    hang = moved[specification.RESULT].drop_duplicates()
    assert heading(drawing) == f"{len(hang)} of {len(own)} results hang on a choice of reading"
    shown = table.merge(hang)
    marks = [line.get_marker() for line in axis.lines]
    assert {mark: marks.count(mark) for mark in marks} == (
        shown["change"].map(MARKS).value_counts().to_dict()
    )
    filled = sum(line.get_markerfacecolor() != "white" for line in axis.lines)
    assert filled == (shown["verdict"] == inference.EVERY).sum()
    assert len(axis.patches) == shown["differs"].sum()
    labels = [text.get_text().replace("\n", " ") for text in axis.get_yticklabels()]
    (at,) = [at for at, label in enumerate(labels) if label.startswith("Serbia: forced")]
    row = sorted(
        (x, mark.get_marker()) for mark in axis.lines for x, y in mark.get_xydata() if y == at
    )
    # at the default open; with the event's own year left out, or before it, fell
    assert [mark for _x, mark in row][:4] == ["o", "v", "v", "o"]
    shades = sorted(
        patch.get_x() + 0.5
        for patch in axis.patches
        if patch.contains_point(axis.transData.transform((patch.get_x() + 0.5, at)))
    )
    assert shades == [row[1][0], row[2][0]]


def test_timeline_draws_every_event(panel, raw):
    happened = agreements.events(raw)
    drawing = figures.timeline(happened, panel, raw.names, raw.years)
    shown = happened[happened["iso3"].isin(panel["iso3"])]
    assert len(drawing.figure.axes[0].lines) == len(shown)


def test_every_instrument_has_a_mark_of_its_own():
    assert set(INSTRUMENT_MARKS) == set(INSTRUMENTS)
    assert len(set(INSTRUMENT_MARKS.values())) == len(INSTRUMENTS)


def test_statements_are_counted_once_each_by_chapter(raw):
    judged = pd.DataFrame(
        {
            "role": ["statement", "statement", "statement", "reading", "part"],
            "source_id": ["acvz-2015", "acvz-2015", "cabinet-2015", "acvz-2015", "acvz-2015"],
            "page": ["61", "61", "", "61", "61"],
            "verdict": ["certain", "untestable", "possible", "contradicted", "contradicted"],
        }
    )
    drawing = figures.claims_by_chapter(judged, raw)
    shown = drawing.data.pivot(index="place", columns="is", values="count")
    assert shown.loc["report, 3.3"].to_dict() == {
        "certain": 1, "possible": 0, "untestable": 1, "contradicted": 0,
    }  # fmt: skip
    assert shown.loc["cabinet-2015", "possible"] == 1
    assert drawing.data["count"].sum() == 3


@pytest.mark.parametrize(
    "draw",
    [
        lambda raw, none: figures.counts(none, raw.names, raw.years, "x", "X"),
        lambda raw, none: figures.per_100_requests(none, raw),
        lambda raw, none: figures.requests_left(none.assign(left_lo=0.0, left_hi=0.0), raw),
        lambda raw, none: figures.before_after(none, raw),
        lambda raw, none: figures.trends(none, raw),
        lambda raw, none: figures.two_years(none, raw, 2013, 2014),
        lambda raw, none: figures.specification(none, raw),
        lambda raw, none: figures.departures_beside_requests(
            none.reindex(columns=["iso3", "year", "channel", "indicator", "lo", "hi"]), raw, 2014
        ),
        lambda raw, none: figures.claims_by_chapter(none.assign(role=[], source_id=[]), raw),
    ],
)
def test_an_empty_selection_says_so(raw, draw):
    drawing = draw(raw, pd.DataFrame(columns=["iso3", "indicator"]))
    assert drawing.alt.endswith("no cell of this selection is printed.")


def test_every_indicator_has_a_colour_of_its_own():
    assert len(set(COLOURS.values())) == len(INDICATORS)
    assert set(TEXT_COLOURS) == set(COLOURS)

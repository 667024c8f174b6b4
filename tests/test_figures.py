"""The plotted data of each figure: what is drawn is what the panel says."""

from dataclasses import replace
from unittest.mock import patch

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection, LineCollection
from matplotlib.text import Text

from slm_analysis import agreements, coverage, figures, inference, response, specification
from slm_analysis.figures.changes import FOREST_SPAN
from slm_analysis.figures.departures import departures
from slm_analysis.figures.events import INSTRUMENT_MARKS
from slm_analysis.figures.specification import MARKS
from slm_analysis.figures.style import COLOURS, TEXT_COLOURS
from slm_analysis.language import speaking
from slm_analysis.panel import build_panel
from slm_analysis.read import read_raw
from slm_analysis.rendering import NARROW, WIDE
from slm_analysis.schema import INDICATORS, INSTRUMENTS
from slm_analysis.transcription.importing import plan_import
from tests import synthetic

# every figure, as the notebooks draw it
FIGURES = {
    "departures": lambda raw, panel: departures(panel, raw, 2014),
}


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


def bars(axis):
    """Return the ends of all bars on an axis, as (least, greatest) along the bar."""
    return [
        tuple(sorted(float(value) for value in segment[:, axis_of(segment)]))
        for collection in axis.collections
        if isinstance(collection, LineCollection)
        for segment in collection.get_segments()
    ]


def axis_of(segment):
    """Return 0 for a bar along x, 1 for a bar along y."""
    return int(segment[0, 0] == segment[1, 0] and segment[0, 1] != segment[1, 1])


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


def test_ratios_are_drawn_as_bounds(panel, raw):
    ratios = response.per_100_requests(panel)
    axis = figures.per_100_requests(ratios, raw.names).figure.axes[0]
    expected = sorted(zip(ratios["lo"], ratios["hi"], strict=True))
    assert np.array(sorted(bars(axis))) == pytest.approx(np.array(expected))


def test_what_is_left_is_drawn_as_bounds(panel, raw):
    left = response.where_requests_went(panel).dropna(subset=["left_lo"])
    axis = figures.requests_left(left, raw.names).figure.axes[0]
    assert sorted(bars(axis)) == sorted(zip(left["left_lo"], left["left_hi"], strict=True))


def test_before_and_after_are_drawn_as_bounds(panel, raw):
    table = agreements.before_after(panel, agreements.events(raw))
    both = agreements.two_sided(table)
    axis = figures.before_after(both, raw.names).figure.axes[0]
    expected = [(r.before_lo, r.before_hi) for r in both.itertuples()]
    expected += [(r.after_lo, r.after_hi) for r in both.itertuples()]
    assert sorted(bars(axis)) == sorted(expected)
    assert [t.get_text() for t in axis.texts] == ["in the print", *both["change"]]


def test_two_years_are_drawn_as_bounds(panel, raw):
    pairs = agreements.compare_years(panel[panel["iso3"] == "GEO"], 2013, 2014)
    axis = figures.two_years(pairs, raw.names, 2013, 2014).figure.axes[0]
    expected = [(r.before_lo, r.before_hi) for r in pairs.itertuples()]
    expected += [(r.after_lo, r.after_hi) for r in pairs.itertuples()]
    assert sorted(bars(axis)) == sorted(expected)


def test_the_forest_keeps_rounding_and_sampling_apart(panel, raw):
    trend = response.trend(panel, "unanswered").assign(name="x")
    table = inference.rate_tests(trend)
    drawing = figures.forest(table, raw.names, "f", "F")
    axis = drawing.figure.axes[0]
    least, most = FOREST_SPAN
    thin = zip(table["limit_lo"].clip(least), table["limit_hi"].clip(upper=most), strict=True)
    thick = zip(table["ratio_lo"].clip(least), table["ratio_hi"].clip(least, most), strict=True)
    assert np.array(sorted(bars(axis))) == pytest.approx(np.array(sorted([*thin, *thick])))
    told = [text.get_text().replace("\n", " ") for text in axis.texts]
    assert told == ["in the print", *table["change"], "more than chance", *table["verdict"]]
    beyond = sum(line.get_marker() in "<>" for line in axis.lines)
    assert beyond == (table["limit_lo"] < least).sum() + (table["limit_hi"] > most).sum()


def test_the_specification_grid_marks_every_verdict(raw):
    two = raw["dtv_counts"]["iso3"].isin(["SRB", "GIN"])
    few = replace(raw, tables={**raw.tables, "dtv_counts": raw["dtv_counts"][two]})
    table = specification.one_changed(specification.specifications(few))
    drawing = figures.specification(table, raw.names)
    axis = drawing.figure.axes[0]
    marks = [line.get_marker() for line in axis.lines]
    drawn = {mark: marks.count(mark) for mark in set(marks)}
    expected = table["change"].map(MARKS).value_counts()
    assert drawn == expected.to_dict()
    filled = sum(line.get_markerfacecolor() != "white" for line in axis.lines)
    assert filled == (table["verdict"] == inference.EVERY).sum()
    assert len(axis.patches) == table["differs"].sum()
    heads = [label.get_text() for label in axis.get_xticklabels()]
    forced = table[(table["indicator"] == "forced") & (table["iso3"] == "SRB")]
    place = {"event's year: " + row.value: row for row in forced.itertuples()}
    assert place["event's year: out"].change == "fell for certain"
    line = [text.get_text().startswith("Serbia: forced") for text in axis.get_yticklabels()].index(
        True
    )
    at = {(x, y): mark.get_marker() for mark in axis.lines for x, y in [mark.get_xydata()[0]]}
    assert at[heads.index("event's year: out"), line] == MARKS["fell for certain"]
    assert at[heads.index("default"), line] == MARKS["open"]


def test_timeline_draws_every_event(panel, raw):
    happened = agreements.events(raw)
    drawing = figures.timeline(happened, panel, raw.names, raw.years)
    shown = happened[happened["iso3"].isin(panel["iso3"])]
    assert len(drawing.figure.axes[0].lines) == len(shown)


def test_every_instrument_has_a_mark_of_its_own():
    assert set(INSTRUMENT_MARKS) == set(INSTRUMENTS)
    assert len(set(INSTRUMENT_MARKS.values())) == len(INSTRUMENTS)


def test_statements_are_counted_once_each_by_chapter():
    judged = pd.DataFrame(
        {
            "role": ["statement", "statement", "statement", "reading", "part"],
            "source_id": ["acvz-2015", "acvz-2015", "other-2016", "acvz-2015", "acvz-2015"],
            "page": ["61", "61", "", "61", "61"],
            "verdict": ["certain", "untestable", "possible", "contradicted", "contradicted"],
        }
    )
    drawing = figures.claims_by_chapter(judged)
    shown = drawing.data.pivot(index="place", columns="is", values="count")
    assert shown.loc["report, 3.3"].to_dict() == {
        "certain": 1, "possible": 0, "untestable": 1, "contradicted": 0,
    }  # fmt: skip
    assert shown.loc["other-2016", "possible"] == 1
    assert drawing.data["count"].sum() == 3


def test_every_number_is_counted_in_one_state(raw):
    drawing = figures.numbers_by_chapter(raw["numbers"])
    assert drawing.data["count"].sum() == len(raw["numbers"])


@pytest.mark.parametrize(
    "draw",
    [
        lambda raw, none: figures.counts(none, raw.names, raw.years, "x", "X"),
        lambda raw, none: figures.per_100_requests(none, raw.names),
        lambda raw, none: figures.requests_left(none.assign(left_lo=0.0), raw.names),
        lambda raw, none: figures.before_after(none, raw.names),
        lambda raw, none: figures.claims_by_chapter(none.assign(role=[], source_id=[], page=[])),
    ],
)
def test_an_empty_selection_says_so(raw, draw):
    drawing = draw(raw, pd.DataFrame(columns=["iso3", "indicator"]))
    assert drawing.alt.endswith("no cell of this selection is printed.")


def test_every_indicator_has_a_colour_of_its_own():
    assert len(set(COLOURS.values())) == len(INDICATORS)
    assert set(TEXT_COLOURS) == set(COLOURS)

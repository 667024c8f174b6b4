"""The plotted data of each figure: what is drawn is what the panel says."""

from dataclasses import replace
from unittest.mock import patch

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from slm_analysis import agreements, coverage, figures, inference, response, specification
from slm_analysis.figures.changes import FOREST_SPAN
from slm_analysis.figures.counts import MOST_PANELS
from slm_analysis.figures.events import LETTERS
from slm_analysis.figures.specification import MARKS
from slm_analysis.figures.style import COLOURS, TEXT_COLOURS, UNPRINTED
from slm_analysis.language import speaking
from slm_analysis.panel import build_panel
from slm_analysis.read import read_raw
from slm_analysis.rendering import NARROW, WIDE
from slm_analysis.schema import INDICATORS, INSTRUMENTS
from slm_analysis.transcription.importing import plan_import
from tests import synthetic


def printed_cells(raw, panel):
    return coverage.printed_years(panel, sorted(panel["iso3"].unique()), raw.years)


def counted(raw, panel, column, value):
    return figures.counts(panel[panel[column] == value], raw, raw.years, "x")


# every figure, as the notebooks draw it
FIGURES = {
    "departures": lambda raw, panel: figures.departures(panel, raw, 2014),
    "coverage": lambda raw, panel: figures.coverage(printed_cells(raw, panel), raw),
    "unanswered": lambda raw, panel: counted(raw, panel, "indicator", "unanswered"),
    "forced": lambda raw, panel: counted(raw, panel, "indicator", "forced"),
    "timeline": lambda raw, panel: figures.timeline(agreements.events(raw), panel, raw, raw.years),
} | {
    iso3: lambda raw, panel, iso3=iso3: counted(raw, panel, "iso3", iso3)
    for iso3 in ("ARM", "BDI", "RUS", "SOM", "SRB")
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


def count_bars(axis):
    """Return the upright bars of a panel of counts, the grey columns of unprinted years apart."""
    grey = matplotlib.colors.to_rgba(UNPRINTED)
    patches = [patch for patch in axis.patches if patch.get_width() > 0]
    columns = [patch for patch in patches if patch.get_facecolor() == grey]
    return [patch for patch in patches if patch not in columns], columns


def headed(drawing):
    """Return the panels of a figure of counts by what stands above them."""
    room = drawing.figure.subfigs[1]
    heads = [text.get_text() for text in room.texts if text.get_fontweight() == "semibold"]
    return dict(zip(heads, room.axes, strict=True))


def test_counts_draw_every_cell_as_its_bounds_and_every_gap_as_a_column(panel, raw):
    rows = panel[panel["indicator"] == "unanswered"]
    drawing = figures.counts(rows, raw, raw.years, "x")
    axes = headed(drawing)
    assert len(axes) == rows["iso3"].nunique() == 9
    for head, axis in axes.items():
        shown = rows[rows["iso3"].map(raw.names) == head.split(", ")[0]]
        drawn, gaps = count_bars(axis)
        ends = sorted((b.get_x() + b.get_width() / 2, b.get_y(), b.get_height()) for b in drawn)
        assert ends == [(r.year, r.lo, r.hi - r.lo) for r in shown.itertuples()]
        years = {gap.get_x() + gap.get_width() / 2 for gap in gaps}
        assert years == set(range(2009, 2015)) - set(shown["year"])
        # nothing crosses a gap: what runs from year to year runs between neighbours
        edges = [
            line.get_xdata() for line in axis.lines if line.get_color() == COLOURS["unanswered"]
        ]
        assert all(0 < end - start < 1 for start, end in edges)
    assert drawing.data is rows
    assert "Georgia, unanswered: 2013 0–4, 2014 8–12 (2013 to 2014: rose for certain" in drawing.alt


def test_a_range_is_a_pale_band_with_one_label_and_a_cell_shows_the_print_that_binds(panel, raw):
    rows = panel[panel["indicator"].isin(["independent", "forced"]) & (panel["iso3"] == "RUS")]
    axes = headed(figures.counts(rows, raw, raw.years, "x"))
    drawn, _gaps = count_bars(axes["independent departures"])
    bands = [bar for bar in drawn if bar.get_alpha()]
    assert [(b.get_x(), b.get_width(), b.get_y(), b.get_height()) for b in bands] == [
        (2010.5, 1, 103, 334), (2011.5, 1, 103, 334),
    ]  # fmt: skip
    labels = [text.get_text() for text in axes["independent departures"].texts]
    assert [text for text in labels if text[0].isdigit()] == ["105–435", "105", "35"]


def test_a_suppressed_count_is_an_open_bar(panel, raw):
    rows = panel[(panel["iso3"] == "GEO") & (panel["indicator"] == "unanswered")]
    drawn, _gaps = count_bars(
        headed(figures.counts(rows, raw, raw.years, "x"))["T&O requests without an answer"]
    )
    filled = {b.get_x() + b.get_width() / 2: b.get_facecolor()[:3] != (1, 1, 1) for b in drawn}
    assert filled == {2013: False, 2014: True}


def test_two_procedures_are_told_apart_and_never_joined(full):
    raw, panel = full
    rows = panel[(panel["iso3"] == "PAK") & (panel["indicator"] == "requests")]
    assert rows["channel"].tolist() == ["LP"] * 3 + ["TO"] * 3
    (axis,) = headed(figures.counts(rows, raw, raw.years, "x")).values()
    told = [text.get_text() for text in axis.texts]
    assert [text for text in told if text in ("LP", "T&O")] == ["LP", "T&O"]
    edges = [line for line in axis.lines if line.get_color() == COLOURS["requests"]]
    spans = {(round(line.get_xdata()[0]), line.get_linestyle()) for line in edges}
    assert spans == {(2009, "-"), (2010, "-"), (2012, "--"), (2013, "--")}


def test_agreements_stand_at_their_dates_with_the_judgement_and_what_the_counts_bear(panel, raw):
    rows = panel[(panel["iso3"].isin(["ARM", "RUS"])) & (panel["indicator"] == "forced")]
    drawing = figures.counts(rows, raw, raw.years, "x")
    axes = headed(drawing)
    marks = {
        head: [
            (round(float(line.get_xdata()[0]), 2), line.get_markerfacecolor() == "white")
            for line in axis.lines
            if line.get_marker() == "o"
        ]
        for head, axis in axes.items()
    }
    # the year of a bar is its middle, so 1 January 2014 lies half a year before it
    assert [place for place in marks["Armenia"] if place[0] > 2009] == [
        (2011.26, True), (2012.8, True), (2013.5, False),
    ]  # fmt: skip
    assert "‹2007" in [text.get_text() for text in axes["Russian Federation"].texts]
    told = [text.get_text().replace("\n", " ") for text in drawing.figure.subfigs[1].texts]
    assert "Report: end goal 2 reached (p.\u00a060) Counts: 2009 to 2014: open" in told
    assert (
        "Report: cooperation improved (p.\u00a054, 58, 101); end goal 2 reached (p.\u00a060, 66) "
        "Counts: no two years to compare"
    ) in told


def test_of_a_full_series_the_most_changed_are_drawn_and_the_number_left_out_is_said(full):
    raw, panel = full
    rows = panel[panel["indicator"] == "confirmed"]
    drawing = figures.counts(rows, raw, raw.years, "x")
    axes = headed(drawing)
    assert len(axes) == MOST_PANELS
    said = drawing.figure.subfigs[0].texts[1].get_text()
    assert "12 panels of 32, the others in the table" in said.replace("\n", " ")
    changes = response.trend(rows, "confirmed")
    certain = (changes["change"] == "open").set_axis(changes["iso3"].map(raw.names))
    assert not certain[[head.split(", ")[0] for head in axes]].any()
    assert drawing.data is rows


def test_coverage_draws_one_mark_per_cell_in_the_colour_of_its_indicator(panel, raw):
    cells = coverage.printed_years(panel, ["ARM", "GEO"], raw.years)
    drawing = figures.coverage(cells, raw)
    axes = drawing.figure.subfigs[1].axes
    assert [axis.get_title() for axis in axes] == list(INDICATORS)
    marks = 0
    for axis, indicator in zip(axes, INDICATORS, strict=True):
        for drawn in axis.collections:
            marks += len(drawn.get_offsets())
            assert {matplotlib.colors.to_hex(c).upper() for c in drawn.get_edgecolors()} == {
                COLOURS[indicator]
            }
    assert marks == len(cells) == 2 * 7 * 6
    printed = cells[cells["kind"] != "not printed"]
    title = drawing.figure.subfigs[0].texts[0].get_text()
    assert (
        title
        == f"{(printed['year'] == 2014).sum()} of the {len(printed)} printed cells are of 2014"
    )
    assert f"{len(printed)} of {len(cells)} cells" in drawing.alt


def test_departures_say_only_what_is_certain(panel, raw):
    drawing = figures.departures(panel, raw, 2014)
    title = drawing.figure.subfigs[0].texts[0].get_text().replace("\n", " ")
    # Guinea 10 and 5, Nigeria 45 and 20; Rwanda under five and 5, which is open
    assert title == (
        "Of 11 countries, 8 had certainly more independent than forced departures in 2014, "
        "2 certainly fewer"
    )
    (axis,) = drawing.figure.subfigs[1].axes
    drawn = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in axis.patches)
    assert drawn == sorted(zip(drawing.data["lo"], drawing.data["hi"], strict=True))
    assert len(drawn) == 22


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


def test_timeline_draws_every_event_at_its_date(panel, raw):
    drawing = figures.timeline(agreements.events(raw), panel, raw, raw.years)
    (axis,) = drawing.figure.subfigs[1].axes
    drawn = sorted(
        (text.get_text(), line.get_markerfacecolor() == "white", int(line.get_xdata()[0]))
        for line, text in zip(axis.lines, axis.texts, strict=True)
    )
    assert drawn == sorted(
        (LETTERS[row.instrument], row.stage in ("signed", "made"), row.event_year)
        for row in drawing.data.itertuples()
    )
    assert set(drawing.data["iso3"]) == set(panel["iso3"])


def test_every_instrument_has_a_letter_of_its_own():
    assert set(LETTERS) == set(INSTRUMENTS)
    assert len(set(LETTERS.values())) == len(INSTRUMENTS)


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
        lambda raw, none: figures.counts(none, raw, raw.years, "x"),
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

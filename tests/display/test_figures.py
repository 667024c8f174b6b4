"""The plotted data of each figure: what is drawn is what the panel says."""

from dataclasses import replace
from unittest.mock import patch

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgba
from matplotlib.text import Text

from slm_analysis.bounds.panel import build_panel
from slm_analysis.display import figures, rendering
from slm_analysis.display.figures.counts import MOST_PANELS
from slm_analysis.display.figures.instruments import LETTERS
from slm_analysis.display.figures.specification import MARKS
from slm_analysis.display.figures.style import COLOURS, INK, PALE, SHADES, UNPRINTED
from slm_analysis.display.rendering import NARROW, WIDE
from slm_analysis.language import speaking
from slm_analysis.printed.codebook import INDICATORS, RAW
from slm_analysis.printed.read import read_raw
from slm_analysis.project import HOME
from slm_analysis.results import before_after, coverage, inference, response, specification
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
    "timeline": lambda raw, panel: figures.timeline(
        before_after.events(raw), panel, raw, raw.years
    ),
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
        before_after.compare_years(panel, 2013, 2014), raw, 2013, 2014
    ),
} | {
    iso3: lambda raw, panel, iso3=iso3: counted(raw, panel, "iso3", iso3)
    for iso3 in ("ARM", "BDI", "RUS", "SOM", "SRB")
}


def around_events(raw, panel):
    """Return the tests around events, as notebook 4 makes them."""
    around = before_after.before_after(panel, before_after.events(raw))
    return inference.rate_tests(before_after.two_sided(around))


def few_specifications(raw):
    """Return the results of a few countries under every choice."""
    few = raw["dtv_counts"]["iso3"].isin(["GIN", "RWA", "SRB"])
    part = replace(raw, tables={**raw.tables, "dtv_counts": raw["dtv_counts"][few]})
    return specification.one_changed(specification.specifications(part))


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


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


@pytest.mark.slow
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


def count_bars(axis):
    """Return the upright bars of a panel of counts, the grey columns of unprinted years apart."""
    grey = to_rgba(UNPRINTED)
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
    assert "12 panels of 32, the others in the CSV" in said.replace("\n", " ")
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
            assert {to_hex(c).upper() for c in drawn.get_edgecolors()} == {COLOURS[indicator]}
    assert marks == len(cells) == 2 * 7 * 6
    printed = cells[cells["kind"] != "not printed"]
    linked = [line.get_gid() for axis in axes for line in axis.lines]
    assert len(set(linked)) == len(linked) == len(printed)
    assert "ARM-2014-LP-requests" in linked
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
    pairs = before_after.compare_years(agreed, 2013, 2014)
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


def test_two_years_of_which_one_count_has_most_rows_leave_no_column_empty(panel, raw):
    rows = panel[(panel["indicator"] == "forced") | (panel["iso3"] == "GEO")]
    rows = rows[rows["indicator"].isin(["requests", "forced"])]
    pairs = before_after.compare_years(rows, 2013, 2014)
    assert pairs["indicator"].value_counts().to_dict() == {"forced": 5, "requests": 1}
    (axis,) = drawn_axes(figures.two_years(pairs, raw, 2013, 2014))
    assert len(bars(axis)) == 12


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
    assert len(set(labels)) == len(labels)
    (at,) = [at for at, label in enumerate(labels) if label.startswith("Serbia: forced, impl")]
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
    random = [x for x, _mark in row][-2:-1]  # open there too, but for some counts more than chance
    assert shades == [row[1][0], row[2][0], *random]


def test_timeline_draws_every_event_at_its_date(panel, raw):
    drawing = figures.timeline(before_after.events(raw), panel, raw, raw.years)
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
    instruments = RAW["agreements"].columns["instrument"].values
    assert set(LETTERS) == set(instruments)
    assert len(set(LETTERS.values())) == len(instruments)


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
        lambda raw, none: figures.counts(none, raw, raw.years, "x"),
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
    assert drawing.alt.endswith(("no cell of this selection is printed.", "allows no comparison."))


def test_every_indicator_has_a_colour_of_its_own():
    assert len(set(COLOURS.values())) == len(INDICATORS)
    assert set(SHADES) == set(INDICATORS)

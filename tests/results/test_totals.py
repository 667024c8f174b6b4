"""Totals that a source prints, on SYNTHETIC panels, against every set of counts there is."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest

from slm_analysis.__main__ import main
from slm_analysis.bounds.panel import CELL
from slm_analysis.errors import AnalysisError
from slm_analysis.printed.codebook import RAW
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.printed.sources import SOURCE_TEXTS, read_source
from slm_analysis.project import HOME
from slm_analysis.results.totals import check_totals, tighten

RECORD = dict.fromkeys(SOURCE_TEXTS, "synthetic") | {"years": [2013, 2014]}
ROUNDED = RECORD | {"rounding": {"rounded_to": 5}}
EXACT = RECORD | {"rounding": {"rounded_to": 1}}


def data(cells, totals, record=EXACT):
    """Return a panel of (country, indicator, lo, hi) in 2014, and raw tables with totals of it."""
    panel = pd.DataFrame(
        [(iso3, 2014, "", name, lo, hi) for iso3, name, lo, hi in cells],
        columns=[*CELL, "lo", "hi"],
    )
    rows = [
        (f"t{at}", countries, "2014", "", indicators, text, text, "synthetic-1", "", "x", "")
        for at, (countries, indicators, text) in enumerate(totals)
    ]
    table = pd.DataFrame(rows, columns=list(RAW["totals"].columns), dtype=str)
    source = read_source("synthetic-1", record, "record")
    return panel, Raw({"totals": table}, {"synthetic-1": source})


def all_worlds(panel, raw, most=14):
    """Return every set of counts that fits cells and totals; unprinted cells are columns too."""
    own = {tuple(row[:4]): (row[4], row[5]) for row in panel.itertuples(index=False)}
    source = raw.sources["synthetic-1"]
    told = []
    for row in raw["totals"].itertuples():
        if row.countries == "all":
            keys = [key for key in own if key[3] in row.indicators.split(";")]
        else:
            keys = [
                (iso3, 2014, "", name)
                for iso3 in row.countries.split(";")
                for name in row.indicators.split(";")
            ]
        told.append((row, keys, RULES["outer"].read(row.notation, source.rounding)))
    cells = list(dict.fromkeys([*own, *(key for _row, keys, _read in told for key in keys)]))
    ranges = [range(own[c][0], own[c][1] + 1) if c in own else range(most) for c in cells]
    worlds = np.array(list(itertools.product(*ranges)))
    for row, keys, read in told:
        sums = worlds[:, [cells.index(key) for key in keys]].sum(axis=1)
        # the rest of the world is anything from 0 up
        least = 0 if row.countries == "all" else read.lo
        worlds = worlds[(sums >= least) & (sums <= read.hi)]
    return cells, worlds


CASES = {
    "a total that narrows its parts": (
        [("ARM", "forced", 3, 7), ("GEO", "forced", 3, 7)], [("ARM;GEO", "forced", "7")], EXACT,
    ),
    "a rounded total": (
        [("ARM", "forced", 3, 7), ("GEO", "forced", 0, 4)], [("ARM;GEO", "forced", "10")], ROUNDED,
    ),
    "a part that is not printed": (
        [("ARM", "forced", 3, 7)], [("ARM;GEO", "forced", "10")], EXACT,
    ),
    "all countries: the others have the rest": (
        [("ARM", "forced", 3, 7), ("GEO", "forced", 3, 7)], [("all", "forced", "8")], EXACT,
    ),
    "all countries: far more than the parts": (
        [("ARM", "forced", 3, 7), ("GEO", "forced", 3, 7)], [("all", "forced", "50")], EXACT,
    ),
    "two totals together": (
        [("ARM", "forced", 0, 4), ("ARM", "independent", 0, 4), ("GEO", "forced", 3, 7)],
        [("ARM", "forced;independent", "2"), ("ARM;GEO", "forced", "9")], EXACT,
    ),
    "three that overlap, where halves would do": (
        [("ARM", "forced", 0, 9), ("GEO", "forced", 0, 9), ("AZE", "forced", 0, 9)],
        [("ARM;GEO", "forced", "5"), ("GEO;AZE", "forced", "5"), ("ARM;AZE", "forced", "5")],
        ROUNDED,
    ),
    "a total that says nothing new": (
        [("ARM", "forced", 3, 4), ("GEO", "forced", 3, 4)], [("ARM;GEO", "forced", "6-8")], EXACT,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "totals", "record"), CASES.values(), ids=CASES.keys())
def test_bounds_are_those_of_every_set_of_counts(cells, totals, record):
    panel, raw = data(cells, totals, record)
    found = tighten(panel, raw).set_index(CELL)
    names, worlds = all_worlds(panel, raw)
    assert len(worlds)
    own = panel.set_index(CELL)
    for at, name in enumerate(names):
        lo, hi = int(worlds[:, at].min()), int(worlds[:, at].max())
        before = tuple(own.loc[name, ["lo", "hi"]]) if name in own.index else (0, None)
        if (lo, hi) == before:
            assert name not in found.index
        else:
            assert tuple(found.loc[name, ["tight_lo", "tight_hi"]]) == (lo, hi)
            assert bool(found.loc[name, "owes_lo"]) == (lo != before[0])
            assert bool(found.loc[name, "owes_hi"]) == (hi != before[1])


def test_random_panels_against_every_set_of_counts():
    random = np.random.default_rng(1)
    codes, tightened = ["ARM", "AZE", "GEO"], 0
    for _ in range(25):
        truth = random.integers(0, 8, 3)
        cells = [
            (code, "forced", max(int(n - random.integers(0, 4)), 0), int(n + random.integers(0, 4)))
            for code, n in zip(codes, truth, strict=True)
        ]
        totals = []
        for members in ((0, 1), (1, 2), (0, 1, 2)):
            if random.random() < 0.7:
                codes_of = ";".join(codes[m] for m in members)
                totals.append((codes_of, "forced", str(truth[list(members)].sum())))
        panel, raw = data(cells, totals)
        found = tighten(panel, raw).set_index(CELL)
        names, worlds = all_worlds(panel, raw)
        for at, (_iso3, _indicator, lo, hi) in enumerate(cells):
            best = worlds[:, at].min(), worlds[:, at].max()
            assert (names[at] in found.index) == (best != (lo, hi))
            if names[at] in found.index:
                tightened += 1
                assert tuple(found.loc[names[at], ["tight_lo", "tight_hi"]]) == best
    assert tightened > 20


def test_a_bound_names_the_totals_that_it_owes_and_no_others():
    panel, raw = data(
        [("ARM", "forced", 0, 4), ("ARM", "independent", 0, 4), ("GEO", "forced", 3, 7)],
        [("ARM", "forced;independent", "2"), ("ARM;GEO", "forced", "9"), ("GEO", "forced", "3-7")],
    )
    found = tighten(panel, raw).set_index(["iso3", "indicator"])
    assert found.loc[("ARM", "forced"), ["tight_lo", "owes_lo"]].tolist() == [2, "t1"]
    assert found.loc[("ARM", "independent"), ["tight_hi", "owes_hi"]].tolist() == [0, "t0;t1"]
    assert found.loc[("GEO", "forced"), ["tight_lo", "owes_lo"]].tolist() == [7, "t0;t1"]


def test_large_counts_are_exact():
    """The solver by itself stops when nearly there: here at 46430."""
    codes = ["ARM", "AZE", "GEO", "IND", "IRQ", "UKR"]
    ends = [(33962, 46599), (34376, 45693), (8459, 33653), (21417, 48047), (8548, 22089),
            (23550, 61484)]  # fmt: skip
    cells = [(code, "forced", lo, hi) for code, (lo, hi) in zip(codes, ends, strict=True)]
    panel, raw = data(
        cells,
        [
            ("ARM;UKR", "forced", "100099-100103"), ("GEO;UKR", "forced", "68734-68738"),
            ("ARM;GEO", "forced", "61497-61501"), ("ARM;GEO", "forced", "61498-61500"),
            ("ARM;IRQ", "forced", "57810-57812"), ("ARM;IND;IRQ", "forced", "83097-83101"),
        ],
    )  # fmt: skip
    found = tighten(panel, raw).set_index("iso3")
    assert found.loc["ARM", "tight_hi"] == 46434


def test_parts_and_total_are_compared():
    panel, raw = data(
        [("ARM", "forced", 3, 7), ("GEO", "forced", 3, 7)],
        [
            ("ARM;GEO", "forced", "7"), ("ARM;GEO", "forced", "15"), ("ARM;AZE", "forced", "2"),
            ("ARM;AZE", "forced", "20"), ("all", "forced", "5"), ("all", "forced", "50"),
        ],
    )  # fmt: skip
    found = check_totals(panel, raw)
    columns = ["parts", "missing", "parts_lo", "parts_hi", "lo", "hi", "equals"]
    assert found[columns].astype(object).where(found[columns].notna(), None).values.tolist() == [
        [2, "", 6, 14, 7, 7, "possible"],
        [2, "", 6, 14, 15, 15, "contradicted"],
        [1, "AZE 2014 forced", 3, None, 2, 2, "contradicted"],
        [1, "AZE 2014 forced", 3, None, 20, 20, "possible"],
        [2, "other countries", 6, None, 5, 5, "contradicted"],
        [2, "other countries", 6, None, 50, 50, "possible"],
    ]


def test_totals_that_exclude_one_another_are_named():
    """Each alone agrees with the parts; together they do not."""
    cells = [("ARM", "forced", 0, 9), ("GEO", "forced", 0, 9)]
    panel, raw = data(cells, [("ARM;GEO", "forced", "5"), ("GEO;ARM", "forced", "6")])
    assert check_totals(panel, raw)["equals"].tolist() == ["possible", "possible"]
    with pytest.raises(AnalysisError, match="parts and totals t0, t1 exclude one another"):
        tighten(panel, raw)


def test_without_totals_there_is_nothing_to_say(panel, raw, capsys):
    assert tighten(panel, raw).empty
    assert check_totals(panel, raw).empty
    assert main(["totals", "--tighten"]) == 0
    assert "no totals" in capsys.readouterr().out


@pytest.fixture
def with_totals(project):
    def write(*rows):
        head = ",".join(RAW["totals"].columns)
        (project.raw / "totals.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return project.data

    return write


GEORGIA = "t1,GEO,2014,,forced;independent,80,80,acvz-2015,61,3.3.1,synthetic"


def test_the_command_says_what_agrees_and_what_is_tightened(with_totals, capsys):
    folder = with_totals(
        GEORGIA,
        "t2,GEO;SRB,2014,,forced,50,50,acvz-2015,61,3.3.1,synthetic",
    )
    assert main(["totals", "--data", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "t1: parts 76 to 84, total 78 to 82: possible; not printed: none",
        "t2: parts 51 to 59, total 48 to 52: possible; not printed: none",
    ]
    assert main(["totals", "--tighten", "--data", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "GEO 2014 forced: 18 to 22 becomes 18 to 19 (at most 19 by t2)",
        "GEO 2014 independent: 58 to 62 becomes 59 to 62 (at least 59 by t1;t2)",
        "SRB 2014 forced: 33 to 37 becomes 33 to 34 (at most 34 by t2)",
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (GEORGIA.replace("GEO", "XXX"), "totals.csv, row 2, column countries: 'XXX': not in"),
        (GEORGIA.replace("2014,,", "2014,LP,"), "column channels: 'LP': departures have no"),
        (GEORGIA.replace("2014,,", "2019,,"), "column year: '2019': years of acvz-2015 are 2009"),
        (
            GEORGIA.replace("acvz-2015,61", "letter-2013,"),
            "'letter-2013': has no years and rounding",
        ),
        (GEORGIA.replace("80,80", "81,81"), "totals.csv, row 2, column notation: .*multiples of 5"),
    ],
)
def test_a_total_that_cannot_be_is_refused_with_its_place(with_totals, row, message, capsys):
    folder = with_totals(row)
    assert main(["totals", "--data", str(folder)]) == 1
    assert re.search(message, capsys.readouterr().err)


def test_the_project_itself_has_no_totals(raw):
    assert raw["totals"].empty
    assert not (HOME / "data" / "raw" / "totals.csv").exists()

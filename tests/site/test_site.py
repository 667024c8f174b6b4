"""The site as files: whole, small, and without a request to any other host."""

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd
import pytest

from slm_analysis.bounds.panel import build_panel
from slm_analysis.language import speaking
from slm_analysis.printed.read import read_raw
from slm_analysis.project import HOME, Project
from slm_analysis.regeneration import regenerate
from slm_analysis.site import inline_figures, links, pages
from slm_analysis.site.build import build
from slm_analysis.site.data import data_page
from slm_analysis.site.derivations import derivation
from slm_analysis.site.front_numbers import front_numbers
from slm_analysis.site.notebooks import function_called, markdown
from slm_analysis.site.statements import claims_page
from slm_analysis.verdicts import judge_all, read_claims

pytestmark = pytest.mark.slow

SITE = HOME / "site"


class Found(HTMLParser):
    """What a page names and what it refers to."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.loaded, self.headings = [], [], [], []
        self.language = ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        elif tag in ("script", "img", "image", "link") and not given.get("href", "").startswith(
            "data:"
        ):
            self.loaded.append(given.get("src") or given["href"])
        elif re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        elif tag == "html":
            self.language = given["lang"]


@pytest.fixture(scope="module")
def site(built_site):
    """Every page of the built site, by path."""
    found = {}
    for path in sorted(SITE.rglob("*.html")):
        found[path] = Found()
        found[path].feed(path.read_text(encoding="utf-8"))
    return found


def test_every_notebook_and_every_country_has_a_page_and_both_languages_the_same(site):
    names = {path.relative_to(SITE).as_posix() for path in site}
    notebooks = {f"{path.stem}.html" for path in regenerate.notebook_paths()}
    countries = {f"profiles/{iso3}.html" for iso3 in regenerate.countries_with_figures(Project())}
    own = {"index.html", "claims.html", "data.html"} | notebooks | countries
    reference = {"reference.html"}
    guides = {f"{path.stem[2:]}.html" for path in (HOME / "docs").glob("*.md")}
    assert names == own | guides | reference | {f"nl/{name}" for name in own}
    for path, page in site.items():
        assert page.language == ("nl" if path.is_relative_to(SITE / "nl") else "en")


@pytest.fixture(scope="module")
def panels(site):
    """What the inspector of a language shows, by anchor, and the cells of each raw row."""
    found = {}
    for language in ("en", "nl"):
        path = SITE / "assets" / f"inspector-{language}.js"
        text = path.read_text(encoding="utf-8").removeprefix("const INSPECTOR = ")
        found[language] = json.loads(text.removesuffix(";\n"))
    return found


def test_every_link_and_anchor_resolves(site, panels, raw):
    broken = []
    links = [(path, link) for path, page in site.items() for link in page.links]
    for language, folder in (("en", SITE), ("nl", SITE / "nl")):
        found = Found()
        found.feed("".join(panels[language]["cells"].values()))
        links += [(folder / "data.html", link) for link in found.links]
    documents = {source.url for source in raw.sources.values() if source.url}
    for path, link in links:
        if link not in documents:
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.scheme or not target.exists():
                broken.append((path.name, link))
                continue
            anchors = parse_qs(parts.query).get("cells", [""])[0].split()
            for anchor in [*anchors, unquote(parts.fragment)]:
                if anchor and target.suffix == ".html" and anchor not in site[target].ids:
                    broken.append((path.name, link))
    assert broken == []


def test_a_document_with_an_address_is_linked_where_it_is_named(site, panels, raw):
    (source,) = (source for source in raw.sources.values() if source.url)
    assert source.url in site[SITE / "nl" / "data.html"].links
    row = raw["spending_2010"]["id"].iloc[0]
    assert f'href="{source.url}"' in panels["nl"]["cells"][f"spending_2010-{row}"]
    assert source.url not in panels["nl"]["cells"]["ARM-2014-LP-unanswered"]


def test_everything_loaded_is_a_file_of_the_site(site):
    for path, page in site.items():
        for name in page.loaded:
            assert not urlsplit(name).scheme, name
            assert (path.parent / name).resolve().is_relative_to(SITE)
            assert (path.parent / name).exists(), name
    for name in ("site.css", "site.js", "search.js", "inspector.css", "inspector.js"):
        text = (SITE / "assets" / name).read_text(encoding="utf-8")
        assert not re.search(r"https?:(?!/)|//[a-z]|@import|fetch\(", text)


POLICY = re.compile(
    r'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="([^"]+)">'
)


def test_every_page_has_the_policy_before_anything_is_loaded(site):
    (policy,) = {POLICY.findall(path.read_text(encoding="utf-8"))[0] for path in site}
    allowed = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert allowed.pop("style-src-attr") == "'unsafe-inline'"  # an attribute loads nothing
    for name in ("default-src", "base-uri", "form-action"):
        assert allowed.pop(name) == "'none'"
    assert allowed.pop("img-src") == "data:"  # figures are SVG in the page
    assert allowed == dict.fromkeys(("script-src", "style-src", "font-src"), "'self' file:")


def test_names_are_unique_and_headings_in_order(site):
    for path, page in site.items():
        assert len(page.ids) == len(set(page.ids)), path
        assert page.headings[0] == 1
        assert page.headings.count(1) == 1
        for above, below in zip(page.headings, page.headings[1:], strict=False):
            assert below <= above + 1, path


def test_the_site_is_small(site):
    total = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    assert total < 20e6  # every page in two languages
    for front in (SITE / "index.html", SITE / "nl" / "index.html"):
        loaded = {(front.parent / name).resolve() for name in site[front].loaded}
        assert front.stat().st_size + sum(path.stat().st_size for path in loaded) < 500e3


def test_every_number_of_a_table_of_counts_has_an_address(site):
    text = (SITE / "04_before_after.html").read_text(encoding="utf-8")
    table = text[text.index("Mean cases per year before and after, bounds") :]
    row = re.search(r"<tr>\s*<th[^>]*>Armenia</th>.*?</tr>", table, re.DOTALL)[0]
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    for cell in (*cells[4:9], cells[11]):
        assert 'href="data.html' in cell
    assert "data.html#ARM-2012-LP-unanswered" in cells[4]
    assert "?cells=ARM-2012-LP-unanswered+ARM-2014-LP-unanswered#" in cells[7]


def test_a_figure_has_its_data_its_words_and_its_function(site):
    text = (SITE / "03_lp_response.html").read_text(encoding="utf-8")
    figure = re.search(r'<figure id="figure-unanswered">.*?</figure>', text, re.DOTALL)[0]
    assert "figures.counts" in figure
    assert 'href="figures/unanswered.csv" download' in figure
    assert re.search(
        r'aria-label="Bounds in cases per year\. Armenia, unanswered: 2012 128–132', figure
    )
    plotted = pd.read_csv(HOME / "figures" / "unanswered.csv", dtype=str, keep_default_na=False)
    assert figure.count("<tr>") == len(plotted) + 1


@pytest.mark.parametrize(
    ("names", "root", "address"),
    [
        (["ARM 2014 LP unanswered"], "", "data.html#ARM-2014-LP-unanswered"),
        (["ARM 2014 forced"] * 2, "../", "../data.html#ARM-2014-forced"),
        (["a 1", "b 2"], "", "data.html?cells=a-1+b-2#a-1"),
        (["claims x-y"], "../", "../claims.html#x-y"),
        (["claims?verdict=possible"], "", "claims.html?verdict=possible"),
    ],
)
def test_addresses(names, root, address):
    assert links.target(names, root) == address


def test_numbers_without_an_address_stay_text(panel, raw):
    html = '<td><data value="">1 &lt; 2</data></td>'
    assert links.with_links(html, "", links.Cells(panel), raw.names) == "<td>1 &lt; 2</td>"


def test_markup_in_the_data_stays_text(changed):
    bad = "<script>alert(1)</script>"
    changed("countries", lambda rows: rows[3].update(name=bad))
    folder = changed("dtv_counts", lambda rows: rows[5].update(section=bad, note=""))
    raw = read_raw(folder)
    judged = judge_all(read_claims(raw, folder), raw)
    judged.loc[0, ["says", "reason", "formula"]] = bad
    for html in (
        data_page(raw, links.Cells(build_panel(raw)), judged),
        claims_page(judged, raw),
        markdown(f"**{bad}**"),
    ):
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_function_behind_a_figure_is_read_from_the_cell():
    assert function_called('rows = panel\nfigures.counts(rows, "x").save()') == "counts"


def test_a_sentence_of_the_front_page_without_cells_is_left_out(raw, panel):
    assert all(front_numbers(raw, panel).values())
    assert front_numbers(raw, panel[panel["indicator"] != "independent"])["departures"] == {}


@pytest.mark.parametrize("path", regenerate.notebook_paths(), ids=lambda path: path.stem)
def test_a_notebook_leads_to_itself_in_the_other_language(site, path):
    name = f"{path.stem}.html"
    english, dutch = site[SITE / name], site[SITE / "nl" / name]
    assert f"nl/{name}" in english.links
    assert f"../{name}" in dutch.links
    assert english.headings == dutch.headings


def test_headings_become_the_contents():
    assert 'id="Vóór-2013"' in markdown("## Vóór 2013")  # as a browser looks for it
    page = pages.Page("a", "A", markdown("# A\n\n## Did *it* fall?\n\nText"), "", "en")
    ((anchor, title),) = page.headings
    assert title == "Did it fall?"
    assert f'href="#{anchor}"' in pages.framed(page, [page])


def test_the_site_is_the_same_bytes_when_built_again(built_site, tmp_path):
    count = build(Project(), tmp_path)
    built = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    before = {path.relative_to(SITE): path for path in SITE.rglob("*") if path.is_file()}
    assert count == sum(path.suffix == ".html" for path in built)
    assert set(built) == set(before)
    assert [
        str(name) for name in built if built[name].read_bytes() != before[name].read_bytes()
    ] == []


def test_the_reference_leads_from_a_mention_to_the_entry(site):
    text = (SITE / "reference.html").read_text(encoding="utf-8")
    entry = text.partition('<h3 id="bounds.panel.build_panel">')[2].partition("</section>")[0]
    assert '<a href="#bounds.panel.contradictions"><code>contradictions()</code></a>' in entry
    figure = (SITE / "03_lp_response.html").read_text(encoding="utf-8")
    assert 'href="reference.html#display.figures.counts"' in figure
    profile = (SITE / "nl" / "profiles" / "ARM.html").read_text(encoding="utf-8")
    assert 'href="../../reference.html#display.figures.counts"' in profile


def test_every_number_opens_a_panel(site, panels):
    for path, page in site.items():
        shown = panels[page.language]
        for link in page.links:
            found = re.search(r"data\.html(?:\?cells=([^#]+))?#(?!source-)(.+)", unquote(link))
            for name in (found[1] or found[2]).split("+") if found else ():
                if "-" in name:  # else a section or a country
                    assert set(shown["rows"].get(name, [name])) <= set(shown["cells"]), path


def test_a_panel_tells_print_rule_bounds_and_page(panels):
    text = re.sub(r"<[^>]+>", "", panels["en"]["cells"]["ARM-2014-LP-requests"])
    for part in (
        "275 → 273–277",
        "by the rule outer; rounded to multiples of 5",
        "acvz-2015, p. 54",
    ):
        assert part in text
    assert "vermeld" in panels["nl"]["cells"]["ARM-2014-LP-requests"]


def test_a_mark_is_named_in_the_language_of_its_page(panel, raw):
    (cell,) = links.Cells(panel).behind(["GEO 2014 forced"])  # one for all languages
    with speaking("nl"):
        assert links.title(cell, raw.names) == "Georgië 2014, gedwongen vertrek (vertrek)"


def test_a_panel_names_every_statement_that_rests_on_its_cell(panels):
    claims = pd.read_csv(HOME / "data/processed/claims.csv", dtype=str, keep_default_na=False)
    claims = claims[claims["role"] == "statement"]
    for name, html in panels["en"]["cells"].items():
        told = set(re.findall(r'href="claims\.html#([^"]+)"', html))
        rows = {row for row, cells in panels["en"]["rows"].items() if name in cells}
        resting = {
            claim.claim_id
            for claim in claims.itertuples()
            for cell in claim.cells.split(";")
            if links.anchor(cell.partition(" [")[0]) in {name, *rows}
        }
        assert told == resting, name


def test_a_panel_names_the_figures_and_tables_that_show_its_cell(panels):
    html = panels["en"]["cells"]["GEO-2014-TO-unanswered"]
    told = set(re.findall(r'href="([\w/]+\.html)#figure-(\w+)"', html))
    for page, name in told:
        folder = "figures" if page[0].isdigit() else page.removesuffix(".html")
        data = pd.read_csv(SITE / folder / f"{name}.csv", dtype=str, keep_default_na=False)
        if "raw_ids" in data:
            assert data["raw_ids"].str.split(";").map(lambda ids: "c064" in ids).any(), name
    drawn_from = {
        path.stem
        for path in (HOME / "figures").glob("*.csv")  # those of tables too
        if path.with_suffix(".svg").exists()
        and re.search(r"\bc064\b", path.read_text(encoding="utf-8"))
    }
    assert drawn_from <= {name for page, name in told}
    assert ("01_coverage.html", "coverage") in told  # its data have no ids of rows
    for page in set(re.findall(r'href="(\d\d_\w+\.html)#', html)):
        text = (SITE / page).read_text(encoding="utf-8")
        assert re.search(r"GEO-2014-TO-unanswered|dtv_counts-c064", text) or "coverage" in page


@pytest.mark.parametrize(
    ("shown", "names", "made"),
    [
        ("−79 to −71", ["2012 LP unanswered", "2014 LP unanswered"], "[53–57] − [128–132]"),
        ("0.40–0.45", ["2012 LP unanswered", "2014 LP unanswered"], "[53–57] ÷ [128–132]"),
        ("108–112", ["2012 LP unanswered", "2013 LP unanswered"], "mean([128–132]; [88–92])"),
        ("19.1–20.9", ["2014 LP unanswered", "2014 LP requests"], "100 × [53–57] ÷ [273–277]"),
        (
            "−3 to 13",
            [f"2014 LP {name}" for name in ("requests", "negative", "confirmed", "unanswered")],
            "[273–277] − [13–17] − [198–202] − [53–57]",
        ),
        ("0.28–0.62", ["2012 LP unanswered", "2014 LP unanswered"], ""),  # limits of a test
        ("53–57", ["2014 LP unanswered"], ""),
        ("0.40–0.45", ["2012 LP unanswered", "2014 LP unknown"], ""),
    ],
)
def test_the_arithmetic_is_found_again_from_the_cells(panel, shown, names, made):
    cells = links.Cells(panel).behind([f"ARM {name}" for name in names])
    assert derivation(shown, cells) == (f"{made} = {shown}" if made else "")


def test_arithmetic_with_two_ways_to_one_number_is_not_told(panel):
    cells = links.Cells(panel).behind(["RWA 2012 forced", "RWA 2013 forced"])
    assert {(row.lo, row.hi) for row in cells} == {(0, 0)}  # mean and change are both 0
    assert derivation("0", cells) == ""


SVG = """<?xml version="1.0"?><!DOCTYPE svg>
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" height="9pt" viewBox="0 0 9 9"
 xmlns="http://www.w3.org/2000/svg"><metadata><a/></metadata>
<defs><style type="text/css">*{stroke-linejoin: round}</style><path id="dot" d="M 0 0"/></defs>
<g id="patch_1" clip-path="url(#box)"><use xlink:href="#dot"/></g>
<g id="GEO-2013-forced.GEO-2014-forced"><path d="M 1 1"/></g><text>5 &lt; 6</text>
<clipPath id="box"><rect/></clipPath></svg>"""


def test_a_figure_in_a_page_has_text_links_and_ids_of_its_own(tmp_path, panel, raw):
    (tmp_path / "one.svg").write_text(SVG)
    (tmp_path / "one.narrow.svg").write_text(SVG)
    html = inline_figures.drawn(tmp_path, "one", 'a "b"')
    told = links.with_links(html, "../", links.Cells(panel), raw.names)
    narrow, wide = ET.fromstring(f"<div>{told}</div>")
    assert (narrow.get("class"), wide.get("class")) == ("drawn narrow", "drawn wide")
    assert wide.get("aria-label") == 'a "b"'
    assert wide.get("role") == "group"
    assert wide.find("text").text == "5 < 6"
    assert wide.find("metadata") is None
    assert wide.find("defs/style") is None
    ids = [part.get("id") for part in ET.fromstring(f"<div>{told}</div>").iter() if part.get("id")]
    assert ids == ["one-narrow-dot", "one-narrow-box", "one-wide-dot", "one-wide-box"]
    assert wide.find("g").get("clip-path") == "url(#one-wide-box)"
    assert wide.find("g/use").get("href") == "#one-wide-dot"
    mark = wide.find("a")
    both = "../data.html?cells=GEO-2013-forced+GEO-2014-forced#GEO-2013-forced"
    assert mark.get("href") == both
    assert mark.get("aria-label") == mark.find("title").text
    assert mark.find("title").text == (
        "Georgia 2013, forced (departures): 30 (28–32), acvz-2015, p. 61; "
        "Georgia 2014, forced (departures): 20 (18–22), acvz-2015, p. 61"
    )


def test_a_figure_without_links_is_an_image(tmp_path):
    for name in ("one", "one.narrow"):
        svg = SVG.replace("GEO-2013-forced.GEO-2014-forced", "axes_1")
        (tmp_path / f"{name}.svg").write_text(svg)
    images = ET.fromstring(f"<div>{inline_figures.drawn(tmp_path, 'one', 'words')}</div>")
    assert [image.get("role") for image in images] == ["img", "img"]

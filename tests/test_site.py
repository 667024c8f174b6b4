"""The site as files: whole, small, and without a request to any other host."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd
import pytest

from slm_analysis.claims import judge_all, read_claims
from slm_analysis.panel import build_panel
from slm_analysis.project import HOME, Project
from slm_analysis.read import read_raw
from slm_analysis.regeneration import regenerate
from slm_analysis.site import links, pages
from slm_analysis.site.build import build
from slm_analysis.site.data import data_page
from slm_analysis.site.notebooks import function_called, markdown
from slm_analysis.site.statements import claims_page

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
        elif tag in ("script", "img", "link") and not given.get("href", "").startswith("data:"):
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
    own = {"index.html", "claims.html", "data.html"} | countries
    reference = {"reference.html"}
    guides = {f"{path.stem[2:]}.html" for path in (HOME / "docs").glob("*.md")}
    assert names == own | notebooks | guides | reference | {f"nl/{name}" for name in own}
    for path, page in site.items():
        assert page.language == ("nl" if path.is_relative_to(SITE / "nl") else "en")


def test_every_link_and_anchor_resolves(site):
    broken = []
    for path, page in site.items():
        for link in page.links:
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


def test_everything_loaded_is_a_file_of_the_site(site):
    for path, page in site.items():
        for name in page.loaded:
            assert not urlsplit(name).scheme, name
            assert (path.parent / name).resolve().is_relative_to(SITE)
            assert (path.parent / name).exists(), name
    for name in ("site.css", "site.js", "search.js"):
        text = (SITE / "assets" / name).read_text(encoding="utf-8")
        assert not re.search(r"https?:|//[a-z]|@import|fetch\(", text)


def test_names_are_unique_and_headings_in_order(site):
    for path, page in site.items():
        assert len(page.ids) == len(set(page.ids)), path
        assert page.headings[0] == 1
        assert page.headings.count(1) == 1
        for above, below in zip(page.headings, page.headings[1:], strict=False):
            assert below <= above + 1, path


def test_the_site_is_small(site):
    total = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    assert total < 15e6
    for front in (SITE / "index.html", SITE / "nl" / "index.html"):
        loaded = {(front.parent / name).resolve() for name in site[front].loaded}
        assert front.stat().st_size + sum(path.stat().st_size for path in loaded) < 500e3


def test_every_number_of_a_table_of_counts_has_an_address(site):
    text = (SITE / "03_lp_response.html").read_text(encoding="utf-8")
    table = text[text.index("last printed year against the first, bounds") :]
    row = re.search(r"<tr>\s*<th[^>]*>Georgia</th>.*?</tr>", table, re.DOTALL)[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    for cell in (cells[2], cells[4], cells[5], cells[6]):
        assert 'href="data.html' in cell
    assert "data.html#GEO-2013-TO-unanswered" in cells[2]
    assert "?cells=GEO-2013-TO-unanswered+GEO-2014-TO-unanswered#" in cells[5]


def test_a_figure_has_its_data_its_words_and_its_function(site):
    text = (SITE / "03_lp_response.html").read_text(encoding="utf-8")
    figure = re.search(r'<figure id="figure-unanswered">.*?</figure>', text, re.DOTALL)[0]
    assert "figures.counts" in figure
    assert 'href="figures/unanswered.csv" download' in figure
    assert re.search(r'alt="Bounds in cases per year\. Armenia unanswered: 2012 128 to 132', figure)
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


def test_numbers_without_an_address_stay_text():
    assert links.with_links('<td><data value="">1 &lt; 2</data></td>', "") == "<td>1 &lt; 2</td>"


def test_markup_in_the_data_stays_text(changed):
    bad = "<script>alert(1)</script>"
    changed("countries", lambda rows: rows[3].update(name=bad))
    folder = changed("dtv_counts", lambda rows: rows[5].update(section=bad, note=""))
    raw = read_raw(folder)
    judged = judge_all(read_claims(raw, folder), raw)
    judged.loc[0, ["says", "reason", "formula"]] = bad
    for html in (
        data_page(raw, build_panel(raw), judged, ""),
        claims_page(judged, raw),
        markdown(f"**{bad}**"),
    ):
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_function_behind_a_figure_is_read_from_the_cell():
    assert function_called('rows = panel\nfigures.counts(rows, "x").save()') == "counts"


def test_headings_become_the_contents():
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
    entry = text.partition('<h3 id="panel.build_panel">')[2].partition("</section>")[0]
    assert '<a href="#panel.contradictions"><code>contradictions()</code></a>' in entry
    figure = (SITE / "03_lp_response.html").read_text(encoding="utf-8")
    assert 'href="reference.html#figures.counts"' in figure
    profile = (SITE / "nl" / "profiles" / "ARM.html").read_text(encoding="utf-8")
    assert 'href="../../reference.html#figures.counts"' in profile

"""The site in a real browser: from a file, with the network off, by keyboard, to every reader."""

import functools
import io
import re
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from markupsafe import Markup

from slm_analysis.bounds.panel import build_panel
from slm_analysis.display import findings
from slm_analysis.display.figures.style import COLOURS
from slm_analysis.display.rendering import interval
from slm_analysis.printed.read import read_raw
from slm_analysis.project import HOME, Project
from slm_analysis.results import sensitivity
from slm_analysis.site.data import data_page
from slm_analysis.site.inline_figures import drawn, write_typeface
from slm_analysis.site.links import Cells, with_links
from slm_analysis.site.pages import ASSETS, Page, framed
from slm_analysis.site.statements import claims_page
from slm_analysis.verdicts import judge_all, read_claims

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_rules = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

SITE = HOME / "site"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
KINDS = (  # one page of each kind
    "index.html",
    "03_lp_response.html",
    "claims.html",
    "nl/data.html",
    "nl/profiles/GEO.html",
    "reading_the_bounds.html",
    "reference.html",
)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="module")
def browser(built_site):
    with sync_api.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser):
    """Open a page of the site offline; whatever goes wrong on it fails the test."""
    wrong, contexts = [], []

    def visit(name, **options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("requestfailed", lambda request: wrong.append(request.url))
        page.on(
            "request",
            lambda request: request.url[:5] in ("file:", "data:") or wrong.append(request.url),
        )
        page.goto(f"file://{name if name.startswith('/') else SITE / name}")
        return page

    yield visit
    told = list(wrong)  # closing breaks off pictures that are still to be loaded
    for context in contexts:
        context.close()
    assert told == []


def violations(page, part="html", **options):
    """Open all that is folded, and return what the rules of accessibility (axe) object to."""
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    found = axe_rules.Axe().run(
        page, part, options={"resultTypes": ["violations"], "preload": False, **options}
    )
    return [
        (rule["id"], node["html"][:200])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


# axe looks at every piece of text in turn: of what is alike, side by side, four are enough
THINNED = """for (const part of document.querySelectorAll('main :not(td, th, h1, h2, h3, h4)')) {
  const like = (other) => ['tagName', 'className.baseVal', 'style.cssText', 'className']
    .every((name) => name.split('.').reduce((of, key) => of?.[key], other)
      === name.split('.').reduce((of, key) => of?.[key], part));
  if ([...part.parentElement.children].filter(like).indexOf(part) > 3) part.remove();
}"""


@pytest.mark.parametrize(
    ("name", "whole"),
    [(name, False) for name in KINDS]
    + [pytest.param(name, True, marks=pytest.mark.audit) for name in PAGES],
)
def test_a_page_is_accessible_in_the_light_and_in_the_dark_with_a_finger(open_page, name, whole):
    page = open_page(name)
    if not whole:
        page.evaluate(THINNED)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    assert violations(page, runOnly=["color-contrast", "target-size"]) == []


CUT = """[...document.querySelectorAll('.scroll')]
  .filter((frame) => frame.checkVisibility() && frame.scrollWidth > frame.clientWidth)
  .map((frame) => frame.getAttribute('aria-label'))"""


def test_nothing_stands_out_of_a_page_and_no_table_in_sight_is_cut_on_a_wide_screen(open_page):
    page = open_page(PAGES[0])
    for name in PAGES:
        page.goto(f"file://{SITE / name}")
        for width in (320, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") == width, name
        assert page.evaluate(CUT) == [], name


def test_on_a_phone_a_table_shows_that_it_scrolls_and_keeps_its_first_column(open_page):
    page = open_page("data.html", viewport={"width": 360, "height": 740})
    assert "Armenia" in page.evaluate(CUT)
    frame = page.locator(".scroll").first
    frame.scroll_into_view_if_needed()
    edge = {"x": 339, "y": 300, "width": 1, "height": 1}
    shaded = page.screenshot(clip=edge)
    first = frame.locator("tbody th").first
    before = first.bounding_box()["x"]
    frame.evaluate("frame => { frame.scrollLeft = frame.scrollWidth; }")
    assert first.bounding_box()["x"] == before
    assert page.screenshot(clip=edge) != shaded


def pages_of(pdf):
    """Return the width and height in points of each page of a PDF that Chromium wrote."""
    boxes = re.findall(rb"/Type /Page\b.*?/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf, re.DOTALL)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.parametrize(
    "name", ["claims.html", pytest.param("nl/claims.html", marks=pytest.mark.audit)]
)
def test_the_statements_print_on_fewer_than_forty_pages(open_page, name):
    pages = pages_of(open_page(name).pdf(prefer_css_page_size=True))
    assert 10 < len(pages) < 40
    assert set(pages) == {(595, 842)}


@pytest.mark.parametrize("name", ["index.html", "data.html", "04_before_after.html"])
def test_print_is_of_ten_points_with_figures_of_sixteen_centimetres(open_page, name):
    page = open_page(name, viewport={"width": 627, "height": 950})  # between the margins of A4
    page.emulate_media(media="print")
    points = "text => parseFloat(getComputedStyle(text).fontSize) * 0.75"
    assert page.locator("main > p").first.evaluate(points) == pytest.approx(10, abs=0.01)
    for figure in page.locator("main figure img").all():
        assert figure.bounding_box()["width"] == pytest.approx(16 / 2.54 * 96, abs=1)
    assert page.evaluate(CUT.replace(".scroll'", ".scroll:not(:has(th:nth-child(10)))'")) == []
    page.set_viewport_size({"width": 956, "height": 950})  # wide tables lie across
    assert page.evaluate(CUT) == []
    link = page.locator("main a").first
    assert link.evaluate("link => getComputedStyle(link).textDecorationLine") == "none"


def until(page, condition):
    """Wait for a condition; Playwright's own way compiles texts, which a page's policy forbids."""
    page.evaluate(f"""new Promise((done) => {{
      const look = () => (({condition}) ? done() : setTimeout(look, 20));
      look();
    }})""")


def found_by_search(page, typed):
    """Type into the search box, and return the addresses that it offers, best first."""
    page.focus("#search")
    until(page, "typeof engine !== 'undefined'")
    page.fill("#search", typed)
    return [
        item.get_attribute("data-url") for item in page.query_selector_all("#results [data-url]")
    ]


FIRST = {
    "georgia": "profiles/GEO.html",
    "Georgië": "profiles/GEO.html",  # the other language
    "georgie": "profiles/GEO.html",  # no accent
    "goergia": "profiles/GEO.html",  # a typing error
    "GEO": "profiles/GEO.html",
    "ARM 2014 LP unanswered": "data.html#ARM-2014-LP-unanswered",
    "c013": "data.html#ARM-2012-LP-unanswered",  # a row of the raw table
    "nga-mou-2014": "data.html#agreements-nga-mou-2014",
    "geo-unanswered-constant": "claims.html#geo-unanswered-constant-2009-2014",
    "readmission agreements seven": "claims.html#seven-results",
}


@pytest.mark.parametrize("folder", ["", "nl/"])
def test_search_puts_first(open_page, folder):
    page = open_page(f"{folder}index.html")
    assert {typed: found_by_search(page, typed)[0] for typed in FIRST} == {
        typed: folder + first for typed, first in FIRST.items()
    }


def test_search_knows_words_for_one_thing(open_page):
    page = open_page("index.html")
    for words in (
        ("laissez-passer", "laisser-passer", "reisdocument", "travel document"),
        ("readmission", "terug- en overname", "T&O"),
        ("voluntary", "zelfstandig", "vrijwillig"),
    ):
        for word in words:
            assert any("claims.html#" in address for address in found_by_search(page, word)), word
        script = "search({}).map(({{ url }}) => url)"
        everything = [set(page.evaluate(script.format(repr(word)))) for word in words]
        assert len(set.intersection(*everything)) >= 0.9 * min(map(len, everything))


def reason(name):
    """Return the reason of a claim."""
    judged = pd.read_csv(Project().processed / "claims.csv", dtype=str, keep_default_na=False)
    return judged[judged["role"] == "statement"].set_index("claim_id").loc[name, "reason"]


def what_decides(raw):
    panel = build_panel(raw)
    table = sensitivity.comparisons(panel, raw, None)
    return findings.deciding(sensitivity.what_would_decide(table, panel)).text


ANSWERED = {
    "did unanswered requests from Georgia stay constant, in number and relative to the requests?": (
        lambda raw: [reason("geo-unanswered-constant-2009-2014")]
    ),
    "what happened with Nigeria after the memorandum of 2014?": lambda raw: [
        raw["agreements"].set_index("id").loc["nga-mou-2014", "date"],
        reason("nga-unanswered-share-2014"),
    ],
    "which statements are contradicted, and why?": lambda raw: [
        text
        for row in judge_all(read_claims(raw, Project().raw), raw).itertuples()
        if (row.verdict, row.role) == ("contradicted", "statement")
        for text in (row.says, row.reason)
    ],
    "how many documents were issued to Armenia in 2014, on which page?": lambda raw: [
        f"{row.printed} {interval(row.lo, row.hi)} {row.kind} {row.source_id}, p. {row.page}"
        for row in build_panel(raw).itertuples()
        if (row.iso3, row.year, row.indicator) == ("ARM", 2014, "issued")
    ],
    "what would the full series decide?": lambda raw: [what_decides(raw)],
}


@pytest.mark.parametrize("question", ANSWERED)
def test_a_question_is_answered_by_what_search_puts_first_or_one_click_from_it(
    open_page, raw, question
):
    page = open_page("index.html")
    first = found_by_search(page, question)[0]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{first}")
    read = [page.inner_text("main")]
    linked = page.eval_on_selector_all(
        "main a[href*='.html']",
        "links => links.map(({ href }) => new URL(href.baseVal ?? href, location))"
        ".map(({ pathname, hash }) => [pathname, hash.slice(1)])",
    )
    for path in {path for path, _place in linked}:
        page.goto(f"file://{path}")
        places = [unquote(place) or "main" for there, place in linked if there == path]
        script = "names => names.map((name) => document.getElementById(name).innerText)"
        read += page.evaluate(script, sorted(set(places)))
    for answer in ANSWERED[question](raw):
        told = " ".join(answer.replace("*", "").split())
        assert any(told in " ".join(text.split()) for text in read), told


def test_search_says_that_it_found_nothing(open_page):
    page = open_page("index.html")
    assert found_by_search(page, "xyzzy") == []
    assert page.inner_text("#results") == "nothing found"


def test_search_works_by_keyboard_and_from_a_folder(open_page):
    page = open_page("nl/profiles/GEO.html")
    page.focus("#search")
    page.keyboard.type("armenie")
    page.wait_for_selector("#results [data-url]")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == "result-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/**ARM**")


def test_a_number_leads_to_its_cell_the_cell_to_its_claims_and_back(open_page):
    page = open_page("03_lp_response.html")
    page.click("td a[href='data.html#GEO-2014-TO-unanswered'] >> nth=0")
    page.click("dialog a[href='data.html#GEO-2014-TO-unanswered']")
    row = page.locator("tr:target")
    assert row.get_attribute("id") == "GEO-2014-TO-unanswered"
    assert "acvz-2015, p. 61" in row.inner_text()
    row.locator("a[href='claims.html#geo-unanswered-constant-2009-2014']").click()
    claim = page.locator("article:target")
    assert "untestable" in claim.inner_text()
    claim.locator("a[href='data.html#GEO-2014-TO-unanswered']").click()
    page.click("dialog a[href='data.html#GEO-2014-TO-unanswered']")
    assert page.locator("tr:target").get_attribute("id") == "GEO-2014-TO-unanswered"


RATIO = "td a[href*='cells=dtv_counts-c065+dtv_counts-c064'] >> nth=0"  # 2014 to 2013


def test_a_number_opens_its_calculation_on_the_spot_by_keyboard(open_page):
    page = open_page("03_lp_response.html#Did-fewer-requests-stay-unanswered?")
    number = page.locator(RATIO)
    assert number.get_attribute("aria-haspopup") == "dialog"
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    told = page.inner_text("dialog")
    for part in (
        "≥ 2",
        "Georgia · ratio: rounding",
        "[8–12] ÷ [0–4] = ≥ 2",
        "<5 → 0–4",
        "by the rule outer",
        "acvz-2015, p. 61",
    ):
        assert part in told
    assert page.evaluate("document.activeElement.textContent") == "≥ 2"
    assert page.get_by_role("dialog", name="≥ 2").is_visible()
    assert page.url.endswith("#cells=dtv_counts-c065+dtv_counts-c064")
    stops = set()
    for _stop in range(40):  # the keyboard stays in the panel, and reaches all of it
        page.keyboard.press("Tab")
        stops.add(page.evaluate("document.activeElement.textContent"))
        assert page.evaluate("document.activeElement.matches('body, dialog, dialog *')")
    assert {"Close", "acvz-2015", "Address of this panel"} <= stops
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="hidden")
    assert number.evaluate("number => number === document.activeElement")
    assert page.url.endswith("#Did-fewer-requests-stay-unanswered?")


def test_the_address_of_a_panel_opens_it_in_either_language(open_page):
    page = open_page("profiles/ARM.html#cells=ARM-2014-LP-requests")
    page.wait_for_selector("dialog[open]")
    assert "275 → 273–277" in page.inner_text("dialog")
    assert page.locator("a.inspected").is_visible()
    page.keyboard.press("Escape")
    until(page, "!location.hash")
    page = open_page("nl/data.html?cells=GEO-2013-forced+GEO-2014-forced#GEO-2013-forced")
    page.wait_for_selector("dialog[open]")
    assert page.locator("dialog section").count() == 2
    assert "2 cellen" in page.inner_text("dialog h2")
    page.mouse.click(2, 2)  # beside it
    page.wait_for_selector("dialog", state="hidden")
    page = open_page("data.html#cells=none")
    until(page, "typeof INSPECTOR !== 'undefined'")
    assert not page.locator("dialog").is_visible()


def test_a_link_of_a_panel_on_its_own_page_is_followed(open_page):
    page = open_page("claims.html")
    page.click("article a[href='data.html#GEO-2014-TO-unanswered'] >> nth=0")
    page.wait_for_selector("dialog[open]")
    page.click("dialog a[href='claims.html#geo-unanswered-constant-2009-2014']")
    assert page.url.endswith("claims.html#geo-unanswered-constant-2009-2014")
    assert not page.locator("dialog").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_panel_is_accessible_and_stands_on_the_screen(open_page, scheme):
    page = open_page("nl/profiles/GEO.html", color_scheme=scheme)
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.click("td a[href*='GEO-2014-TO-unanswered'] >> nth=0")
        page.wait_for_selector("dialog[open]")
        assert violations(page, "dialog") == []
        box = page.locator("dialog").bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 800
        number = page.locator(".inspected").bounding_box()
        below, above = box["y"] + box["height"], number["y"] + number["height"]
        assert above <= box["y"] or number["y"] >= below
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.keyboard.press("Escape")


def test_numbers_are_links_without_the_script(open_page):
    page = open_page("03_lp_response.html", java_script_enabled=False)
    page.click("td a[href='data.html#GEO-2014-TO-unanswered'] >> nth=0")
    assert page.url.endswith("data.html#GEO-2014-TO-unanswered")


def figure_page(folder, panel, raw):
    """Write a page with one figure in two layouts, whose bar is a cell."""
    (folder / "assets").mkdir()
    for name in ("site.css", "site.js", "inspector.css", "inspector.js"):
        shutil.copyfile(ASSETS / name, folder / "assets" / name)
    shutil.copyfile(SITE / "assets" / "inspector-en.js", folder / "assets" / "inspector-en.js")
    write_typeface(folder / "assets")
    for name, width in (("one", 6.3), ("one.narrow", 3.3)):
        with plt.rc_context({"svg.fonttype": "none"}):
            figure, axis = plt.subplots(figsize=(width, 3))
            axis.set_title(f"A title in {name}")
            bars = axis.barh(range(7), 4, 0.5, 28, color=list(COLOURS.values()))
            for year, bar in enumerate(bars, 2013):
                bar.set_gid(f"GEO-{year}-forced")
            figure.savefig(folder / f"{name}.svg")
            plt.close(figure)
    body = Markup("<h1>A</h1><figure>{}</figure>").format(drawn(folder, "one", "words"))
    page = Page("a", "A", with_links(body, "", Cells(panel), raw.names), "", "en")
    (folder / "a.html").write_text(framed(page, [page]), encoding="utf-8")
    return str(folder / "a.html")


@pytest.mark.parametrize(("width", "layout"), [(360, "narrow"), (768, "wide"), (1280, "wide")])
def test_a_figure_has_the_layout_of_the_screen_and_its_marks_open(
    open_page, tmp_path, panel, raw, width, layout
):
    page = open_page(figure_page(tmp_path, panel, raw), viewport={"width": width, "height": 700})
    (shown,) = (svg for svg in page.locator("svg.drawn").all() if svg.is_visible())
    assert layout in shown.get_attribute("class")
    assert shown.bounding_box()["width"] <= width
    mark = shown.get_by_role("link", name="Georgia 2013, forced (departures): 30 (28–32)")
    assert violations(page) == []
    mark.click()
    page.wait_for_selector("dialog[open]")
    assert page.inner_text("dialog h2") == "Georgia 2013, forced (departures)"


def test_a_figure_can_be_read_in_the_dark(open_page, tmp_path, panel, raw):
    page = open_page(figure_page(tmp_path, panel, raw), color_scheme="dark")
    svg = page.locator("svg.wide")
    drawn_pixels = plt.imread(io.BytesIO(svg.screenshot()))[..., :3]
    linear = np.where(
        drawn_pixels <= 0.04045, drawn_pixels / 12.92, ((drawn_pixels + 0.055) / 1.055) ** 2.4
    )
    light = linear @ [0.2126, 0.7152, 0.0722] + 0.05  # as WCAG measures contrast
    assert light[0, 0] < 0.07
    assert light.max() / light[0, 0] > 10  # text
    corner = svg.bounding_box()
    for colour, mark in zip(COLOURS.values(), svg.locator(".mark").all(), strict=True):
        box = mark.bounding_box()
        middle = [
            round(box[side] - corner[side] + box[size] / 2)
            for side, size in (("y", "height"), ("x", "width"))
        ]
        assert light[*middle] / light[0, 0] > 3, colour


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("data.html#GEO-2014-TO-unanswered", "nl/data.html#GEO-2014-TO-unanswered"),
        ("nl/claims.html?verdict=possible", "claims.html?verdict=possible"),
        ("profiles/GEO.html", "nl/profiles/GEO.html"),
        ("nl/index.html#cannot", "index.html#cannot"),
        ("03_lp_response.html#figure-unanswered", "nl/03_lp_response.html#figure-unanswered"),
        ("reference.html#language", "nl/index.html"),
    ],
)
def test_the_other_language_keeps_the_place(open_page, name, other):
    page = open_page(name)
    page.click(".switch")
    page.wait_for_load_state()
    assert page.url == f"file://{SITE / other}"
    assert page.get_attribute("html", "lang") == ("nl" if other.startswith("nl/") else "en")


def test_claims_are_chosen_and_the_choice_stands_in_the_address(open_page):
    page = open_page("claims.html?verdict=untestable&country=GEO")
    register = page.locator("article").count()
    shown = page.locator("article:visible")
    assert {claim.get_attribute("data-verdict") for claim in shown.all()} == {"untestable"}
    assert all("Georgia" in claim.inner_text() for claim in shown.all())
    assert page.inner_text("#shown") == f"{shown.count()} of {register} statements"
    before = shown.count()
    page.focus("input[name=words]")
    page.keyboard.type("percentage")
    assert 0 < shown.count() < before
    assert all("percentage" in claim.inner_text() for claim in shown.all())
    assert page.url.endswith("claims.html?country=GEO&verdict=untestable&words=percentage")
    page.reload()
    assert page.input_value("input[name=words]") == "percentage"
    assert 0 < shown.count() < before


def test_claims_are_chosen_by_keyboard_place_and_subject(open_page):
    page = open_page("nl/claims.html?place=report%2C+3.3")
    assert page.locator("section:visible").count() == 1
    before = page.locator("article:visible").count()
    page.focus("select[name=kind]")
    page.keyboard.type("vertrek")
    shown = page.locator("article:visible")
    assert 0 < shown.count() < before
    for claim in shown.all():
        assert "departures" in claim.get_attribute("data-kind").split(";")
    assert page.input_value("select[name=place]") == "report, 3.3"
    page.click(".choice a")
    page.wait_for_url("**/nl/claims.html")
    assert shown.count() == page.locator("article").count()


def test_one_switch_opens_all_code_of_a_page(open_page):
    page = open_page("03_lp_response.html")
    code = page.locator("details.code")
    page.focus(".all-code")
    page.keyboard.press("Enter")
    assert page.locator("details.code[open]").count() == code.count() > 1
    page.keyboard.press("Enter")
    assert page.locator("details.code[open]").count() == 0
    assert not open_page("data.html").locator(".all-code").is_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_text(open_page):
    page = open_page("data.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_pages_read_without_the_script(open_page):
    page = open_page("claims.html", java_script_enabled=False)
    register = read_claims(read_raw(Project().raw), Project().raw)
    assert page.locator("article:visible").count() == len(register)


def test_markup_in_the_data_stays_text_on_the_page(open_page, changed, tmp_path):
    bad = "<img src=//host.example/x onerror=alert(1)>"
    changed("countries", lambda rows: rows[3].update(name=bad))
    folder = changed("dtv_counts", lambda rows: rows[5].update(section=bad))
    raw = read_raw(folder)
    judged = judge_all(read_claims(raw, folder), raw)
    judged.loc[0, "says"] = bad
    bodies = {
        "data": data_page(raw, Cells(build_panel(raw)), judged),
        "claims": claims_page(judged, raw),
    }
    pages = [Page(name, bad, body, bad, "en") for name, body in bodies.items()]
    (tmp_path / "assets").mkdir()
    for name in ("site.css", "site.js", "inspector.css", "inspector.js"):
        shutil.copyfile(ASSETS / name, tmp_path / "assets" / name)
    for each in pages:
        (tmp_path / f"{each.name}.html").write_text(framed(each, pages), encoding="utf-8")
        page = open_page(str(tmp_path / f"{each.name}.html"))
        assert bad in page.inner_text("main")
        assert page.locator("img").count() == 0
        assert re.search(re.escape(bad), page.inner_text("nav.contents"))


def test_search_results_are_text(open_page):
    page = open_page("index.html")
    found_by_search(page, "zzz")
    page.evaluate("""() => {
      const read = { id: places.length, title: "zzz", page: "", text: "", same: "" };
      places.push({ url: "index.html", title: "<b>x</b>", page: "", text: "", read });
      engine.add(read);
    }""")
    found_by_search(page, "zzz")
    assert page.inner_text("#results li").startswith("<b>x</b>")


INTRUDERS = """async () => {
  const blocked = [];
  document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
  const settled = new Promise((done) => { setTimeout(done, 300); });
  for (const [tag, name] of [['img', 'src'], ['script', 'src'], ['iframe', 'src'], ['link', 'href']]) {
    const part = document.createElement(tag);
    if (tag === 'link') part.rel = 'stylesheet';
    part[name] = 'http://host.example/x';
    document.body.append(part);
  }
  for (const tag of ['style', 'script']) {
    const part = document.createElement(tag);
    part.textContent = 'x';
    document.body.append(part);
  }
  fetch('http://host.example/x').catch(() => 0);
  await settled;
  return blocked.sort();
}"""


@pytest.fixture(scope="module")
def served():
    """Serve the site on this machine, as a web server would."""
    handler = functools.partial(Quiet, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.mark.parametrize("where", ["file", "server"])
def test_a_page_works_under_its_policy_which_lets_nothing_else_in(browser, served, where):
    root = f"file://{SITE}/" if where == "file" else served
    said, asked = [], []
    page = browser.new_context().new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    for name in KINDS:
        page.goto(root + name)
    assert found_by_search(page, "georgia")[0] == "profiles/GEO.html"
    page.goto(f"{root}profiles/ARM.html#cells=ARM-2014-LP-requests")
    page.wait_for_selector("dialog[open]")
    ready = "document.fonts.ready.then(() => [...document.fonts].map((font) => font.status))"
    assert page.evaluate(ready) == ["loaded", "loaded"]
    table = page.locator("main td.right, main td[style*=right]").first
    assert table.evaluate("cell => getComputedStyle(cell).textAlign") == "right"
    assert said == []
    assert all(address.startswith((root, "data:")) for address in asked)
    elements = ["script-src-elem"] * 2 + ["style-src-elem"] * 2
    assert page.evaluate(INTRUDERS) == ["connect-src", "frame-src", "img-src", *elements]
    page.context.close()

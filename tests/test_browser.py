"""The site in a real browser: from a file, with the network off, by keyboard, to every reader."""

import io
import re
import shutil

import matplotlib.pyplot as plt
import numpy as np
import pytest
from markupsafe import Markup

from slm_analysis.claims import judge_all, read_claims
from slm_analysis.figures.style import COLOURS
from slm_analysis.panel import build_panel
from slm_analysis.project import HOME, Project
from slm_analysis.read import read_raw
from slm_analysis.site.data import data_page
from slm_analysis.site.drawn import drawn, write_typeface
from slm_analysis.site.inspector import Cells, with_explanations
from slm_analysis.site.pages import FILES, Page, framed
from slm_analysis.site.statements import claims_page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_rules = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

SITE = HOME / "site"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
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


def violations(page, **options):
    """Open all that is folded, and return what the rules of accessibility (axe) object to."""
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    found = axe_rules.Axe().run(
        page, options={"resultTypes": ["violations"], "preload": False, **options}
    )
    return [
        (rule["id"], node["html"][:200])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(open_page, name):
    assert violations(open_page(name)) == []


@pytest.mark.parametrize("name", ["index.html", "01_coverage.html", "nl/profiles/SOM.html"])
def test_contrast_is_enough_in_the_dark(open_page, name):
    page = open_page(name, color_scheme="dark")
    assert violations(page, runOnly=["color-contrast"]) == []


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("name", ["index.html", "nl/data.html", "claims.html", "profiles/GEO.html"])
def test_nothing_stands_out_of_the_page(open_page, name, width):
    page = open_page(name, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_search_finds_a_country_a_claim_and_a_cell(open_page):
    page = open_page("index.html")
    for typed, address in (
        ("georgia", "profiles/GEO.html"),
        ("constant georgia 2013", "claims.html#geo-unanswered-constant-2009-2014"),
        ("ARM 2014 LP unanswered", "data.html#ARM-2014-LP-unanswered"),
        ("did it stay constant in Georgia?", "claims.html#geo-unanswered-constant-2009-2014"),
    ):
        page.fill("#search", typed)
        page.wait_for_selector("#results [data-url]")
        assert address in [
            item.get_attribute("data-url")
            for item in page.query_selector_all("#results [data-url]")
        ]
    page.fill("#search", "xyzzy")
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
    page.click("a[href='data.html#GEO-2014-TO-unanswered'] >> nth=0")
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


DIFFERENCE = "a[href*='cells=GEO-2013-TO-unanswered+GEO-2014-TO-unanswered'] >> nth=0"


def test_a_number_opens_its_calculation_on_the_spot_by_keyboard(open_page):
    page = open_page("03_lp_response.html#Did-fewer-requests-stay-unanswered?")
    number = page.locator(DIFFERENCE)
    assert number.get_attribute("aria-haspopup") == "dialog"
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    told = page.inner_text("dialog")
    for part in (
        "4–12",
        "Georgia · difference",
        "[8–12] − [0–4] = 4–12",
        "<5 → 0–4",
        "outer bounds",
        "acvz-2015, p. 61",
    ):
        assert part in told
    assert page.evaluate("document.activeElement.textContent") == "4–12"
    assert page.get_by_role("dialog", name="4–12").is_visible()
    assert page.url.endswith("#cells=GEO-2013-TO-unanswered+GEO-2014-TO-unanswered")
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
    assert "#" not in page.url
    page = open_page("nl/data.html?cells=GEO-2013-forced+GEO-2014-forced#GEO-2013-forced")
    page.wait_for_selector("dialog[open]")
    assert page.locator("dialog section").count() == 2
    assert "2 cellen" in page.inner_text("dialog h2")
    page.mouse.click(2, 2)  # beside it
    page.wait_for_selector("dialog", state="hidden")
    page = open_page("data.html#cells=none")
    page.wait_for_function("typeof INSPECTOR !== 'undefined'")
    assert not page.locator("dialog").is_visible()


def test_a_link_of_a_panel_on_its_own_page_is_followed(open_page):
    page = open_page("claims.html")
    page.click("article a[href='data.html#GEO-2014-TO-unanswered'] >> nth=0")
    page.wait_for_selector("dialog[open]")
    page.click("dialog a[href='claims.html#geo-unanswered-constant-2009-2014']")
    assert page.url.endswith("claims.html#geo-unanswered-constant-2009-2014")
    assert not page.locator("dialog").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_a_panel_is_accessible_and_stands_on_the_screen(open_page, scheme, width):
    page = open_page(
        "nl/profiles/GEO.html", color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page.click("a[href*='GEO-2014-TO-unanswered'] >> nth=0")
    page.wait_for_selector("dialog[open]")
    assert violations(page) == []
    box = page.locator("dialog").bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 800
    number = page.locator(".inspected").bounding_box()
    assert number["y"] + number["height"] <= box["y"] or number["y"] >= box["y"] + box["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_numbers_are_links_without_the_script(open_page):
    page = open_page("03_lp_response.html", java_script_enabled=False)
    page.click("a[href='data.html#GEO-2014-TO-unanswered'] >> nth=0")
    assert page.url.endswith("data.html#GEO-2014-TO-unanswered")


def figure_page(folder, panel, raw):
    """Write a page with one figure in two layouts, whose bar is a cell."""
    (folder / "assets").mkdir()
    for name in ("site.css", "site.js", "inspector.css", "inspector.js"):
        shutil.copyfile(FILES / name, folder / "assets" / name)
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
    body = Markup("<h1>A</h1><figure>{}</figure>").format(drawn(folder, "one", "words", ""))
    page = Page("a", "A", with_explanations(body, Cells(panel), raw.names), "", "en")
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
        ("03_lp_response.html#figure-unanswered", "nl/index.html"),
    ],
)
def test_the_other_language_keeps_the_place(open_page, name, other):
    page = open_page(name)
    page.click(".switch")
    page.wait_for_load_state()
    assert page.url == f"file://{SITE / other}"
    assert page.get_attribute("html", "lang") == ("nl" if other.startswith("nl/") else "en")


def test_claims_are_chosen_by_verdict_and_place(open_page):
    page = open_page("claims.html?place=report%2C+3.3&verdict=possible")
    shown = page.locator("article:visible")
    assert shown.count() > 0
    assert {article.get_attribute("data-verdict") for article in shown.all()} == {"possible"}
    assert page.locator("section:visible").count() == 1
    page.check("input[value='']")
    assert page.locator("article[data-verdict=certain]:visible").count() > 0
    assert "verdict" not in page.url


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
    bad = "<img src=x onerror=alert(1)>"
    changed("countries", lambda rows: rows[3].update(name=bad))
    folder = changed("dtv_counts", lambda rows: rows[5].update(section=bad))
    raw = read_raw(folder)
    judged = judge_all(read_claims(raw, folder), raw)
    judged.loc[0, "says"] = bad
    bodies = {
        "data": data_page(raw, build_panel(raw), judged, ""),
        "claims": claims_page(judged, raw),
    }
    pages = [Page(name, bad, body, bad, "en") for name, body in bodies.items()]
    (tmp_path / "assets").mkdir()
    for name in ("site.css", "site.js", "inspector.css", "inspector.js"):
        shutil.copyfile(FILES / name, tmp_path / "assets" / name)
    for each in pages:
        (tmp_path / f"{each.name}.html").write_text(framed(each, pages), encoding="utf-8")
        page = open_page(str(tmp_path / f"{each.name}.html"))
        assert bad in page.inner_text("main")
        assert page.locator("img").count() == 0
        assert re.search(re.escape(bad), page.inner_text("nav.contents"))


def test_search_results_are_text(open_page):
    page = open_page("index.html")
    page.focus("#search")
    page.wait_for_function("typeof SEARCH !== 'undefined'")
    page.evaluate("entries.unshift({title: '<b>x</b>', url: 'index.html', kind: '', text: 'zzz'})")
    page.fill("#search", "zzz")
    assert page.inner_text("#results li").strip() == "<b>x</b>"

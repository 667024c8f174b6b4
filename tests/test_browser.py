"""The site in a real browser: from a file, with the network off, by keyboard, to every reader."""

import re
import shutil

import pytest

from slm_analysis.claims import judge_all, read_claims
from slm_analysis.panel import build_panel
from slm_analysis.project import HOME, Project
from slm_analysis.read import read_raw
from slm_analysis.site.data import data_page
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
    row = page.locator("tr:target")
    assert row.get_attribute("id") == "GEO-2014-TO-unanswered"
    assert "acvz-2015, p. 61" in row.inner_text()
    row.locator("a[href='claims.html#geo-unanswered-constant-2009-2014']").click()
    claim = page.locator("article:target")
    assert "untestable" in claim.inner_text()
    claim.locator("a[href='data.html#GEO-2014-TO-unanswered']").click()
    assert page.locator("tr:target").get_attribute("id") == "GEO-2014-TO-unanswered"


def test_a_number_of_several_cells_marks_them_all(open_page):
    page = open_page("03_lp_response.html")
    page.click("a[href*='cells=GEO-2013-TO-unanswered+GEO-2014-TO-unanswered'] >> nth=0")
    page.wait_for_selector("tr.chosen")
    assert page.locator("tr.chosen").count() == 2
    assert "GEO 2013 TO unanswered, GEO 2014 TO unanswered" in page.inner_text("#number")
    assert page.locator("#number").is_visible()


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
    for name in ("site.css", "site.js"):
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

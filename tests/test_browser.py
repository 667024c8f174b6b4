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


def found_by_search(page, typed):
    """Type into the search box, and return the addresses that it offers, best first."""
    page.focus("#search")
    page.wait_for_function("typeof engine !== 'undefined'")
    page.fill("#search", typed)
    return [
        item.get_attribute("data-url") for item in page.query_selector_all("#results [data-url]")
    ]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("georgia", "profiles/GEO.html"),
        ("Georgië", "profiles/GEO.html"),  # the other language
        ("georgie", "profiles/GEO.html"),  # no accent
        ("goergia", "profiles/GEO.html"),  # a typing error
        ("GEO", "profiles/GEO.html"),
        ("ARM 2014 LP unanswered", "data.html#ARM-2014-LP-unanswered"),
        ("c013", "data.html#ARM-2012-LP-unanswered"),  # a row of the raw table
        ("nga-mou-2014", "data.html#agreements-nga-mou-2014"),
        ("geo-unanswered-constant", "claims.html#geo-unanswered-constant-2009-2014"),
        ("readmission agreements seven", "claims.html#seven-results"),
    ],
)
def test_search_puts_first(open_page, typed, first):
    for name in ("", "nl/"):
        assert found_by_search(open_page(f"{name}index.html"), typed)[0] == f"{name}{first}"


@pytest.mark.parametrize(
    "words",
    [
        ("laissez-passer", "laisser-passer", "reisdocument", "travel document"),
        ("readmission", "terug- en overname", "T&O"),
        ("voluntary", "zelfstandig", "vrijwillig"),
    ],
)
def test_search_knows_words_for_one_thing(open_page, words):
    page = open_page("index.html")
    found = [set(found_by_search(page, word)) for word in words]
    for page_of in found:
        assert any("claims.html#" in address for address in page_of)
    script = "search({}).map(({{ url }}) => url)"
    everything = [set(page.evaluate(script.format(repr(word)))) for word in words]
    assert len(set.intersection(*everything)) >= 0.9 * min(map(len, everything))


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
    found_by_search(page, "zzz")
    page.evaluate("""() => {
      const read = { id: places.length, title: "zzz", page: "", text: "", same: "" };
      places.push({ url: "index.html", title: "<b>x</b>", page: "", text: "", read });
      engine.add(read);
    }""")
    found_by_search(page, "zzz")
    assert page.inner_text("#results li").startswith("<b>x</b>")

"""Dutch: one catalogue, complete, with the same places to fill; names and numbers from CLDR."""

import ast
import gettext
import re

import nbformat
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from slm_analysis import language, parameters
from slm_analysis.bounds.arithmetic import CHANGES
from slm_analysis.display import rendering
from slm_analysis.display.tables import claims as claim_tables
from slm_analysis.display.tables.cells import CHANNEL_WORDS, KIND_WORDS
from slm_analysis.display.tables.specification import CHOICE_WORDS
from slm_analysis.errors import ParameterError
from slm_analysis.printed import codebook
from slm_analysis.project import HOME, OUT_VARIABLE, Project
from slm_analysis.regeneration.regenerate import notebook_paths
from slm_analysis.results import before_after, conclusions, inference, pre_trends
from slm_analysis.site.data import data_page
from slm_analysis.site.front_numbers import front_page
from slm_analysis.site.inspector import write_panels
from slm_analysis.site.links import Cells
from slm_analysis.site.pages import TEMPLATES, Page, framed
from slm_analysis.site.statements import claims_page
from slm_analysis.verdicts import judge_all, read_claims

pytestmark = pytest.mark.slow

# numbers of sections, names of sources and years are the same in every language
SAME = re.compile(r"[\dIVX.; ]+|[a-z]+-[a-z0-9]+|[A-Z]{3}<br>.+")
# words that no Dutch sentence has; a text that is not marked for translation has one of them
ENGLISH = re.compile(
    r"(?<![\w-])(?:the|and|not|for|with|from|which|by|are|to|that|years?|printed|under|between)"
    r"(?![\w-])"
)
SLOW = ("05_sensitivity", "06_claims")


@pytest.fixture(scope="module")
def catalogue():
    with language.catalogue_path("nl").open("rb") as lines:
        return {entry.id: entry.string for entry in read_po(lines) if entry.id}


@pytest.fixture
def missing(monkeypatch):
    """Speak Dutch, and collect the texts that have no Dutch."""
    found = set()

    class Recorder(gettext.NullTranslations):
        def gettext(self, message):
            found.add(message)
            return message

    dutch = language.translations.__wrapped__("nl")
    dutch.add_fallback(Recorder())
    monkeypatch.setattr(language, "translations", lambda name: dutch)
    with language.speaking("nl"):
        yield found


def run_notebook(path, replaced):
    """Run a notebook's cells in this process and return what they show."""
    shown = []
    names = {"display": shown.append}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            *before, last = ast.parse(cell.source.replace(*replaced)).body
            exec(compile(ast.Module(before, []), path.name, "exec"), names)
            if isinstance(last, ast.Expr):
                shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), names))
            else:
                exec(compile(ast.Module([last], []), path.name, "exec"), names)
    return shown


@pytest.mark.parametrize(
    "chosen", ["ARM,GIN,SOM,SRB", pytest.param("all", marks=pytest.mark.audit)]
)
def test_a_country_profile_is_all_dutch(missing, raw, tmp_path, monkeypatch, chosen):
    monkeypatch.setenv(OUT_VARIABLE, str(tmp_path))
    path = HOME / "notebooks" / "country_profile.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            language._(cell.source)
    for iso3 in parameters.countries(chosen, raw):
        for shown in run_notebook(path, ('"ARM"', f'"{iso3}"')):
            shown._repr_mimebundle_()
    assert {text for text in missing if not SAME.fullmatch(text)} == set()


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[pytest.mark.audit] if path.stem in SLOW else [], id=path.stem)
        for path in notebook_paths()
    ],
)
def test_a_numbered_notebook_is_all_dutch(missing, monkeypatch, path):
    monkeypatch.setattr(rendering.Drawing, "png", lambda drawing: b"")  # takes most of the time
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            assert not ENGLISH.search(language._(cell.source))
    told = []
    for shown in run_notebook(path, ('"2000"', '"100"')):  # simulated data sets
        bundle = shown._repr_mimebundle_()
        told.append((bundle[0] if isinstance(bundle, tuple) else bundle)["text/plain"])
    assert {text for text in missing if not SAME.fullmatch(text)} == set()
    assert [line for text in told for line in text.splitlines() if ENGLISH.search(line)] == []


def test_front_claims_and_data_pages_are_all_dutch(missing, raw, panel, tmp_path):
    judged = judge_all(read_claims(raw, Project().raw), raw)
    cells = Cells(panel)
    bodies = {
        "index": front_page(raw, panel, judged, tmp_path),
        "claims": claims_page(judged, raw),
        "data": data_page(raw, cells, judged),
    }
    pages = [Page(name, "x-1", body, "", "nl") for name, body in bodies.items()]
    for page in pages:
        framed(page, pages)
    write_panels(tmp_path, raw, cells, judged, {})
    assert {text for text in missing if not SAME.fullmatch(text)} <= {"x-1"}


def test_every_marked_text_and_every_word_of_the_vocabulary_is_in_the_catalogue(catalogue):
    calls = (
        node
        for path in (HOME / "slm_analysis").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    found = {
        call.args[0].value
        for call in calls
        if call.func.id == "_" and isinstance(call.args[0], ast.Constant)
    }
    found |= {
        message
        for _file, _line, message, _comments, _context in extract_from_dir(
            TEMPLATES, [("**.j2", "jinja2.ext:babel_extract")], keywords={"_": None}
        )
    }
    assert len(found) > 100
    words = {
        *codebook.INDICATORS,
        *(name.replace("_", " ") for name in codebook.OTHER_INDICATORS),
        *codebook.RAW["agreements"].columns["instrument"].values,
        *codebook.RAW["agreements"].columns["stage"].values,
        *codebook.RAW["table1"].columns["outcome"].values,
        *codebook.GOALS,
        *CHANNEL_WORDS.values(),
        *KIND_WORDS.values(),
        *claim_tables.VERDICTS,
        *(f"report, {part}" for part in claim_tables.PARTS.values()),
        *CHANGES,
        *pre_trends.COURSES,
        pre_trends.YES,
        pre_trends.NO,
        inference.EVERY,
        inference.SOME,
        inference.NO,
        *conclusions.CAVEATS,
        *CHOICE_WORDS.values(),
        "in the print",
        "more than chance",
    }
    assert (found | words) - set(catalogue) == set()


def test_translations_fill_the_same_places_and_keep_the_numbers(raw, catalogue):
    register = read_claims(raw, Project().raw)
    statements = {claim.tests[0].says: claim.tests[0].says_nl for claim in register}
    statements |= {
        test.says: test.says_nl for claim in register for test in claim.tests if test.says
    }
    for text, dutch in (catalogue | statements).items():
        assert dutch, text
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", dutch)), text
        assert sorted(re.findall(r"\d+", text)) == sorted(re.findall(r"\d+", dutch)), text


def test_the_catalogue_has_nothing_twice():
    text = language.catalogue_path("nl").read_text(encoding="utf-8")
    entries = re.findall(r'^msgid ((?:".*"\n?)+)', text, re.MULTILINE)
    assert len(entries) == len(set(entries))


def test_numbers_and_countries_follow_the_language(raw, panel):
    event = before_after.events(raw).head(1)
    assert rendering.interval(0.4, 0.45, 2) == "0.40–0.45"
    assert raw.names["GEO"] == "Georgia"
    with language.speaking("nl"):
        assert rendering.interval(0.4, 0.45, 2) == "0,40–0,45"
        assert rendering.interval(-4, 4) == "−4 tot 4"
        assert raw.names["GEO"] == "Georgië"
        assert raw.names["XKX"] == "Kosovo"
        assert raw.sources["letter-2013"].short.startswith("staatssecretaris van")
        assert "ondertekend" in before_after.event_names(event).iloc[0]
    assert raw.names["GEO"] == "Georgia"


def test_the_environment_chooses_the_language_of_a_notebook(monkeypatch):
    assert language.current() == "en"
    monkeypatch.setenv(language.LANGUAGE_VARIABLE, "nl")
    assert language.current() == "nl"
    assert language._("requests") == "aanvragen"
    assert language._("no such text") == "no such text"
    assert language._("") == ""
    monkeypatch.setenv(language.LANGUAGE_VARIABLE, "")
    assert language.current() == "en"
    monkeypatch.setenv(language.LANGUAGE_VARIABLE, "de")
    with pytest.raises(ParameterError, match="'de': allowed is one of en, nl"):
        language.current()

"""The site: the whole reproduction as pages to read, without a request to any other host."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from slm_analysis import parameters, verdicts
from slm_analysis.bounds.panel import build_panel
from slm_analysis.language import FOLDERS, _, speaking
from slm_analysis.printed import read, schema
from slm_analysis.printed.read import Raw
from slm_analysis.project import HOME, Project
from slm_analysis.site.data import data_page
from slm_analysis.site.front import front_page
from slm_analysis.site.inline_figures import write_typeface
from slm_analysis.site.inspector import Cells, uses, with_explanations, write_panels
from slm_analysis.site.notebooks import markdown, notebook_page, read_notebook, title_of
from slm_analysis.site.pages import FILES, Page, framed
from slm_analysis.site.reference import reference_page
from slm_analysis.site.search import index
from slm_analysis.site.statements import claims_page

GUIDES = HOME / "docs"


def build(project: Project, folder: Path) -> int:
    """Write the site of a project, in every language, from its executed notebooks.

    Parameters
    ----------
    project
        Whose notebooks, profiles, figures and tables are shown; all of them must be current.
    folder
        Receives the site.

    Returns
    -------
    int
        Number of pages.
    """
    raw = read.read_raw(project.raw)
    panel = build_panel(raw)
    register = verdicts.read_claims(raw, project.raw)
    judged, cells = {}, Cells(panel)
    _copy_files(project, folder)
    pages: dict[str, list[Page]] = {}
    for language in FOLDERS:
        with speaking(language):
            judged[language] = verdicts.judge_all(register, raw)
            pages[language] = [
                replace(page, body=with_explanations(page.body, cells, raw.names))
                for page in _pages(language, project, folder, raw, panel, judged[language])
            ]
    only_english = [page for page in pages["en"] if not page.translated]
    for language, own in pages.items():
        with speaking(language):
            in_english = [replace(page, part=_("In English")) for page in only_english]
            shown = own if language == "en" else [*own, *in_english]
            for page in own:
                path = folder / page.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(framed(page, shown) + "\n", encoding="utf-8")
            used = uses(shown, language, cells, folder)
            write_panels(folder / "assets", raw, cells, judged[language], used)
    every = [page for own in pages.values() for page in own]
    (folder / "assets" / "index.js").write_text(index(every, raw), encoding="utf-8")
    return len(every)


def _pages(
    language: str,
    project: Project,
    folder: Path,
    raw: Raw,
    panel: pd.DataFrame,
    judged: pd.DataFrame,
) -> list[Page]:
    """Return the pages of a language in reading order."""
    below = FOLDERS[language]
    results = _("Results")
    front = front_page(raw, panel, judged, folder / below / "figures")
    pages = [Page("index", _("In one page"), front, "", language)]
    pages += _notebooks(project, language, results)
    top = "../" * below.count("/")
    pages += [
        Page("claims", _("All statements"), claims_page(judged, raw), results, language),
        Page("data", _("The data"), data_page(raw, panel, judged, top), results, language),
    ]
    names = raw.names
    for iso3 in sorted(parameters.countries("all", raw), key=lambda code: names[code]):
        path = project.out / "profiles" / below / f"{iso3}.ipynb"
        notebook = read_notebook(path)
        body = notebook_page(notebook, names[iso3], path.with_suffix(""), f"{iso3}/", "../")
        pages.append(Page(f"profiles/{iso3}", names[iso3], body, _("Countries"), language))
    if language == "en":
        pages += _guides()
    return pages


def _notebooks(project: Project, language: str, part: str) -> Iterator[Page]:
    """Yield the numbered notebooks."""
    below = FOLDERS[language]
    for path in sorted((project.notebooks / below).glob("[0-9]*.ipynb")):
        notebook = read_notebook(path)
        title = title_of(_(notebook.cells[0].source))
        figures = path.with_suffix("") if below else project.figures
        body = notebook_page(notebook, title, figures, "figures/", "")
        yield Page(path.stem, title, body, part, language)


def _guides() -> Iterator[Page]:
    """Yield the pages of ``docs/`` and the reference, which are English."""
    part = _("How it works")
    for path in sorted(GUIDES.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = title_of(text)
        name = path.stem.partition("_")[2]
        yield Page(name, title, Markup(markdown(text)), part, "en", translated=False)
    yield Page("reference", "Reference", reference_page(), part, "en", translated=False)


def _copy_files(project: Project, folder: Path) -> None:
    """Copy what the pages show or offer: styles, scripts, typeface, figures with data, tables.

    The narrow layout of a figure stands in its page; the wide one is offered as a file too.
    """
    for path in FILES.iterdir():
        if path.suffix in (".css", ".js", ".txt"):
            _copy(path, folder / "assets" / path.name)
    write_typeface(folder / "assets")
    for name in schema.PROCESSED:
        _copy(project.processed / f"{name}.csv", folder / "data" / f"{name}.csv")
    for language_folder in FOLDERS.values():
        translated = (project.notebooks / language_folder).glob("[0-9]*/")
        for figures in translated if language_folder else [project.figures]:
            for path in _offered(figures):
                _copy(path, folder / language_folder / "figures" / path.name)
        for profile in (project.out / "profiles" / language_folder).glob("???/"):
            for path in _offered(profile):
                _copy(path, folder / language_folder / "profiles" / profile.name / path.name)


def _offered(folder: Path) -> list[Path]:
    drawn = [path for path in folder.glob("*.svg") if not path.stem.endswith(".narrow")]
    return sorted([*drawn, *folder.glob("*.csv")])


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)

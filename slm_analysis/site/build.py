"""The site: the whole reproduction as pages to read, without a request to any other host."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from slm_analysis import parameters, verdicts
from slm_analysis.bounds.panel import build_panel
from slm_analysis.language import FOLDERS, _, current, speaking
from slm_analysis.printed.read import Raw, read_raw
from slm_analysis.project import HOME, Project
from slm_analysis.site import (
    data,
    front_numbers,
    inline_figures,
    inspector,
    notebooks,
    reference,
    search,
)
from slm_analysis.site.links import Cells, with_links
from slm_analysis.site.pages import ASSETS, Page, framed
from slm_analysis.site.statements import claims_page

GUIDES = HOME / "docs"
# of the files of a figure: the narrow layout stands in its page, which has no PNG
NOT_OFFERED = ("*.narrow.svg", "*.png")


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
    raw = read_raw(project.raw)
    cells = Cells(build_panel(raw))
    register = verdicts.read_claims(raw, project.raw)
    _copy_files(project, folder)
    every: list[Page] = []
    for language in FOLDERS:  # English first: what is in English only stands for both
        with speaking(language):
            judged = verdicts.judge_all(register, raw)
            own = [
                replace(page, body=with_links(page.body, page.root, cells, raw.names))
                for page in _pages(project, folder, raw, cells, judged)
            ]
            part = _("In English")
            shown = [*own, *(replace(page, part=part) for page in every if not page.translated)]
            for page in own:
                path = folder / page.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(framed(page, shown) + "\n", encoding="utf-8")
            used = inspector.uses(shown, folder)
            inspector.write_panels(folder / "assets", raw, cells, judged, used)
            every += own
    (folder / "assets" / "index.js").write_text(search.index(every, raw), encoding="utf-8")
    return len(every)


def _pages(
    project: Project, folder: Path, raw: Raw, cells: Cells, judged: pd.DataFrame
) -> Iterator[Page]:
    """Yield the pages of the current language in reading order."""
    below, names = FOLDERS[current()], raw.names
    front_page = front_numbers.front_page(raw, cells.panel, judged, folder / below / "figures")
    yield Page("index", _("In one page"), front_page, "")
    for path in sorted((project.notebooks / below).glob("[0-9]*.ipynb")):
        figures = path.with_suffix("") if below else project.figures
        yield notebooks.notebook_page(path, path.stem, _("Results"), figures, "figures/")
    yield Page("claims", _("All statements"), claims_page(judged, raw), _("Results"))
    yield Page("data", _("The data"), data.data_page(raw, cells, judged), _("Results"))
    for iso3 in sorted(parameters.countries("all", raw), key=names.__getitem__):
        path = project.out / "profiles" / below / f"{iso3}.ipynb"
        name, figures = f"profiles/{iso3}", path.with_suffix("")
        yield notebooks.notebook_page(path, name, _("Countries"), figures, f"{iso3}/", names[iso3])
    if not below:  # the guides are English
        guide = partial(Page, part=_("How it works"), translated=False)
        for path in sorted(GUIDES.glob("*.md")):
            text = path.read_text(encoding="utf-8")
            title, body = notebooks.title_of(text), notebooks.markdown(text)
            yield guide(path.stem.partition("_")[2], title, body)
        yield guide("reference", "Reference", reference.reference_page())


def _copy_files(project: Project, folder: Path) -> None:
    """Copy what the pages show or offer: styles, scripts, typeface, figures with data, tables."""
    _copy(ASSETS, folder / "assets")
    inline_figures.write_typeface(folder / "assets")
    _copy(project.processed, folder / "data", "*.json")
    for below in FOLDERS.values():
        translated = (project.notebooks / below).glob("[0-9]*/")
        for figures in translated if below else [project.figures]:
            _copy(figures, folder / below / "figures", *NOT_OFFERED)
        for profile in (project.out / "profiles" / below).glob("???/"):
            _copy(profile, folder / below / "profiles" / profile.name, *NOT_OFFERED)


def _copy(source: Path, to: Path, *left_out: str) -> None:
    """Copy the files of a folder, but those of some patterns, beside what is there."""
    ignored = shutil.ignore_patterns(".*", *left_out)
    shutil.copytree(source, to, ignore=ignored, copy_function=shutil.copyfile, dirs_exist_ok=True)

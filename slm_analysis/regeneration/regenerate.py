"""Regenerate tables, notebooks and figures: only what has changed, all or nothing, same bytes.

The scientific libraries are imported only when there is something to run (:mod:`fingerprints`).
"""

from __future__ import annotations

import ast
import csv
import os
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from slm_analysis.errors import AnalysisError
from slm_analysis.language import FOLDERS
from slm_analysis.project import HOME, Job, Project, put_in_place, scratch
from slm_analysis.regeneration import fingerprints, many_notebooks
from slm_analysis.regeneration.many_notebooks import Report, Running

What = Literal["all", "results", "data", "notebooks"]

# tables -------------------------------------------------------------------------------------


def write_tables(project: Project) -> list[Path]:
    """Compute the processed tables and put them in place.

    Returns
    -------
    list of Path
        The files, relative to the project's output folder.

    Raises
    ------
    AnalysisError
        If a raw table is not as it should be; then nothing is written.
    """
    from slm_analysis import verdicts
    from slm_analysis.bounds import panel
    from slm_analysis.printed import codebook, read, textfiles
    from slm_analysis.regeneration import datapackage
    from slm_analysis.results import checks, conclusions, specification

    raw = read.read_raw(project.raw)
    built = panel.build_panel(raw)
    countries = sorted(built["iso3"].unique())
    every = specification.specifications(raw, countries)
    tables = {
        "panel": built,
        "checks": checks.check_cells(built),
        "conclusions": conclusions.conclusions(every, raw, countries),
        "contradictions": panel.contradictions(raw),
        "claims": verdicts.judge_all(verdicts.read_claims(raw, project.raw), raw),
        "passages": verdicts.compare_passages(raw),
    }
    with scratch(project) as folder:
        new = Project(project.data, folder)
        for name, table in tables.items():
            text = table.astype("string").fillna("").astype(str)
            codebook.validate(text, codebook.PROCESSED[name], f"{name}.csv")
            textfiles.write_csv(text, new.processed / f"{name}.csv")
        textfiles.write_json(datapackage.describe(raw), new.processed / "datapackage.json")
        return put_in_place(folder, project.out)


# notebooks ----------------------------------------------------------------------------------


def notebook_paths() -> list[Path]:
    """Return the numbered notebooks in reading order."""
    return sorted((HOME / "notebooks").glob("[0-9]*.ipynb"))


def notebook_path(name: str) -> Path:
    """Return a notebook by its name, with or without the ending.

    Raises
    ------
    AnalysisError
        If there is none of that name.
    """
    known = {path.stem: path for path in (HOME / "notebooks").glob("*.ipynb")}
    stem = name.removesuffix(".ipynb")
    if stem not in known:
        raise AnalysisError(f"notebook {name!r}: allowed are {', '.join(sorted(known))}")
    return known[stem]


def known_parameters(path: Path) -> dict[str, str]:
    """Return a notebook's parameters and their defaults, all text."""
    import papermill

    found = papermill.inspect_notebook(str(path))
    return {name: str(ast.literal_eval(about["default"])) for name, about in found.items()}


# all of it ----------------------------------------------------------------------------------


def regenerate(project: Project, what: What, running: Running) -> None:
    """Bring tables, notebooks and the site up to date; what is current is left alone.

    Parameters
    ----------
    project
        Where to read and write.
    what
        ``results`` are what is committed, ``data`` and ``notebooks`` a part of it; ``all`` has also
        the other languages, the profiles and the site.
    running
        How the notebooks are run.

    Raises
    ------
    AnalysisError
        The first failure; notebooks that ran beside it are kept.
    """
    said = []

    def tell(line: str) -> None:
        said.append(line)
        running.report(line)

    if what != "notebooks":
        _bring_tables(project, tell)
    jobs = []
    if what != "data":
        jobs += notebook_jobs(FOLDERS if what == "all" else ["en"])
    if what == "all":
        pages = profile_jobs(countries_with_figures(project))
        jobs += pages
        before = fingerprints.record(project)
        for path in before.glob("profiles/**/*.json"):
            name = path.relative_to(before).with_suffix("").as_posix()
            if name not in {page.name for page in pages}:  # its country has no figures any more
                fingerprints.forget(project, name)
    execute_stale(jobs, project, replace(running, report=tell))
    if what == "all":
        _build_site(project, tell)
    if not said:
        running.report("nothing to do: all is current")


def _bring_tables(project: Project, report: Report) -> None:
    """Compute the processed tables where anything that they rest on has changed."""
    fingerprint = fingerprints.tables_fingerprint(project)
    if not fingerprints.is_current(project, "tables", fingerprint):
        files = write_tables(project)
        fingerprints.keep(project, "tables", fingerprint, files)
        report(f"tables: {', '.join(file.name for file in files)}")


def profile_jobs(countries: list[str]) -> list[Job]:
    """Return the profiles of some countries, each in every language."""
    path = notebook_path("country_profile")
    return [
        Job(f"profiles/{folder}{iso3}", path, {"country": iso3}, language)
        for language, folder in FOLDERS.items()
        for iso3 in countries
    ]


def notebook_jobs(languages: Container[str]) -> list[Job]:
    """Return the numbered notebooks in some languages; those not in English have a folder each."""
    return [
        Job(f"notebooks/{folder}{path.stem}" if folder else path.stem, path, {}, language)
        for language, folder in FOLDERS.items()
        if language in languages
        for path in notebook_paths()
    ]


def countries_with_figures(project: Project) -> list[str]:
    """Return the ISO codes of countries with dated figures; without the scientific libraries."""
    with (project.raw / "dtv_counts.csv").open(encoding="utf-8", newline="") as lines:
        return sorted({row["iso3"] for row in csv.DictReader(lines) if row["year_first"]})


def _build_site(project: Project, report: Report) -> None:
    """Build the site where anything that it shows has changed."""
    fingerprint = fingerprints.site_fingerprint(project)
    if fingerprints.is_current(project, "site", fingerprint):
        return
    before, site = fingerprints.files_of(project, "site"), project.out / "site"
    if not before and site.exists() and any(site.iterdir()):
        raise AnalysisError(f"{site}: no site of this project; give another folder, or remove it")
    from slm_analysis.site.build import build

    with scratch(project) as folder:
        pages = build(project, folder / "site")
        files = put_in_place(folder, project.out)
    for file in before - set(files):
        (project.out / file).unlink(missing_ok=True)  # a page of before
    fingerprints.keep(project, "site", fingerprint, files)
    report(f"site: {pages} pages, open {os.path.relpath(project.out / 'site' / 'index.html')}")


def execute_stale(jobs: Sequence[Job], project: Project, running: Running) -> None:
    """Execute the notebooks that are not current."""
    rests_on = stale_fingerprints(jobs, project)
    if not rests_on:
        return
    stale = [job for job in jobs if job.name in rests_on]
    # the largest take longest: begun last, one would keep a single processor busy at the end
    stale.sort(key=lambda job: job.path.stat().st_size, reverse=True)
    with many_notebooks.progress(len(stale), running.report) as step:

        def done(job: Job, files: list[Path]) -> None:
            for other in jobs:
                both = fingerprints.files_of(project, other.name) & set(files)
                if both and other.name != job.name:
                    raise AnalysisError(f"{job.name} and {other.name} both write {min(both)}")
            fingerprints.keep(project, job.name, rests_on[job.name], files)
            step(f"{job.name}: {len(files) - 1} figure files")

        many_notebooks.execute_all(stale, project, running, done)


def stale_fingerprints(jobs: Iterable[Job], project: Project) -> dict[str, str]:
    """Return what those notebooks rest on that are not current, by the names of the jobs."""
    return {
        name: fingerprint
        for name, fingerprint in fingerprints.notebook_fingerprints(jobs, project).items()
        if not fingerprints.is_current(project, name, fingerprint)
    }

"""Reproduce the figures of the ACVZ report on the strategic country approach, with bounds.

Modules, each importing only from those above it: ``errors``, ``project``, ``language``, ``bounds``,
``schema``, ``read``, ``parameters``, ``panel``, ``checks``, ``coverage``, ``derived``,
``response``, ``agreements``, ``inference``, ``censored``, ``sensitivity``, ``evidence``,
``claim_tests``, ``claims``, ``rendering``, ``indicators``, ``tables``, ``claim_tables``,
``findings``, ``figures``, ``datapackage``, ``names``, ``transcription``, ``importing``,
``template``, ``comparison``, ``links``, ``pages``, ``notebook_pages``, ``data_page``,
``claims_page``, ``front_page``, ``site``, ``execution``, ``batch``, ``regenerate``, ``sweep``,
``verify``, ``__main__``.
"""

__version__ = "0.1.0"

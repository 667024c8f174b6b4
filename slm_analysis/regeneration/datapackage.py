"""The description of the processed tables for other tools: a Frictionless data package."""

from __future__ import annotations

from typing import Any

from slm_analysis.printed.codebook import PROCESSED, Table
from slm_analysis.printed.read import Raw


def describe(raw: Raw) -> dict[str, Any]:
    """Return the data package of the processed tables, from the schemas and the source records."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/data-package.json",
        "name": "slm-analysis",
        "title": "Bounds on the DT&V counts printed in the ACVZ report of 2015, and what follows",
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
                "title": "Creative Commons Attribution 4.0",
            }
        ],
        "sources": [{"title": source.citation} for source in raw.sources.values()],
        "resources": [_resource(name, table) for name, table in sorted(PROCESSED.items())],
    }


def _resource(name: str, table: Table) -> dict[str, Any]:
    schema = {
        "fields": [
            {
                "name": column,
                "type": "integer" if about.whole else "string",
                "description": about.meaning + (f" ({about.unit})" if about.unit else ""),
            }
            for column, about in table.columns.items()
        ],
        "missingValues": [""],
    }
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }

"""List the licences of the packages that the lock installs here: python requirements/licences.py.

What the packages say of themselves, in the order of preference: the licence expression, the
classifiers, the licence field. Packages of other platforms, which are in the lock too, are not.
"""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

HERE = Path(__file__).parent
SHIPPED = """
Shipped with the site, unchanged: MiniSearch 7.2.0 (npm, `dist/umd/index.js`), MIT; its licence
stands beside it in `slm_analysis/site/assets/`.
"""


def licence(package: Distribution) -> str:
    """Return the licence of an installed package in a few words."""
    about = package.metadata
    classified = [
        text.rpartition(" :: ")[2]
        for text in about.get_all("Classifier", [])
        if text.startswith("License :: ") and text != "License :: OSI Approved"
    ]
    said = about.get("License-Expression") or "; ".join(classified) or about.get("License") or ""
    return " ".join(said.split())[:60] or "see the package"


def main() -> None:
    """Write ``licences.md``."""
    names = re.findall(r"^([\w.-]+)==", (HERE / "run.txt").read_text(), re.MULTILINE)
    rows = ["| package | version | licence |", "|---|---|---|"]
    for name in dict.fromkeys(names):
        try:
            package = distribution(name)
        except PackageNotFoundError:  # of another platform
            continue
        rows.append(f"| {name} | {package.version} | {licence(package)} |")
    head = "# Licences of the packages in `run.txt`, as they state them (Linux)\n\n"
    (HERE / "licences.md").write_text(head + "\n".join(rows) + "\n" + SHIPPED, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The front door: typed frames, checked keywords, and the same from an installed wheel."""

import subprocess
import sys
import zipfile

import pandas as pd
import pytest

import slm_analysis as slm
from slm_analysis.errors import DataError, ParameterError
from slm_analysis.project import HOME

pytestmark = pytest.mark.slow


def test_the_panel_has_the_types_of_the_codebook(panel):
    found = slm.panel()
    assert len(found) == len(panel)
    assert found[["year", "lo", "hi"]].dtypes.astype(str).tolist() == ["Int64"] * 3
    assert (found["hi"].to_numpy() == panel["hi"].to_numpy()).all()
    assert isinstance(found["kind"].dtype, pd.CategoricalDtype)
    assert found["channel"].isna().sum() == (panel["channel"] == "").sum() > 0


def test_keywords_choose():
    assert set(slm.panel(countries="ARM,NGA", years="2013-2014")["iso3"]) == {"ARM", "NGA"}
    assert slm.panel(countries=["ARM"], years=(2014, 2014)).equals(
        slm.panel(countries="arm", years=2014)
    )
    narrow = slm.panel(rule="suppress-then-round")
    assert (narrow["lo"] >= slm.panel()["lo"]).all()
    assert set(slm.counts(countries="GIN", years=2011)["year_first"]) == {2011}
    assert set(slm.agreements(countries="MAR")["iso3"]) == {"MAR"}
    assert slm.claims(rule="random-rounding")["verdict"].notna().all()
    assert slm.passages()["documents"].min() >= 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: slm.panel(countries="XXX"), "countries"),
        (lambda: slm.panel(years=2020), "years"),
        (lambda: slm.panel(rule="none"), "rule"),
        (lambda: slm.agreements(countries="Armenia"), "countries.csv"),
    ],
)
def test_a_keyword_that_is_not_allowed_is_refused(call, said):
    with pytest.raises(ParameterError, match=said):
        call()


def test_other_data_are_read_or_missed_by_name(tmp_path):
    with pytest.raises(DataError, match="no data directory"):
        slm.panel(data=tmp_path)
    assert len(slm.panel(data=HOME / "data")) == len(slm.panel())


def test_another_name_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'frame'"):
        slm.frame  # noqa: B018
    assert "panel" in dir(slm)


def test_a_wheel_brings_its_data(tmp_path):
    build = ["-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "wheel")]
    subprocess.run([sys.executable, *build], cwd=HOME, check=True, capture_output=True)
    (wheel,) = (tmp_path / "wheel").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    (tmp_path / "empty").mkdir()
    code = "import slm_analysis as slm; print(slm.__file__, len(slm.panel()), len(slm.claims()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "empty",
        env={"PYTHONPATH": str(tmp_path / "installed"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    place, cells, statements = done.stdout.rsplit(" ", 2)
    assert place.startswith(str(tmp_path))
    assert int(cells) == len(slm.panel())
    assert int(statements) == len(slm.claims())

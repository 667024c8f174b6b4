# Targets and their prerequisites; the work is in slm_analysis/.
# Results are brought up to date by content (slm_analysis/regeneration/), not by time stamp.

PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin
PY := $(BIN)/python -E -s
SLM := $(PY) -m slm_analysis

# folders of one's own: make DATA=mydata OUT=myresults
DATA ?= data
OUT ?= .
FOLDERS := --data "$(DATA)" --out "$(OUT)"

.PHONY: all data notebooks figures site profiles profile template check test verify audit release lab clean help
.DEFAULT_GOAL := all

all site: $(ENV)/ready ## everything: environment, data, notebooks, figures, profiles, site
	@$(SLM) regenerate $(FOLDERS)

data: $(ENV)/ready ## the tables in data/processed
	@$(SLM) regenerate data $(FOLDERS)

notebooks figures: $(ENV)/ready ## the executed notebooks and the figures that they write
	@$(SLM) regenerate notebooks $(FOLDERS)

profiles: $(ENV)/ready ## a page per country with figures, in profiles/
	@$(SLM) profiles $(FOLDERS)

profile: $(ENV)/ready ## the page of one country: make profile COUNTRY=ARM
	@$(if $(COUNTRY),,$(error give a country: make profile COUNTRY=ARM))
	@$(SLM) profiles $(COUNTRY) $(FOLDERS)

template: $(ENV)/ready ## a transcription workbook of the report's series, template.xlsx
	@$(SLM) template template.xlsx --data "$(DATA)"

check: $(ENV)/ready ## in a minute: format, lint, types, imports, unit tests
	@$(PY) -m pytest -q -n auto -m "not audit and not slow"

test: all ## unit tests, back-test, and the committed notebooks executed again (nbval)
	@$(PY) -m pytest -q -n auto --dist worksteal --durations=10

verify: $(ENV)/ready ## a fresh clone and environment, no network: the same bytes as committed?
	@$(SLM) verify --python "$(PYTHON)"

audit: all $(ENV)/dask ## all tests with coverage, benchmarks, verify, vulnerabilities, mutations (hours)
	@$(PY) -m pytest -q -m "audit or not audit" --cov --cov-fail-under=95
	@for each in claims inference specification importing regeneration; do $(PY) -m benchmarks.$$each || exit 1; done
	@$(SLM) verify --python "$(PYTHON)"
	@sh tests/audit.sh "$(PYTHON)"

release: all ## code, data, figures and site of the last commit, packed into dist/
	@sh release.sh

lab: $(ENV)-lab/ready ## jupyterlab, on this machine only, in an environment of its own; ARGS= for its options
	@test "$$(id -u)" != 0 || echo "as root, Jupyter wants: make lab ARGS=--allow-root"
	@$(ENV)-lab/bin/python -E -s -m jupyterlab --ip=127.0.0.1 --notebook-dir=notebooks $(ARGS)

clean: ## remove what can be built again, but not the environments
	rm -rf .cache profiles notebooks/nl site build dist .pytest_cache .ruff_cache .hypothesis
	rm -f figures/*.svg figures/*.png figures/*.csv data/processed/*.csv data/processed/datapackage.json

help: ## this list
	@sed -n 's/^\([a-z][a-z ]*\):.*## \(.*\)/\1 - \2/p' Makefile

$(ENV)/ready: requirements/run.txt requirements/installer.txt pyproject.toml
	@sh requirements/install.sh "$(PYTHON)" $(ENV) requirements/run.txt

$(ENV)/dask: $(ENV)/ready requirements/dask.txt
	@VIRTUAL_ENV="$(CURDIR)/$(ENV)" $(BIN)/uv pip install --quiet --require-hashes -r requirements/dask.txt
	@touch $@

$(ENV)-lab/ready: requirements/lab.txt requirements/installer.txt pyproject.toml
	@sh requirements/install.sh "$(PYTHON)" $(ENV)-lab requirements/lab.txt

# `make all` installs and runs the benchmark. Every commit must pass `make test` and `make check`.
PYTHON ?= python3
PRESET ?= standard
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
# The locks name every package, so that nothing else is fetched, such as NCCL, which XGBoost wants for GPUs.
INSTALL := $(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile) --no-deps
SOURCES := hpobench strategies problems scripts tests
# Each process has one thread, as inside a run; so two processes suit two cores.
export OMP_NUM_THREADS := 1
# The tests start many processes, which need not compile our files every time.
unexport PYTHONDONTWRITEBYTECODE

# The tests import most of the packages, in many processes. A file that can't be compiled is none that is imported.
COMPILE := { $(BIN)/python -m compileall -q -j 2 -x '/tests?/' $(dir $(BIN))lib > /dev/null || true; }

# The tests run in two processes, each file in one, since its tests share what is costly; those of the libraries that
# strategies wrap are left out.
PYTEST := pytest --quiet --numprocesses 2 --dist loadfile -m "not peers and not isolated and not paper and not web and not docs and not dask"

# An environment of its own is made anew, with what a lock names and with our code: $(call alone,FOLDER,LOCK).
PIP = $(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile
define alone
	rm -rf $(1)
	$(PYTHON) -m venv $(1)
	$(PIP) --no-deps -r $(2)
	$(PIP) --no-deps --editable .
endef

# This environment holds all libraries that can share one, as `pip install 'hpobench[peers]'` makes it.
PEERS := .venv-peers/bin
# This environment holds Dask and a server for S3, whose packages want other versions of what the tests have.
DASK := .venv-dask/bin
# This environment holds what makes the site of the documents.
DOCS := .venv-docs/bin
.PHONY: all test coverage test-shared test-peers test-kills test-hostile test-web test-dask docs check audit bench format lock anchors

all: $(BIN)/.core
	$(BIN)/python -m hpobench all --preset $(PRESET)

test: $(BIN)/.test
	$(BIN)/python -m $(PYTEST)

# This runs the same tests and measures which lines they run; it takes half as long again.
coverage: $(BIN)/.test
	$(BIN)/coverage erase
	$(BIN)/coverage run -m $(PYTEST)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered

# These test the strategies that wrap libraries: first the libraries that share an environment, then the others.
test-shared: $(PEERS)/.installed
	$(PEERS)/python -m pytest --quiet --numprocesses 2 --dist worksteal -m peers

test-peers: test-shared
	XDG_CACHE_HOME=$(CURDIR)/.venv-peers $(PEERS)/python -m hpobench env create
	XDG_CACHE_HOME=$(CURDIR)/.venv-peers $(PEERS)/python -m pytest --quiet --numprocesses 2 --dist worksteal -m isolated

# This kills sessions N times at random, with trained problems and, if its environment is there, an isolated library.
N ?= 50
test-kills: $(BIN)/.test
	HPOBENCH_KILLS=$(N) $(BIN)/python -m pytest --quiet -s tests/test_kills.py

# These read folders of results and storages that were made to do harm; the other tests read a few of them.
test-hostile: $(PEERS)/.installed
	$(PEERS)/python -m pytest --quiet --hostile 240 tests/test_hostile.py tests/test_hostile_packs.py tests/test_hostile_storages.py

# This opens the report's page in Chromium: apt-get install chromium chromium-driver.
test-web: $(BIN)/.web
	$(BIN)/python -m pytest --quiet -m web tests/web

# These run clusters of Dask on this machine, kill their workers, and keep results at a server for S3.
test-dask: $(DASK)/.installed
	$(DASK)/python -m pytest --quiet -m dask tests/cluster

# These compile papers, which needs LaTeX; they install nothing.
test-paper: $(BIN)/.test
	$(BIN)/python -m pytest --quiet --numprocesses 2 --dist worksteal -m paper

# The site is in build/site: open build/site/index.html. No link in it is dead, and what the tutorial says to type works.
docs: $(DOCS)/.installed $(BIN)/.test
	$(DOCS)/python scripts/sample_report.py build/sample
	$(DOCS)/python -m sphinx --quiet --fail-on-warning --keep-going --fresh-env -c scripts/site . build/site
	$(DOCS)/python scripts/dead_links.py build/site
	$(BIN)/python -m pytest --quiet -m docs

check: $(BIN)/.check
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

# This is the slower twin of `check`: known faults of the packages in all locks, and what each lock consists of.
audit: $(BIN)/.audit
	$(BIN)/python scripts/audit.py build/audit

bench: $(BIN)/.test
	$(BIN)/pytest --override-ini addopts= --import-mode=importlib --benchmark-only --benchmark-columns=median,iqr,rounds --quiet -s tests/benchmarks

format: $(BIN)/.check
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

# This takes hours: 2 000 random evaluations of each cheap problem, 300 of each split of a trained one, and a search.
anchors: $(BIN)/.test
	$(BIN)/python scripts/anchors.py

lock:
	$(BIN)/python scripts/locks.py

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("hpobench needs Python 3.11 or later; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(if $(UV),uv venv --quiet --python $(PYTHON) .venv,$(PYTHON) -m venv .venv)

$(BIN)/.core: locks/core.txt pyproject.toml | $(BIN)/python
	$(INSTALL) -r locks/core.txt
	$(INSTALL) --editable .
	@touch $@

$(PEERS)/.installed: locks/peers.txt pyproject.toml
	rm -rf .venv-peers
	$(PYTHON) -m venv .venv-peers
	$(PEERS)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint locks/peers.txt --editable '.[peers,mlflow,wandb,references,tabulated,test]'
	@touch $@

$(DOCS)/.installed: locks/docs.txt pyproject.toml
	$(call alone,.venv-docs,locks/docs.txt)
	@touch $@

$(BIN)/.test: locks/test.txt $(BIN)/.core
	$(COMPILE) & $(INSTALL) -r locks/test.txt && wait # what is there can be compiled meanwhile
	@$(COMPILE)
	@touch $@

$(BIN)/.web: locks/web.txt $(BIN)/.test
	$(INSTALL) -r locks/web.txt
	@touch $@

$(DASK)/.installed: locks/dask.txt pyproject.toml
	$(call alone,.venv-dask,locks/dask.txt)
	@touch $@

$(BIN)/.audit: | $(BIN)/python
	$(BIN)/python -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9' 'cyclonedx-bom>=7'
	@touch $@

$(BIN)/.check: locks/check.txt $(BIN)/.test
	$(INSTALL) -r locks/check.txt
	@touch $@

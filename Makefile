# Every job a person or CI runs. `make` alone lists them; ARGS passes further arguments (make test ARGS="-k windows").
PYTHON ?= python3
UV ?= uv
ARGS ?=
# Processes that share the suite, file by file: most of it waits for brokers and workers. With 0 it runs in one.
JOBS ?= 3
FUZZ_S ?= 300
SEED ?= 1
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install compile demo test test-mutations unit lint type format chaos bench eval train-korean fuzz lock clean distclean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.project  ## make .venv from the hash-pinned lock (only when the lock changed)

compile: install  ## optional: the core as machine code (needs a C compiler), for some 1.8 times the touchpoints in the fold
	@exec $(BIN)/python -m app.core.build

demo: install  ## a whole Kanarya on this machine, with an embedded broker: alerts on screen, Ctrl-C ends it
	@exec $(BIN)/kanarya demo $(ARGS)

test: lint type  ## everything: ruff, strict mypy, the whole suite over the embedded broker and a real Apache Kafka
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-mutations: install  ## break Kanarya in each way of tests/mutations, in a copy, and see that its tests notice
	@exec $(BIN)/python -m tests.mutations $(ARGS)

unit: install  ## the quick half of the suite: no broker, no process
	$(BIN)/pytest -m "not kafka and not slow" $(ARGS)

lint: install  ## ruff: rules and format; hadolint and the compose schema for deploy/
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml deploy/login.yaml deploy/disk.yaml

type: install  ## mypy, strict
	$(BIN)/mypy

format: install  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

chaos: install  ## kanarya verify: the long runs of every fault on a real Kafka, an hour or more (ARGS="--out results")
	@exec $(BIN)/kanarya verify --kafka --size long $(ARGS)

bench: install  ## events per second per core, latency, recovery, against a plain loop and stock Faust
	@exec $(BIN)/python -m benchmarks $(ARGS)

eval: install  ## how good and how fast the sentiment scorer is, against floors (fetches two packages by pip and npm)
	@exec $(BIN)/python -m benchmarks.evaluation $(ARGS)

train-korean: install  ## train the Korean prior anew from NSMC=nsmc_train.tsv.gz into models/sentiment/data
	@exec $(BIN)/python -m benchmarks.korean_prior $(NSMC)

fuzz: install  ## the decoder under atheris, for FUZZ_S=300 seconds with SEED=1 (Linux x86_64 only)
	@$(BIN)/python -c 'import importlib.util, sys; sys.exit(None if importlib.util.find_spec("atheris") else "atheris has no wheel for this platform: Linux on x86_64 only")'
	@$(BIN)/python -m tests.fuzz.run --seconds $(FUZZ_S) --seed $(SEED)

lock:  ## resolve the dependencies anew into requirements.lock (needs uv)
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --upgrade --all-extras \
		--group build --group compile --group tests --group typing --group lint --group bench --group fuzz \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements.lock

clean:  ## remove caches and build results
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info app/core/built
	find app agents models tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## also remove .venv and the downloaded Kafka jars
	rm -rf $(VENV) .kafka

# Two stamps, so that a change of pyproject.toml alone does not fetch every package again.
$(VENV)/.packages: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Kanarya needs Python 3.11 or newer; name one: make PYTHON=python3.12 install" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.packages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

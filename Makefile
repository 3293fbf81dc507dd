# Every target builds .venv from requirements.lock by itself, and only again when the lock changes.
.PHONY: help venv demo test check pages proof bench scoreboard excerpt clean
.DEFAULT_GOAL := help

BIN := .venv/bin
SYSTEM_PG := $(patsubst %/postgres,%,$(lastword $(sort $(wildcard /usr/lib/postgresql/1[5-9]/bin/postgres))))
# Each worker has a server of its own; what takes long to build is shared by keeping its tests on one worker.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 4 ] && n=4; echo $$n)
PYTEST_ARGS ?=
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadgroup

help:
	@echo "make demo    the whole path on real data, then three refusals"
	@echo "make test    every test, on the wheel's PostgreSQL and on the system's when present"
	@echo "make check   lint, format, types, layers, house rules"
	@echo "make pages   the reference pages that are written from the live catalogue"
	@echo "make proof   every leak and its twin through every gate, 200 clean runs, seeded drift; writes their pages"
	@echo "make bench   the benchmarks, as ratios"
	@echo "make scoreboard  Timeseal and its peers, asked the same questions"
	@echo "make excerpt record a demo and put its figures into README.md"
	@echo "make clean   remove build products (not your data)"

venv:
	@.ci/venv

demo: venv
	@$(BIN)/timeseal demo

test: venv
	@echo "== tests on the PostgreSQL of the wheel" >&2
	@$(PYTEST) $(PYTEST_ARGS)
ifneq ($(SYSTEM_PG),)
	@echo "== database tests on $(SYSTEM_PG)" >&2
	@TIMESEAL_TEST_BINDIR=$(SYSTEM_PG) $(PYTEST) -m both_majors $(PYTEST_ARGS)
else
	@echo "== no system PostgreSQL under /usr/lib/postgresql: tested on the wheel's only" >&2
endif

check: venv
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest -q tests/house

pages: venv
	@$(BIN)/python -m tests.pages

proof: venv
	@$(BIN)/python -m tests.leakzoo proof --runs 200
	@$(BIN)/python -m tests.drift
	@TIMESEAL_DRAWN_WORLDS=300 $(BIN)/pytest -q tests/integration/phones_wide/test_oracle.py tests/integration/phones_anchors/test_oracle.py tests/integration/cars_market/test_oracle.py
	@REFRESH_EXAMPLES=1000 $(BIN)/pytest -q --timeout=0 tests/integration/refresh/test_property.py
	@REFRESH_EXAMPLES=1000 $(BIN)/pytest -q --timeout=0 tests/integration/refresh/test_crowded.py

bench: venv
	@bench/peers/venv >/dev/null && $(BIN)/python -m bench

scoreboard: venv
	@peers=$$(bench/peers/venv) && $(BIN)/python -m bench.peers "$$peers"

excerpt: venv
	@mkdir -p out
	@COLUMNS=110 $(BIN)/timeseal demo --db excerpt --fresh > out/demo.txt
	@cp out/demo.txt docs/reference/demo.txt
	@$(BIN)/python -m tests.house.excerpt

clean:
	@rm -rf .venv bench/peers/.venv dist build out .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

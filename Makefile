# Each job has one command. `make up` and `make test` install what they need by themselves.
# PYTHON=/path/to/python picks the interpreter; settings (BOTYARD_*) may be given here too: make up BOTYARD_PORT=9000

BIN := .venv/bin
CODE := api bench bots cli deploy docs/pictures docs/screenshots schema supervisor tests

.PHONY: help up test lint wheel bench bench-backtest bench-web screenshots lock clean

help:
	@echo 'make up      run Botyard (Ctrl-C ends it)'
	@echo 'make test    install what tests need; format, lint, types, import rules, tests'
	@echo 'make lint    the same without the tests that run it'
	@echo 'make wheel   a wheel with the built dashboard, into dist/'
	@echo 'make bench   measure speed and memory'
	@echo 'make bench-backtest   backtests side by side with other engines (ALL=1: the slow ones too; PROFILE=1)'
	@echo 'make bench-web  the dashboard: sizes, loading, a thousand sessions'
	@echo 'make screenshots  pictures of every page, into docs/screenshots'
	@echo 'make lock    write down the newest versions that setup.cfg allows'
	@echo 'make clean   remove what can be made again (never the data)'

up:
	@deploy/bootstrap run
	@$(BIN)/botyard up

test: lint
	$(BIN)/pytest -n 2 --dist worksteal

lint:
	@deploy/bootstrap test
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	deploy/npm run --silent check

wheel:
	@deploy/bootstrap run
	@deploy/build-pages
	rm -rf build/lib
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

bench:
	@deploy/bootstrap test
	$(BIN)/python -m bench.run

bench-backtest:
	@deploy/bootstrap test
	$(BIN)/python -m bench.backtest.run $(if $(ALL),--all) $(if $(PROFILE),--profile) $(if $(JSON),--json $(JSON)) $(PARTS)

bench-web:
	@deploy/bootstrap test
	$(BIN)/python -m bench.web.run

screenshots:
	@deploy/bootstrap test
	PYTHONPATH=. $(BIN)/python docs/screenshots/make.py

lock:
	@deploy/bootstrap test
	@.ci/lock

clean:
	rm -rf .venv .venv-bench build dist *.egg-info web/node_modules api/pages web/openapi.json .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -not -path './var/*' -exec rm -rf {} +

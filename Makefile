# Each goal is a line or two; the scripts they call explain themselves.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run test prove bench machines userlands

setup: ## everything a new machine lacks, in the foreground: packages, engine tree, base images
	@$(PYTHON) -m config.setup

run: ## the whole of Slipway on this machine, until Ctrl-C; sets up behind the lesson what is missing
	@exec $(PYTHON) -m config.start

test: setup ## static checks, unit, engine and browser tests, every case of every lab
	@$(BIN)/python -m tests

prove: setup ## the long rest: every case of every lab five times, a worker killed in the middle of a build
	@$(BIN)/python -m tests --prove

bench: setup ## gradings beside raw engine calls, pages beside an empty view; var/bench.json
	@$(BIN)/python -m bench

machines: setup ## the commands on stock Debian machines under qemu: SUITES="bookworm trixie"
	@$(BIN)/python -m tests.machines $(SUITES)

userlands: setup ## set-up and the tests without the engine in other Debians' userlands: SUITES="bookworm trixie"
	@$(BIN)/python -m tests.machines.userland $(SUITES)

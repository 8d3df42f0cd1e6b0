# Trident. `make backtest` and `make test` are all that a fresh machine needs.
SHELL := /bin/bash
TRIDENT := .build/release/trident
OUT ?= out/demo

.PHONY: help setup build backtest test lint oracles smoke integration pre-deploy bench coverage clean

help:
	@echo "make backtest     backtest BTC/USD and ETH/USD on the embedded demo market; report in $(OUT)/report.html"
	@echo "make test         everything that must hold: format, unit and property tests, comparisons with other libraries"
	@echo "make smoke        30 seconds: it starts and it decides"
	@echo "make integration  the whole pipeline over more than 20 symbols"
	@echo "make pre-deploy   smoke, integration and test"
	@echo "make bench        benchmarks, as ratios to reference loops measured in the same run"
	@echo "make coverage     line coverage of the core, with its floors"

setup:
	@Scripts/setup.sh

build: setup
	@swift build -c release --product trident

backtest: build
	@$(TRIDENT) backtest --out $(OUT)

lint:
	@swift format lint --strict --recursive Sources Tests Benchmarks Package.swift

# The slow comparisons come first, so that a run ends with the test runner's own summary.
test: lint oracles
	@Scripts/postgres.sh swift test --traits PostgreSQL

oracles: build
	@Scripts/setup.sh --oracles
	@Scripts/oracles.sh

smoke: build
	@Scripts/smoke.sh

integration: build
	@Scripts/integration.sh

pre-deploy: smoke integration test

bench: setup
	@Scripts/bench.sh

coverage: setup
	@Scripts/coverage.sh

clean:
	@rm -rf .build out

# Aftershow. `make demo` runs the product on the embedded simulator, `make test` runs every test.
# Each target does its own set-up, once, and says what it is doing. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Build tools live outside the checkout and are shared by all checkouts of this user.
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/aftershow
TOOLS := $(CACHE)/tools
CARGO_TARGET_DIR ?= $(CURDIR)/target
export CARGO_TARGET_DIR
export PATH := $(TOOLS)/bin:$(CURDIR)/end2end/node_modules/.bin:$(PATH)
# The simulator, the tests and the demo have no use for these from a developer's shell.
unexport AFTERSHOW_CONFIG

CARGO_LEPTOS := 0.3.10
# The tool must be the version of the library, so the lock file says which.
WASM_BINDGEN := $(shell grep -A1 '^name = "wasm-bindgen"$$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')
SITE := target/site
BIN := $(CARGO_TARGET_DIR)/debug/aftershow
say = @printf '\n\033[1m%s\033[0m\n' "$(1)"

## help: this list
.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

# ── set-up ────────────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: toolchain
toolchain:
	@command -v cargo > /dev/null || { echo "Rust is missing: install rustup (https://rustup.rs), then run this again."; exit 1; }
	@command -v npm > /dev/null || { echo "Node.js with npm is missing: apt-get install nodejs npm, then run this again."; exit 1; }
	@command -v cc > /dev/null || { echo "A C compiler is missing (SQLite is built from source): apt-get install build-essential, then run this again."; exit 1; }

.PHONY: wasm-target
wasm-target: toolchain
	@rustup target list --installed | grep -qx wasm32-unknown-unknown || { echo "· adding the WebAssembly target"; rustup target add wasm32-unknown-unknown; }

end2end/node_modules/.stamp: end2end/package.json end2end/package-lock.json
	@echo "· npm packages (sass, wasm-opt, Playwright, axe)"
	@cd end2end && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Build tools need neither optimisation nor debug information.
TOOL_BUILD := CARGO_TARGET_DIR=$(CACHE)/tools-target CARGO_PROFILE_DEV_DEBUG=0

# Where the system has OpenSSL's headers, cargo-leptos need not compile a copy of it in C: minutes less.
.PHONY: leptos-tools
leptos-tools: wasm-target
	@if [ "$$(wasm-bindgen --version 2> /dev/null)" != "wasm-bindgen $(WASM_BINDGEN)" ]; then \
	  echo "· building wasm-bindgen $(WASM_BINDGEN) (once, about 2 min on 2 cores)"; \
	  $(TOOL_BUILD) cargo install --quiet --debug --root $(TOOLS) --force wasm-bindgen-cli --version $(WASM_BINDGEN); fi
	@if [ "$$(cargo-leptos --version 2> /dev/null)" != "cargo-leptos $(CARGO_LEPTOS)" ]; then \
	  echo "· building cargo-leptos $(CARGO_LEPTOS) (once, about 8 min on 2 cores)"; \
	  pkg-config --exists openssl 2> /dev/null && export OPENSSL_NO_VENDOR=1; \
	  $(TOOL_BUILD) cargo install --quiet --debug --locked --root $(TOOLS) --force cargo-leptos --version $(CARGO_LEPTOS); fi

# Debian's browser; where there is none, Playwright's own; or CHROMIUM=/path/to/one.
.PHONY: chromium
chromium: end2end/node_modules/.stamp
	@if [ -n "$${CHROMIUM:-}" ] || command -v chromium > /dev/null || command -v google-chrome > /dev/null; then exit 0; fi; \
	sudo=$$([ "$$(id -u)" = 0 ] && echo env || echo "sudo -n"); \
	echo "· installing Chromium for the tests"; \
	{ $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji fonts-tlwg-loma-ttf > /dev/null; } \
	  || (cd end2end && npx playwright install --with-deps chromium) \
	  || { echo "No Chromium could be installed; set CHROMIUM=/path/to/chromium."; exit 1; }

# ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

# The style sheet alone, so that pages look right before the browser bundle exists.
.PHONY: css
css: end2end/node_modules/.stamp
	@mkdir -p $(SITE)/pkg
	@cp -R public/. $(SITE)/
	@[ -f $(SITE)/pkg/aftershow.css ] && [ -z "$$(find style -newer $(SITE)/pkg/aftershow.css)" ] \
	  || sass --no-source-map --style=compressed style/main.scss $(SITE)/pkg/aftershow.css

.PHONY: server
server: toolchain
	@cargo build --features ssr

.PHONY: wasm
wasm: leptos-tools end2end/node_modules/.stamp
	@cargo leptos build --frontend-only

# ── what one runs ─────────────────────────────────────────────────────────────────────────────────────────────────────

## demo: the product on an embedded simulator of Tencent; no account anywhere. DEMO="--listen 0.0.0.0:3000" passes flags
.PHONY: demo
demo: toolchain
	$(call say,Aftershow demo: the first start compiles for about 5 min on 2 cores and later ones take seconds)
	@echo "· style sheet and server"
	@$(MAKE) css & css=$$!; $(MAKE) server; wait $$css
	@if [ ! -f $(SITE)/pkg/aftershow.wasm ] || [ -n "$$(find src Cargo.lock -newer $(SITE)/pkg/aftershow.wasm -print -quit)" ]; then \
	  echo "· the browser bundle is built beside the demo (once, about 15 min; pages are complete without it): target/wasm.log"; \
	  mkdir -p target; (nice -n 19 $(MAKE) wasm > target/wasm.log 2>&1 && cp -f target/wasm.log target/wasm.done) & fi; \
	exec $(BIN) demo $(DEMO)

## test: format, lints, unit, integration and browser tests
.PHONY: test
test: toolchain
	$(call say,Aftershow tests: from nothing about 35 min on 2 cores and later runs about 5)
	@echo "· format"; cargo fmt --check
	@$(MAKE) css
	@echo "· lints of the server"; cargo clippy --quiet --features ssr --all-targets -- -D warnings
	@$(MAKE) wasm-target
	@echo "· lints of the browser bundle"; cargo clippy --quiet --lib --features hydrate --target wasm32-unknown-unknown -- -D warnings
	@echo "· unit and integration tests"; scripts/postgres.sh cargo test --features ssr
	@$(MAKE) e2e

## cluster-test: several servers on one PostgreSQL database, killed, stopped and cut off; prints a table; about 10 min
.PHONY: cluster-test
cluster-test: toolchain
	$(call say,Aftershow cluster tests: about 10 min)
	@rm -f target/cluster-table.md; mkdir -p target
	@status=0; CLUSTER_TABLE=$(CURDIR)/target/cluster-table.md REQUIRE_POSTGRES=1 POSTGRES_FSYNC=on KILLS=$${KILLS:-50} \
	  scripts/postgres.sh cargo test --features ssr --test cluster -- --include-ignored --test-threads=1 || status=$$?; \
	printf '\n| what | must hold | measured |\n|---|---|---|\n'; cat target/cluster-table.md; exit $$status

## e2e: the browser tests alone
.PHONY: e2e
e2e: wasm server chromium
	@echo "· browser tests"; cd end2end && BINARY=$(BIN) npx playwright test $(E2E)

## build: the release binary, everything embedded, at $CARGO_TARGET_DIR/release/aftershow
.PHONY: build
build: leptos-tools end2end/node_modules/.stamp
	$(call say,Aftershow release: from nothing about 20 min on 2 cores)
	@cargo leptos build --release --frontend-only --precompress
	@cargo build --release --features ssr
	@node end2end/bundle-size.mjs $(SITE)/pkg
	@ls -lh $(CARGO_TARGET_DIR)/release/aftershow | awk '{ print "binary " $$5 " " $$9 }'

## dev: rebuilds and reloads on every change, against the simulator
.PHONY: dev
dev: leptos-tools end2end/node_modules/.stamp
	@cargo leptos watch -- demo

## bench: speed and sizes, as figures measured in one run
.PHONY: bench
bench: toolchain css
	@cargo bench --no-fail-fast --features ssr $(BENCH)

## abuse: bounded abuse of a console with 100 live rooms, over loopback: readings, answers, memory; about 5 min
.PHONY: abuse
abuse: toolchain css
	@ABUSE=1 cargo bench --features ssr --bench abuse

## lighthouse: the four scores of a shared report and of the board, mobile settings; BIN=… measures another binary
.PHONY: lighthouse
lighthouse: css server chromium
	@cd end2end && BINARY=$(BIN) node lighthouse.mjs

## locale-rows: writes locales/formats.toml from the Unicode CLDR and the own choices in locales/languages.toml
.PHONY: locale-rows
locale-rows: toolchain
	@LOCALE_ROWS_TO_COME=1 cargo test --quiet --features ssr --test locale_rows -- --ignored write

## fonts: makes the fonts of the pictures anew (needs Debian's apt-get, npm and Python's fonttools)
.PHONY: fonts
fonts:
	@python3 src/web/view/images/fonts/subset.py

## sample: writes the sample report and the picture of the README anew, from a demo of its own
.PHONY: sample
sample: css server chromium
	@cd end2end && BINARY=$(BIN) node picture.mjs

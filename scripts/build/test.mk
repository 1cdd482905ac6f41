# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# The demo, tests, linters and documents. These goals need no configuration: each
# builds the products that it needs in folders below $(O).

jobs := $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
setup-for = @sh scripts/setup/setup.sh $(1)
pytest = $(PYTHON) -m pytest -q -rs -p no:cacheprovider
check-groups := config build run demo gdb draw linux check
need-test-tools = $(call check-tools,$(check-groups))
# Files that tests need from the network, besides packages: they are fetched before tests run.
fetch-for-tests = @$(PYTHON) guests/linux/build.py fetch > /dev/null && $(PYTHON) guests/notary/fetch.py > /dev/null
submake = $(MAKE) --no-print-directory $(jobs)

# A tree to ship may leave out test/.
test-goals := check check-all unit mmu-test syscc-test build-test system-test linux-test bench \
	bench-linux fuzz linux-selftests
ifeq ($(wildcard test/runs.yaml),)
ifneq ($(filter $(test-goals),$(goals)),)
$(error `make $(firstword $(filter $(test-goals),$(goals)))` needs the folder test/, which is not in this tree: \
	take a whole one)
endif
endif

##@ Running
## demo: install what is needed, build the demo product in O/demo, run it in QEMU
DEMO ?= showcase_defconfig
demo-linux = $(shell grep -qs CONFIG_GUEST_LINUX=y configs/$(DEMO) && echo linux)
demo:
	$(call setup-for,config build run demo $(demo-linux))
	@$(submake) O=$(O)/demo $(DEMO)
	@$(submake) O=$(O)/demo all
	@run=$$($(submake) -s O=$(O)/demo print-qemu) && $(PYTHON) scripts/run/run_demo.py $(O)/demo $$run

##@ Testing
## check: tests and linters, ends with `N passed, N failed`; QUICK=1 for editing, T=SYS some steps
check:
	$(call setup-for,$(check-groups))
	$(fetch-for-tests)
	@$(PYTHON) scripts/check/check.py --out $(O)/check --run $(if $(QUICK),quick,check) $(if $(SAVE),--save '$(SAVE)') $(T)

## check-all: every test, in all sizes and on all boards; SAVE=1 is for docs/tests.md
check-all:
	$(call setup-for)
	$(fetch-for-tests)
	@$(PYTHON) scripts/check/check.py --out $(O)/check --run all $(if $(SAVE),--save '$(SAVE)') $(T)

## unit: unit tests of core/ and the libraries on this machine
unit:
	@$(need-test-tools) $(submake) -C test/unit O=$(abspath $(O))/unit

## mmu-test: tests of the page-table walk and the vTLB on this machine
mmu-test:
	@$(need-test-tools) $(submake) -C test/mmu O=$(abspath $(O))/mmu

## syscc-test: tests of the system compiler
syscc-test:
	@$(need-test-tools) $(pytest) test/syscc $(if $(T),-k '$(T)')

## build-test: tests of the build itself
build-test:
	@$(need-test-tools) $(pytest) test/build $(if $(T),-k '$(T)')

## system-test: tests in QEMU, on both boards
system-test:
	@$(need-test-tools) $(pytest) test/system $(if $(T),-k '$(T)')

## linux-test: tests of the port of Linux, its builds and the native kernel
linux-test:
	@$(need-test-tools) $(pytest) test/linux $(if $(T),-k '$(T)')

## fuzz: fuzz the system compiler, core/, the vTLB and the hypercalls; SEED=N replays a run
fuzz:
	@$(need-test-tools) $(PYTHON) scripts/check/check.py --out $(O)/check "run of test/fuzz"

## bench: count instructions of the paths that matter (SAVE=1, ROW=null, TESTS=1)
bench:
	$(call setup-for,config build run check)
	@$(PYTHON) scripts/bench/bench.py --out $(O)/bench $(if $(SAVE),--save) $(if $(ROW),--profile $(ROW)) $(if $(TESTS),--tests)
	@$(if $(ROW),,$(submake) bench-linux)

## lint: layout, licences, budgets, cppcheck, shellcheck, bindings, options (T=)
lint:
	$(call setup-for,config build check)
	@$(PYTHON) scripts/check/lint.py $(T)

## format: lay out all C files as .clang-format says
format:
	@clang-format -i --style=file $$(git ls-files -co --exclude-standard '*.c' '*.h' ':!guests/linux/files' ':!*/golden/*')

##@ Documents
## docs: the generated references in docs/
docs:
	$(call setup-for,config build)
	@$(PYTHON) scripts/build/hypercalls.py --doc docs/hypercalls.md core/hypercalls.yaml
	@$(PYTHON) scripts/docs/kconfig_doc.py docs/options.md
	@$(PYTHON) scripts/docs/bindings_doc.py --system-description > docs/system-description.md
	@$(PYTHON) scripts/docs/bindings_doc.py --validators > docs/validators.md
	@$(PYTHON) scripts/docs/readme_figures.py README.md docs/benchmarks.md
	@$(PYTHON) scripts/check/tests_doc.py > docs/tests.md

## demo-picture: docs/demo-system.svg, the demo as README shows it
demo-picture:
	@$(call check-tools,draw) $(submake) -s O=$(O)/demo showcase_defconfig
	@$(submake) O=$(O)/demo tables
	@dot -Tsvg -o docs/demo-system.svg $(O)/demo/system/system.dot

##@ Help
## setup: install all Debian packages that the build and the tests need
setup:
	$(call setup-for,)
	$(fetch-for-tests)

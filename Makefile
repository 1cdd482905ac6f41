# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# The build: `make help` lists what it does. This file decides which parts are
# needed for the goals at hand; the rules are in scripts/build/*.mk:
#   lib.mk     quiet commands, rebuilding when a command line changes
#   config.mk  targets that read or write .config
#   flags.mk   compiler flags
#   host.mk    tools that run on the build machine
#   kernel.mk  the microvisor, the boot-time tables and the bootable image
#   guests.mk  native cells and their library
#   run.mk     QEMU, debugger and reports on a finished build
#   test.mk    tests, linters, documents
#   linux.mk   Linux as a guest and on the boards themselves

# Name of this version; scripts/build/version.sh adds the git id.
MULLION_VERSION := 0.1.0

ifeq ($(filter 4.% 5.%,$(MAKE_VERSION)),)
$(error GNU make 4.0 or later is needed, this is $(MAKE_VERSION))
endif
# $(call unfit,PATH): a character of the path that make or the build's commands cannot handle.
letters := : ; % = ' " ` \# $$ & | * ? ! < > [ ] ( ) { } \ ,
unfit = $(if $(filter 0 1,$(words $(1))),$(firstword $(foreach letter,$(letters),$(findstring $(letter),$(1)))),spaces)
ifneq ($(call unfit,$(CURDIR)),)
$(error The source tree is in '$(CURDIR)': make cannot handle $(call unfit,$(CURDIR)) in a path. Move the tree)
endif

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
SHELL := /bin/sh

##@ Settings (on the command line)
##: O=DIR                output folder (default: build)
O := build
ifneq ($(call unfit,$(value O)),)
$(error The output folder is '$(value O)': make cannot handle $(call unfit,$(value O)) in a path. Name another one, such as O=build)
endif
override O := $(or $(patsubst %/,%,$(strip $(O))),$(strip $(O)))
##: V=1                  show every command in full
##: HINTS=1              hints of the system compiler are errors
V := 0
##: CROSS_COMPILE=PREFIX compiler (default: arm-none-eabi-)
CROSS_COMPILE ?= arm-none-eabi-
##: WERROR=0             let the build go on after compiler warnings
WERROR := 1
##: SEED=N               replay a random configuration or a fuzzer run
SEED ?=
##: T=TEXT               run only the tests whose name contains TEXT (check, unit)
T ?=
FILE ?=
##: FILE=NAME            what `make mergeconfig` takes
##: DEMO=NAME_defconfig  what `make demo` builds (default: showcase_defconfig)
##: QEMU_ARGS=...        more arguments for QEMU
##: SAVE=1               keep the figures: of `size` to compare later ones with, of the others in docs/
##: ROW=NAME             `make bench` and `bench-linux` show where the instructions of a row go
##: TESTS=1              `make bench` looks at the system tests, too

PYTHON ?= /usr/bin/python3
HOSTCC ?= gcc
QEMU ?= qemu-system-arm
GDB ?= gdb-multiarch
export O V CROSS_COMPILE SEED T PYTHON HOSTCC QEMU PYTHONDONTWRITEBYTECODE := 1

include scripts/build/lib.mk

goals := $(or $(MAKECMDGOALS),all)
# config-goals change .config. free-goals work without one; of these, bare-goals write nothing
# to $(O). All other goals need a .config.
config-goals := menuconfig oldconfig olddefconfig randconfig mergeconfig %_defconfig
bare-goals := help help-tests setup clean distclean format docs linux linux-native linux-native-qemu
free-goals := $(bare-goals) lint unit mmu-test syscc-test build-test system-test linux-test demo demo-picture check check-all bench fuzz \
	savedefconfig listnewconfig bench-linux linux-selftests
.PHONY: $(filter-out %_defconfig,$(config-goals)) $(free-goals)

# `make clean` empties this folder, so it must contain nothing except what make has put there.
O-fault := $(if $(O),$(shell sh scripts/build/out_folder.sh $(abspath $(O)) $(if $(filter-out $(bare-goals),$(goals)),mark)),there \
	is no name. Name a folder of its own, such as O=build)
ifneq ($(O-fault),)
$(error O=$(O): $(O-fault))
endif

ifneq ($(and $(filter $(config-goals),$(goals)),$(filter-out $(config-goals),$(goals))),)
# A new .config must be there before make looks at the other goals: make them one by one.
.PHONY: $(goals)
$(firstword $(goals)):
	@set -e; for goal in $(goals); do $(MAKE) --no-print-directory $$goal; done
$(wordlist 2,$(words $(goals)),$(goals)): $(firstword $(goals))
	@:
else
include scripts/build/config.mk
ifneq ($(filter-out $(config-goals) $(free-goals),$(goals)),)
include scripts/build/build.mk
endif
include scripts/build/test.mk
include scripts/build/linux.mk
endif

##@ Cleaning
## clean: remove what was built, keep the configuration
clean:
	$(Q)if [ -d $(O) ]; then find $(O) -mindepth 1 -maxdepth 1 ! -name '.config*' ! -name .mullion-output -exec rm -rf {} +; fi

## distclean: remove the output folder with its configuration
distclean:
	$(Q)rm -rf $(O)

##@ Help
## help: show this text
help:
	@sh scripts/build/help.sh Makefile $(wildcard scripts/build/*.mk)
	@echo; echo "Products in configs/ (\`make help-tests\`: those that only tests and benchmarks need):"
	@sh scripts/build/products.sh $(product-defconfigs)
	@echo; echo "Configuration in $(O)/.config:"
	@$(call check-tools,config) $(kconfig) show || true

## help-tests: the products that only tests and benchmarks need
help-tests:
	@sh scripts/build/products.sh $(test-defconfigs)

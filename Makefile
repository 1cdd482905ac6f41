# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# The build: `make help` lists what it does. This file decides which parts are
# needed for the goals at hand; the rules are in scripts/*.mk:
#   lib.mk     quiet commands, rebuilding when a command line changes
#   config.mk  targets that read or write .config
#   flags.mk   compiler flags
#   host.mk    tools that run on the build machine
#   kernel.mk  the microvisor, the boot-time tables and the bootable image
#   guests.mk  native cells and their library
#   run.mk     QEMU, debugger and reports on a finished build
#   test.mk    tests, linters, documents
#   linux.mk   Linux as a guest and on the boards themselves

# What this version is called; the git id is added by scripts/version.sh.
MULLION_VERSION := 0.1.0

ifeq ($(filter 4.% 5.%,$(MAKE_VERSION)),)
$(error GNU make 4.0 or later is needed, this is $(MAKE_VERSION))
endif
ifneq ($(words $(CURDIR)),1)
$(error The source tree is in '$(CURDIR)': make cannot handle spaces in a path. Move the tree)
endif

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
SHELL := /bin/sh

##@ Settings (on the command line)
##: O=DIR                output folder (default: build)
O := build
# `make clean` empties it, so that it must be neither the source tree, a folder
# around it, nor one of the folders of sources in it.
O-path := $(abspath $(O))
O-first := $(firstword $(subst /, ,$(patsubst $(CURDIR)/%,%,$(O-path))))
ifneq ($(or $(filter 0,$(words $(O))),$(filter /,$(O-path)),$(filter $(O-path) $(O-path)/%,$(CURDIR)),$(filter \
	arch configs core docs drivers dts guests include scripts test LICENSES .git .ci,$(O-first))),)
$(error O=$(O): the output folder must be a folder of its own, such as O=build)
endif
override O := $(patsubst %/,%,$(O))
##: V=1                  show every command in full
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
##: SAVE=1               `make size` keeps the figures, to compare later ones with

PYTHON ?= /usr/bin/python3
HOSTCC ?= gcc
QEMU ?= qemu-system-arm
GDB ?= gdb-multiarch
export O V CROSS_COMPILE SEED T PYTHON HOSTCC QEMU PYTHONDONTWRITEBYTECODE := 1

include scripts/lib.mk

goals := $(or $(MAKECMDGOALS),all)
# Goals that change .config; goals that work without one. All others need it.
config-goals := menuconfig oldconfig olddefconfig randconfig mergeconfig %_defconfig
free-goals := help setup clean distclean format lint unit mmu-test syscc-test build-test system-test demo check \
	bench fuzz docs savedefconfig listnewconfig tools linux linux-native linux-native-qemu linux-test bench-linux \
	linux-selftests
ifneq ($(and $(filter $(config-goals),$(goals)),$(filter-out $(config-goals),$(goals))),)
# A new .config must be there before the other goals are looked at: one by one.
.PHONY: $(goals)
$(firstword $(goals)):
	@set -e; for goal in $(goals); do $(MAKE) --no-print-directory $$goal; done
$(wordlist 2,$(words $(goals)),$(goals)): $(firstword $(goals))
	@:
else
include scripts/config.mk
ifneq ($(filter-out $(config-goals) $(free-goals),$(goals)),)
include scripts/build.mk
endif
include scripts/test.mk
include scripts/linux.mk
endif

##@ Cleaning
## clean: remove what was built, keep the configuration
.PHONY: clean distclean help
clean:
	$(Q)if [ -d $(O) ]; then find $(O) -mindepth 1 -maxdepth 1 ! -name '.config*' -exec rm -rf {} +; fi

## distclean: remove the output folder with its configuration
distclean:
	$(Q)rm -rf $(O)

##@ Help
## help: show this text
help:
	@sh scripts/help.sh Makefile $(wildcard scripts/*.mk)
	@echo; echo "Configuration in $(O)/.config:"
	@$(call check-tools,config) $(kconfig) show || true

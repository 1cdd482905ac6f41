# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Targets that read or write .config, all through scripts/build/kconfig.py.

# Configurations of products, and those that only tests and benchmarks need.
product-defconfigs := $(sort $(wildcard configs/*_defconfig))
test-defconfigs := $(sort $(wildcard test/configs/*_defconfig)) $(sort $(wildcard test/bench/configs/*_defconfig))

kconfig = $(PYTHON) scripts/build/kconfig.py --out $(O)
run-kconfig = @$(call check-tools,config) $(kconfig)

##@ Configuration
## NAME_defconfig: start from a product in configs/, see the list below
%_defconfig: FORCE
	$(run-kconfig) defconfig $@

## menuconfig: change the configuration in a menu
menuconfig:
	$(run-kconfig) menuconfig

## oldconfig: bring an old .config up to date, asking for new options
oldconfig:
	$(run-kconfig) oldconfig

## olddefconfig: the same, new options take their defaults
olddefconfig:
	$(run-kconfig) olddefconfig

## savedefconfig: write the smallest file that gives this .config to O/defconfig
savedefconfig:
	$(run-kconfig) savedefconfig

## listnewconfig: list the options that .config does not mention
listnewconfig:
	$(run-kconfig) listnewconfig

## randconfig: a random configuration; SEED=N replays one
randconfig:
	$(run-kconfig) randconfig $(SEED)

## mergeconfig: lay the lines of FILE=... over the present .config
mergeconfig:
	$(if $(FILE),,$(error Say which file: make mergeconfig FILE=some.config))
	$(run-kconfig) merge $(FILE)

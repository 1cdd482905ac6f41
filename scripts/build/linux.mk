# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Linux as a guest and, to compare with, on the boards themselves. These goals
# need no configuration. guests/linux/build.py makes the files in a cache that all
# output folders share, and prints the folder.

linux-build = $(PYTHON) guests/linux/build.py
need-linux-tools = $(call check-tools,linux run)

##@ Linux
## linux: the guest kernel and its root file system; prints their folders
linux:
	@$(need-linux-tools) $(linux-build) kernel guest && $(linux-build) initramfs

## linux-native: the kernel for the boards themselves, to compare with
linux-native:
	@$(need-linux-tools) $(linux-build) kernel native

## linux-native-qemu: boot that in QEMU to a shell (BOARD=vexpress-a9 or realview-pb-a8)
linux-native-qemu:
	@$(need-linux-tools) $(linux-build) run-native $(BOARD) --qemu-args='$(call quoted,$(QEMU_ARGS))'

## bench-linux: instructions of Linux in a cell and on the board itself (SAVE=1, ROW=fork)
bench-linux:
	$(call setup-for,config build run linux check)
	@$(submake) -s O=$(O)/bench-linux bench-linux-$(BOARD)_defconfig
	@$(submake) -s O=$(O)/bench-linux all
	@$(PYTHON) scripts/bench/bench_linux.py --board $(BOARD) --out $(O)/bench-linux/results --mullion $(O)/bench-linux \
		$(if $(SAVE),--save) $(if $(ROW),--profile $(ROW))

## linux-selftests: Linux's own tests and stress-ng in a cell and on the board itself (SAVE=1)
linux-selftests:
	$(call setup-for,config build run demo linux check)
	@$(submake) -s O=$(O)/test-selftests test-selftests_defconfig
	@$(submake) -s O=$(O)/test-selftests all
	@$(submake) -s O=$(O)/test-selftests-smallest test-selftests-smallest_defconfig
	@$(submake) -s O=$(O)/test-selftests-smallest all
	@$(PYTHON) scripts/linux/linux_selftests.py --product $(O)/test-selftests --smallest $(O)/test-selftests-smallest \
		--out $(O)/test-selftests/results \
		$(if $(SAVE),--save) $(if $(LINUX_TREE),--tree $(LINUX_TREE))

##@ Settings (on the command line)
##: BOARD=NAME           what `make linux-native-qemu` runs on (default: vexpress-a9)
BOARD ?= vexpress-a9

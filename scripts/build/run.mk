# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# QEMU, debugger and reports on a finished build.

QEMU_ARGS ?=
# These boards have a sound chip (pl041). Unless told otherwise, QEMU tries all sound
# systems of this machine and complains about those that are missing.
qemu-mute := -audiodev none,id=mute -global pl041.audiodev=mute
# A card in the MMC slot: a copy of the disk that was built. It keeps what is written to it.
qemu-disk := $(if $(CONFIG_QEMU_DISK),$(O)/disk.img)
qemu-command = $(QEMU) -M $(CONFIG_QEMU_MACHINE) -m $(CONFIG_QEMU_MEMORY) $(qemu-mute) \
	-nographic -kernel $(O)/system.elf $(if $(qemu-disk),-drive if=sd$(comma)format=raw$(comma)file=$(qemu-disk)) \
	$(QEMU_ARGS) $(stretch-args)
# With MULLION_STRETCHES=DIR a run leaves the longest stretches with interrupts off there.
stretch-args = $(if $(MULLION_STRETCHES),$(shell $(PYTHON) scripts/bench/bench_run.py $(O)))

.PHONY: qemu run qemu-gdb gdb size stack show-system reset-disk trusted-lines

##@ Running
## qemu: build, then run the image in QEMU (leave with Ctrl-A, then X)
qemu run: all $(qemu-disk)
	@$(call check-tools,run) echo "Running in QEMU. To leave: press Ctrl-A, then X." && \
	$(if $(filter 1,$(V)),echo '$(qemu-command)' &&) $(qemu-command)

# The command alone, for scripts.
.PHONY: print-qemu
print-qemu: all $(qemu-disk)
	@echo '$(call quoted,$(qemu-command))'

## qemu-gdb: the same, but wait for a debugger before the first instruction
qemu-gdb: all $(qemu-disk)
	@$(call check-tools,run) \
	echo "QEMU waits for a debugger on port 1234. Type in a second terminal:"; \
	echo "  make gdb$(if $(filter-out build,$(O)), O=$(O))"; \
	echo "To leave QEMU: press Ctrl-A, then X."; \
	$(qemu-command) -s -S

ifneq ($(qemu-disk),)
$(qemu-disk): FORCE | prepare
	$(Q)$(PYTHON) guests/linux/build.py disk $@ >/dev/null
endif

## reset-disk: forget what was written to QEMU's disk; the next run has a new one
reset-disk:
	$(Q)rm -f $(O)/disk.img $(O)/disk.img.made-of

## gdb: debug what `make qemu-gdb` runs in another terminal
gdb: all $(O)/gdb.cmd
	@$(call check-tools,gdb) $(GDB) -q -x $(O)/gdb.cmd

cmd-gdb = { echo 'set confirm off'; echo 'set breakpoint pending on'; \
	echo 'file $(O)/system.elf'; echo 'set substitute-path build $(O)'; echo 'source scripts/run/gdb_cells.py'; \
	echo 'cells $(O)/guests $(system)/system.dtb'; \
	echo 'target remote :1234'; echo 'cell-help'; } > $@
say-gdb := GEN
targets += $(O)/gdb.cmd
$(O)/gdb.cmd: FORCE
	$(call if-changed,gdb)

##@ Looking into a build
## size: what the microvisor weighs against its budget
size: $(O)/mullion.elf
	@$(PYTHON) scripts/report/size.py --prefix $(CROSS_COMPILE) --out $(O) $(if $(SAVE),--save) \
		$(kernel-objs)

## stack: the deepest calls and the largest stack frames of the microvisor
stack: $(O)/system.elf
	@$(PYTHON) scripts/report/stack.py $(O) $(kernel-objs)

## show-system: cells, memory map, interrupts, channels, rights; draws a picture
show-system: $(system-outputs)
	@cat $(system)/system.txt
	@if $(call check-tools,draw) true; then \
		dot -Tsvg -o $(system)/system.svg $(system)/system.dot && \
		echo "Drawn in $(system)/system.svg"; \
	else \
		echo "Not drawn: the text above says the same."; \
	fi

## trusted-lines: lines of code that a cell relies on (CELL=notary), beside those of Linux
CELL ?= notary
trusted-lines: all
	@$(PYTHON) scripts/report/trusted_lines.py --out $(O) --cell $(CELL) $(if $(CONFIG_GUEST_LINUX),--linux) \
		--linux-tree '$(LINUX_TREE)' $(kernel-objs)

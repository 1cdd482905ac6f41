# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# From sources and system description to the bootable image:
#   core/Makefile, arch/arm/Makefile, drivers/Makefile    obj-y: paths from the top;
#                             speed-y: objects compiled for speed even with CONFIG_OPT_SIZE
#   O/include/generated       files generated for the compiler
#   O/system                  the system compiler's output
#   O/system.elf system.bin   the bootable image
#   O/mullion.elf             the microvisor without the cells' images

generated := $(O)/include/generated

##@ Building
## all: the bootable image O/system.elf and O/system.bin (default)
.PHONY: all prepare tables
all: $(O)/system.elf $(O)/mullion.elf $(O)/system.bin $(O)/compile_commands.json

obj-y :=
speed-y :=
include arch/arm/Makefile
include core/Makefile
include drivers/Makefile
kernel-objs := $(addprefix $(O)/,$(obj-y))

cmd-cc = $(CC) $(target-c-flags) $(lto-flags) $(file-flags) -MMD -MF $@.d -MT $@ -c -o $@ $<
say-cc := CC
cmd-as = $(CC) $(target-asm-flags) -MMD -MF $@.d -MT $@ -c -o $@ $<
depfiles-as = $@.as.d
say-as := AS

kernel-s-objs := $(foreach o,$(filter-out $(generated)/%,$(kernel-objs)),$(if $(wildcard $(o:$(O)/%.o=%.S)),$(o)))
kernel-c-objs := $(filter-out $(kernel-s-objs) $(generated)/%,$(kernel-objs))
targets += $(kernel-objs)
$(kernel-c-objs): $(O)/%.o: %.c FORCE | prepare
	$(call if-changed-dep,cc)
$(addprefix $(O)/,$(speed-y)): file-flags := -O2
$(kernel-s-objs): $(O)/%.o: %.S FORCE | prepare
	$(call if-changed-dep,as)

# Generated sources --------------------------------------------------------
# A stamp is touched when the generator has run; its outputs keep their time
# when their content stays, so that nothing is compiled in vain.

hypercall-outputs := $(generated)/mullion/hypercalls.h $(generated)/hypercall_protos.h $(generated)/mullion/fuzz_grammar.h
cmd-hypercalls = mkdir -p $(generated)/mullion; $(PYTHON) scripts/build/hypercalls.py \
	--header $(generated)/mullion/hypercalls.h.new \
	--protos $(generated)/hypercall_protos.h.new \
	--fuzz $(generated)/mullion/fuzz_grammar.h.new core/hypercalls.yaml; \
	$(foreach file,$(hypercall-outputs),$(call keep-same,$(file));) touch $@
say-hypercalls := GEN

hypercall-stamp := $(generated)/hypercalls.stamp
targets += $(hypercall-stamp)
$(hypercall-stamp): core/hypercalls.yaml scripts/build/hypercalls.py scripts/build/hypercalls_check.py \
		$(if $(filter-out $(wildcard $(hypercall-outputs)),$(hypercall-outputs)),always) FORCE
	$(call if-changed,hypercalls)
$(hypercall-outputs): $(hypercall-stamp) ;

# Assembly sees C structures through this: arch/arm/asm-offsets.c is compiled to
# assembly, from which lines `->NAME value` are taken.
cmd-offsets = $(CC) $(target-c-flags) -MMD -MF $@.d -MT $@ -S -o $@ $<
say-offsets := GEN
targets += $(generated)/asm-offsets.s
$(generated)/asm-offsets.s: arch/arm/asm-offsets.c FORCE | $(hypercall-outputs) $(O)/scripts/build/fixdep
	$(call if-changed-dep,offsets)
$(generated)/asm-offsets.h: $(generated)/asm-offsets.s
	@{ echo '/* Generated from arch/arm/asm-offsets.c. */'; \
	sed -n 's/^.*->\([A-Za-z0-9_]*\) [$$$(pound)]*\([-0-9]*\).*/\#define \1 \2/p' $<; } > $@.new; \
	$(call keep-same,$@)

# The git id may change with any commit, so this runs in every build.
$(generated)/version.h: FORCE
	@mkdir -p $(@D); sh scripts/build/version.sh $(MULLION_VERSION) $(O)/.config > $@.new; \
	$(call keep-same,$@)

.PHONY: always
always:

## prepare: only the generated headers
prepare: $(O)/scripts/build/fixdep $(hypercall-outputs) $(generated)/version.h \
		$(generated)/asm-offsets.h

# The system description ---------------------------------------------------

system := $(O)/system
cmd-dtcpp = $(HOSTCC) -E -nostdinc -undef -D__DTS__ -x assembler-with-cpp -I dts -I include \
	-DMV_BOARD_DTSI='"$(CONFIG_BOARD_DTSI)"' -MMD -MF $@.d -MT $@ -o $@ $<
say-dtcpp := DTCPP
cmd-dtc = dtc -@ -I dts -O dtb -o $@ $<
say-dtc := DTC
# The same as text that tells the file and line of everything.
cmd-dtmap = dtc -q -@ -I dts -O dts -T -T -o $@ $<
say-dtmap := DTC
# The same as text that tells numbers, references and texts apart.
cmd-dttypes = LC_ALL=C sed -f scripts/build/ascii.sed $< | dtc -q -@ -I dts -O yaml - > $@
say-dttypes := DTC
cmd-syscc = $(syscc) --config $(O)/.config --images $(O)/guests --out $(system) \
	--source-map $(system)/source-map.dts --types $(system)/types.yaml $(if $(filter 1,$(HINTS)),--hints-fatal) --depfile $(system)/syscc.d $(system)/system.dtb; \
	touch $@
say-syscc := SYSCC

system-outputs := $(addprefix $(system)/,tables.c images.S layout.ld system.txt system.dot)

ifeq ($(wildcard $(CONFIG_SYSTEM_DTS)),)
$(system)/system.pp.dts: FORCE
	@echo "The system description '$(CONFIG_SYSTEM_DTS)' does not exist." \
		"Set CONFIG_SYSTEM_DTS to one of: $(wildcard dts/products/*.dts)"; exit 1
else
targets += $(system)/system.pp.dts
$(system)/system.pp.dts: $(CONFIG_SYSTEM_DTS) FORCE | $(O)/scripts/build/fixdep
	$(call if-changed-dep,dtcpp)
endif

targets += $(system)/system.dtb $(system)/source-map.dts $(system)/types.yaml $(system)/tables.stamp
$(system)/system.dtb: $(system)/system.pp.dts FORCE
	$(call if-changed,dtc)
$(system)/source-map.dts: $(system)/system.pp.dts FORCE | $(system)/system.dtb
	$(call if-changed,dtmap)
$(system)/types.yaml: $(system)/system.pp.dts scripts/build/ascii.sed FORCE | $(system)/system.dtb
	$(call if-changed,dttypes)
$(system)/tables.stamp: $(system)/system.dtb $(system)/source-map.dts $(system)/types.yaml $(O)/.config $(cell-elfs) $(cell-syms) $(syscc) \
		$(if $(filter-out $(wildcard $(system-outputs)),$(system-outputs)),always) FORCE
	$(call if-changed,syscc)
$(system-outputs): $(system)/tables.stamp ;

## tables: only the boot-time tables, O/system/tables.c
tables: $(system-outputs)

targets += $(system)/tables.o $(system)/images.o
$(system)/tables.o: $(system)/tables.c FORCE | prepare
	$(call if-changed-dep,cc)
$(system)/images.o: $(system)/images.S FORCE | prepare
	$(call if-changed-dep,as)

# The image ----------------------------------------------------------------

cmd-lds = $(CC) -E -P -undef -D__ASSEMBLER__ $(include-flags) -x assembler-with-cpp \
	-MMD -MF $@.d -MT $@ -o $@ $<
say-lds := LDS
targets += $(O)/arch/arm/mullion.lds
$(O)/arch/arm/mullion.lds: arch/arm/mullion.lds.S FORCE | prepare
	$(call if-changed-dep,lds)

cmd-link = $(CC) $(target-c-flags) $(lto-link-flags) $(link-flags) -Wl,-Map,$(@:.elf=.map) -L $(system) \
	-T $(O)/arch/arm/mullion.lds -o $@ $(filter %.o,$^)
say-link := LD
targets += $(O)/system.elf $(O)/mullion.elf $(O)/system.bin
$(O)/system.elf: $(kernel-objs) $(system)/tables.o $(system)/images.o \
		$(O)/arch/arm/mullion.lds $(system)/layout.ld FORCE
	$(call if-changed,link)

# The segment of the images remains, but empty, and objcopy would warn of it.
cmd-strip-images = $(OBJCOPY) --remove-section .images $< $@ 2> $@.log || { cat $@.log >&2; exit 1; }; \
	grep -v 'empty loadable segment' $@.log >&2 || true; rm -f $@.log
say-strip-images := OBJCOPY
$(O)/mullion.elf: $(O)/system.elf FORCE
	$(call if-changed,strip-images)

cmd-binary = $(OBJCOPY) -O binary $< $@
say-binary := OBJCOPY
$(O)/system.bin: $(O)/system.elf FORCE
	$(call if-changed,binary)

# For editors: how each file is compiled.
$(O)/compile_commands.json: $(O)/system.elf $(cell-elfs) $(syscc) scripts/build/compile_commands.py
	$(Q)$(call say,JSON,$(@F)) $(PYTHON) scripts/build/compile_commands.py $(O) > $@

# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Native cells: guests/Makefile names them (cells-y), guests/NAME/Makefile lists
# the objects of one (objs), archives that it is linked with besides (libs), for which
# it has rules, and, if it is not to be linked at MV_IMAGE_BASE, its base. Each
# becomes O/guests/NAME/NAME.elf, linked with guests/lib.

cells-y :=
-include guests/Makefile
cells := $(sort $(cells-y))

guest-c-flags = $(target-c-flags) -ffunction-sections -fdata-sections -I guests/lib
cmd-guestcc = $(CC) $(guest-c-flags) $(cell-flags) -MMD -MF $@.d -MT $@ -c -o $@ $<
say-guestcc := CC
cmd-guestas = $(CC) $(target-asm-flags) -I guests/lib $(cell-flags) -MMD -MF $@.d -MT $@ -c -o $@ $<
depfiles-guestas = $@.as.d
say-guestas := AS
cmd-ar = rm -f $@; $(AR) rcsD $@ $(filter %.o,$^)
say-ar := AR
cmd-celllink = $(CC) $(machine-flags) $(link-flags) -Wl,--gc-sections -Wl,-Map,$(@:.elf=.map) \
	-Wl,--defsym=cell_base=$(cell-base) -T guests/lib/cell.lds -o $@ \
	$(filter %.o,$^) $(filter-out $(guest-lib),$(filter %.a,$^)) $(guest-lib) -lgcc
say-celllink := LD

# The library.
objs :=
-include guests/lib/Makefile
guest-lib-objs := $(addprefix $(O)/guests/lib/,$(or $(objs), \
	$(patsubst guests/lib/%,%.o,$(basename $(wildcard guests/lib/*.c guests/lib/*.S)))))
guest-lib := $(O)/guests/lib/libmv.a
targets += $(guest-lib)
$(guest-lib): $(guest-lib-objs) FORCE
	$(call if-changed,ar)

# $(call cell-objects,CELL,OBJECTS): their files. One of another folder, ../other/x.o, has one
# name in all cells that are linked with it, so that it is made once.
cell-objects = $(patsubst $(CURDIR)/%,$(O)/%,$(abspath $(addprefix guests/$(1)/,$(2))))

# $(call cell-rules,NAME): what one cell is made of.
# A cell whose Makefile says `ready-made := y` has a rule for its image there.
define cell-rules
objs :=
libs :=
ready-made :=
base := 0x10000
flags :=
$(if $(wildcard guests/$(1)/Makefile guests/$(1)/main.c),,$(error guests/Makefile names the cell \
	'$(1)', but there is neither guests/$(1)/Makefile nor guests/$(1)/main.c))
-include guests/$(1)/Makefile
ifeq ($$(ready-made),)
$(1)-objs := $$(call cell-objects,$(1),$$(or $$(objs),main.o))
guest-objs += $$($(1)-objs)
targets += $(O)/guests/$(1)/$(1).elf
$(O)/guests/$(1)/$(1).elf: cell-base := $$(base)
$$(filter $(O)/guests/$(1)/%,$$($(1)-objs)): cell-flags := -I guests/$(1) $$(flags)
$(O)/guests/$(1)/$(1).elf: $$($(1)-objs) $$(libs) $(guest-lib) guests/lib/cell.lds FORCE
	$$(call if-changed,celllink)
endif
endef

guest-objs :=
$(foreach cell,$(cells),$(eval $(call cell-rules,$(cell))))
cell-syms := $(foreach cell,$(cells),$(O)/guests/$(cell)/$(cell).sym)
cell-elfs := $(foreach cell,$(cells),$(O)/guests/$(cell)/$(cell).elf)
guest-objs := $(sort $(guest-objs) $(guest-lib-objs))
targets += $(guest-objs)

# Objects of a folder that is no cell of this product are compiled with the flags of that folder.
define folder-rules
flags :=
-include guests/$(1)/Makefile
$(filter $(O)/guests/$(1)/%,$(guest-objs)): cell-flags := -I guests/$(1) $$(flags)
endef
shared-folders := $(sort $(foreach o,$(guest-objs:$(O)/guests/%=%),$(firstword $(subst /, ,$(o)))))
$(foreach folder,$(filter-out $(cells) lib,$(shared-folders)),$(eval $(call folder-rules,$(folder))))

guest-c-objs := $(foreach o,$(guest-objs),$(if $(wildcard $(o:$(O)/%.o=%.c)),$(o)))
guest-s-objs := $(filter-out $(guest-c-objs),$(guest-objs))
$(guest-c-objs): $(O)/%.o: %.c FORCE | prepare
	$(call if-changed-dep,guestcc)
$(guest-s-objs): $(O)/%.o: %.S FORCE | prepare
	$(call if-changed-dep,guestas)

##@ Building
# Names of functions by address, for cells with `symbols` in the description.
cmd-symtab = $(PYTHON) scripts/symtab.py $(NM) $(filter %.elf,$^) $@
say-symtab := SYM
targets += $(cell-syms)
$(cell-syms): %.sym: %.elf scripts/symtab.py FORCE
	$(call if-changed,symtab)

## cells: only the native cells
.PHONY: cells
cells: $(cell-elfs)

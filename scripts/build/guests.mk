# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Native cells. They live in rooms: guests, and those of tests and benchmarks, which may be
# absent. ROOM/Makefile names the cells of a room (cells-y). ROOM/NAME/Makefile lists the
# objects of a cell (objs) and further archives to link (libs), with rules for these; and its
# base, if the cell is not to be linked at MV_IMAGE_BASE. The cells of all rooms become
# O/guests/NAME/NAME.elf, linked with guests/lib.

cell-rooms := guests test/cells test/bench/cells

# $(call room-cells,ROOM): add the folders of its cells.
define room-cells
cells-y :=
-include $(1)/Makefile
cell-folders += $$(addprefix $(1)/,$$(sort $$(cells-y)))
endef

cell-folders :=
$(foreach room,$(cell-rooms),$(eval $(call room-cells,$(room))))
cells := $(sort $(notdir $(cell-folders)))
same-name := $(strip $(foreach cell,$(cells),$(if $(word 2,$(filter %/$(cell),$(cell-folders))), \
	$(filter %/$(cell),$(cell-folders)))))
$(if $(same-name),$(error The cells $(same-name) have one name, and so would their images. Rename a \
	folder, or switch one of the cells off))

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

# $(call cell-objects,FOLDER,OBJECTS): their files. An object of another folder, ../other/x.o, has
# the same name in all cells that are linked with it, so that it is made once.
cell-objects = $(patsubst $(CURDIR)/%,$(O)/%,$(abspath $(addprefix $(1)/,$(2))))

# $(call cell-rules,FOLDER,NAME): the rules for one cell.
# A cell whose Makefile says `ready-made := y` has a rule for its image there.
define cell-rules
objs :=
libs :=
ready-made :=
base := 0x10000
flags :=
$(if $(wildcard $(1)/Makefile $(1)/main.c),,$(error $(dir $(1))Makefile names the cell \
	'$(2)', but there is neither $(1)/Makefile nor $(1)/main.c))
-include $(1)/Makefile
ifeq ($$(ready-made),)
objs-of-$(2) := $$(call cell-objects,$(1),$$(or $$(objs),main.o))
guest-objs += $$(objs-of-$(2))
targets += $(O)/guests/$(2)/$(2).elf
$(O)/guests/$(2)/$(2).elf: cell-base := $$(base)
$$(filter $(O)/$(1)/%,$$(objs-of-$(2))): cell-flags := -I $(1) $$(flags)
$(O)/guests/$(2)/$(2).elf: $$(objs-of-$(2)) $$(libs) $(guest-lib) guests/lib/cell.lds FORCE
	$$(call if-changed,celllink)
endif
endef

guest-objs :=
$(foreach folder,$(cell-folders),$(eval $(call cell-rules,$(folder),$(notdir $(folder)))))
cell-syms := $(foreach cell,$(cells),$(O)/guests/$(cell)/$(cell).sym)
cell-elfs := $(foreach cell,$(cells),$(O)/guests/$(cell)/$(cell).elf)
guest-objs := $(sort $(guest-objs) $(guest-lib-objs))
targets += $(guest-objs)

# Objects of a folder that is not a cell of this product are compiled with that folder's flags.
define folder-rules
flags :=
-include $(1)/Makefile
$(filter $(O)/$(1)/%,$(guest-objs)): cell-flags := -I $(1) $$(flags)
endef
# $(call room-folders,ROOM): the folders of a room that have objects.
room-folders = $(addprefix $(1)/,$(foreach o,$(patsubst $(O)/$(1)/%,%,$(filter $(O)/$(1)/%,$(guest-objs))),$(firstword $(subst /, ,$(o)))))
shared-folders := $(sort $(foreach room,$(cell-rooms),$(call room-folders,$(room))))
$(foreach folder,$(filter-out $(cell-folders) guests/lib,$(shared-folders)),$(eval $(call folder-rules,$(folder))))

guest-c-objs := $(foreach o,$(guest-objs),$(if $(wildcard $(o:$(O)/%.o=%.c)),$(o)))
guest-s-objs := $(filter-out $(guest-c-objs),$(guest-objs))
$(guest-c-objs): $(O)/%.o: %.c FORCE | prepare
	$(call if-changed-dep,guestcc)
$(guest-s-objs): $(O)/%.o: %.S FORCE | prepare
	$(call if-changed-dep,guestas)

##@ Building
# Names of functions by address, for cells with `symbols` in the description.
cmd-symtab = $(PYTHON) scripts/build/symtab.py $(NM) $(filter %.elf,$^) $@
say-symtab := SYM
targets += $(cell-syms)
$(cell-syms): %.sym: %.elf scripts/build/symtab.py FORCE
	$(call if-changed,symtab)

## cells: only the native cells
.PHONY: cells
cells: $(cell-elfs)

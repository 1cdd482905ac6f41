# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Tools that run on the build machine: fixdep and the system compiler.

host-c-flags := -std=gnu11 -O2 -g -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wno-unused-parameter $(if $(filter 0,$(WERROR)),,-Werror)

cmd-hostld = $(HOSTCC) $(host-c-flags) -o $@ $(filter %.c %.o,$^) $(host-libs)
say-hostld := HOSTLD
cmd-hostcc = $(HOSTCC) $(host-c-flags) -I scripts/syscc -I include -MMD -MF $@.d -MT $@ -c -o $@ $<
say-hostcc := HOSTCC

# Everything else uses fixdep, so fixdep itself depends on its source only.
targets += $(O)/scripts/build/fixdep
$(O)/scripts/build/fixdep: scripts/build/fixdep.c FORCE
	$(call if-changed,hostld)

syscc-objs :=
-include scripts/syscc/Makefile
syscc-objs := $(or $(patsubst scripts/syscc/%,%,$(syscc-objs)), \
	$(patsubst scripts/syscc/%.c,%.o,$(wildcard scripts/syscc/*.c)))
syscc-objs := $(addprefix $(O)/scripts/syscc/,$(syscc-objs))
syscc := $(O)/scripts/syscc/syscc

targets += $(syscc) $(syscc-objs)
$(syscc): host-libs := -lfdt
$(syscc): $(syscc-objs) FORCE
	$(call if-changed,hostld)

$(syscc-objs): $(O)/scripts/syscc/%.o: scripts/syscc/%.c FORCE | $(O)/scripts/build/fixdep
	$(call if-changed-dep,hostcc)

##@ Building
## syscc: only the system compiler, O/scripts/syscc/syscc
.PHONY: syscc
syscc: $(syscc)

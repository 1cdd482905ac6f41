# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# How commands are run: one quiet line each, and again only when a prerequisite
# or the command line itself has changed. A rule reads
#     target: prerequisites FORCE
#             $(call if-changed,KIND)
# with cmd-KIND the command and say-KIND the word that is shown for it.

quiet := $(if $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),s,$(V))
Q := $(if $(filter 1,$(V)),,@)

.PHONY: FORCE
FORCE:

# All files made with the rules below, so that build.mk finds their command lines. Names are
# expanded when they are added, so a later change of a variable does not matter.
targets :=

comma := ,
squote := '
pound := \#

# $(call say,WORD,TEXT): shell text that prints `  WORD    TEXT`, or nothing.
say = $(if $(filter 0,$(quiet)),printf '  %-7s %s\n' '$(1)' '$(2)';)

# $(call same,A,B): not empty if the two texts are equal.
same = $(and $(findstring x$(1)x,x$(2)x),$(findstring x$(2)x,x$(1)x))

# $(call quoted,TEXT): for use between single quotes in the shell.
quoted = $(subst $(squote),'\'',$(1))

# $(call assignable,TEXT): for use behind := in a makefile.
assignable = $(subst $(pound),\$(pound),$(subst $$,$$$$,$(1)))

# Where the command line and the dependencies of the target $(1) are kept.
cmd-file = $(dir $(1)).$(notdir $(1)).cmd

# Not empty if the target must be made anew.
newer = $(filter-out FORCE,$?)
outdated = $(newer)$(if $(wildcard $@),,missing)$(if $(call same,$(strip $(cmd-$(1))),$(strip $(saved-$@))),,changed)

run = @set -e; [ -d $(@D) ] || mkdir -p $(@D); $(call say,$(say-$(1)),$(@:$(O)/%=%)) \
	$(if $(filter 1,$(V)),printf '%s\n' '$(call quoted,$(strip $(cmd-$(1))))';) \
	$(cmd-$(1)); \
	printf '%s\n' 'saved-$@ := $(call quoted,$(call assignable,$(strip $(cmd-$(1)))))' \
		> $(call cmd-file,$@)

if-changed = $(if $(outdated),$(run),@:)

# The same for compilations: the command leaves its dependencies in $@.d.
if-changed-dep = $(if $(outdated),$(run); \
	$(O)/scripts/build/fixdep $(O)/include/config $@ $@.d $(depfiles-$(1)) >> $(call cmd-file,$@),@:)

# $(call keep-same,FILE): rename FILE.new to FILE unless they are equal.
keep-same = if cmp -s $(1).new $(1); then rm -f $(1).new; else mv $(1).new $(1); fi

# $(call check-tools,GROUP...): shell text that names missing tools and fails.
check-tools = CROSS_COMPILE='$(CROSS_COMPILE)' PYTHON='$(PYTHON)' HOSTCC='$(HOSTCC)' \
	sh scripts/setup/check_tools.sh $(1) &&

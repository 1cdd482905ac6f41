# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Everything that needs a configuration: renews the files derived from .config, then
# includes the rules for the image.

ifeq ($(wildcard $(O)/.config),)
.PHONY: $(goals) no-config
$(goals): no-config
no-config:
	@echo "There is no configuration in $(O)/ yet. Choose a product first, for example:"; \
	for f in $(product-defconfigs); do echo "  make $(if $(filter-out build,$(O)),O=$(O) )$$(basename $$f)"; done; \
	echo "or let \`make demo\` build and run the demo without touching $(O)/."; exit 1
else

# Missing tools are named before anything is compiled.
ifneq ($(shell $(call check-tools,config build) echo there),there)
$(error Install what is missing, see above)
endif

-include $(O)/include/config/kconfig.mk
include $(O)/include/config/auto.mk

kconfig-sources := $(sort $(kconfig-files) Kconfig $(wildcard guests/*/Kconfig test/Kconfig))

$(O)/include/config/auto.mk: $(O)/.config $(kconfig-sources) scripts/build/kconfig.py
	$(Q)$(kconfig) sync

# A Kconfig file that has been deleted does not stop the build.
$(kconfig-files): ;

include scripts/build/flags.mk
include scripts/build/host.mk
include scripts/build/guests.mk
include scripts/build/kernel.mk
include scripts/build/run.mk

# Command lines and dependencies of the last build.
-include $(wildcard $(foreach target,$(targets),$(call cmd-file,$(target))))

endif

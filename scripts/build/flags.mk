# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Flags for everything that runs on the board. $(target-flags) is common to the
# microvisor and the cells.

CC := $(CROSS_COMPILE)gcc
LD := $(CROSS_COMPILE)ld
AR := $(CROSS_COMPILE)ar
OBJCOPY := $(CROSS_COMPILE)objcopy
OBJDUMP := $(CROSS_COMPILE)objdump
NM := $(CROSS_COMPILE)nm
SIZE := $(CROSS_COMPILE)size

cpu-flags-$(CONFIG_CPU_CORTEX_A8) := -march=armv7-a -mtune=cortex-a8
cpu-flags-$(CONFIG_CPU_CORTEX_A9) := -march=armv7-a -mtune=cortex-a9
optimise-$(CONFIG_OPT_SPEED) := -O2
optimise-$(CONFIG_OPT_SIZE) := -Os

# The image must not contain the path of the source tree or of the output folder, so
# that two builds of the same sources are the same, byte for byte.
prefix-map := -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(O)=build

warnings := -Wall -Wextra -Wundef -Wshadow -Wvla -Wpointer-arith -Wwrite-strings \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wno-unused-parameter \
	$(if $(filter 0,$(WERROR)),,-Werror)

machine-flags := $(cpu-flags-y) -marm -mfloat-abi=soft -mno-unaligned-access
include-flags := -nostdinc -isystem $(shell $(CC) -print-file-name=include) \
	-I include -I arch/arm/include -I $(O)/include -I $(O)/include/generated -include $(O)/include/generated/autoconf.h

# uint32_t is unsigned int with every compiler (bare-metal ones have long), so
# that %u and %x print it without a cast.
word-flags := -U__UINT32_TYPE__ -D__UINT32_TYPE__=unsigned -U__INT32_TYPE__ -D__INT32_TYPE__=int

target-flags := $(machine-flags) $(word-flags) $(include-flags) $(prefix-map) -g

# No stack protector, unwind tables or library calls that the compiler invents;
# plain C memory loops must not become calls to the very function they are in.
target-c-flags := $(target-flags) -std=gnu11 $(optimise-y) -ffreestanding -fno-common \
	-fno-strict-aliasing -fno-stack-protector -fno-asynchronous-unwind-tables \
	-fno-unwind-tables -fno-tree-loop-distribute-patterns -fno-pic -fstack-usage -fcallgraph-info=su \
	$(warnings)

# Fat objects hold code as well, so that size and stack reports see each file.
lto-flags := $(if $(CONFIG_LTO),-flto -ffat-lto-objects -frandom-seed=mullion)
lto-link-flags := $(if $(CONFIG_LTO),-flto -flto-partition=one -frandom-seed=mullion)

# The assembler lists files taken by .incbin in a dependency file of its own.
target-asm-flags = $(target-flags) -Wa,--debug-prefix-map,$(CURDIR)=. -Wa,--MD,$@.as.d

link-flags := -nostdlib -static -Wl,--build-id=none -Wl,--fatal-warnings \
	-Wl,--no-warn-rwx-segments -Wl,-z,noexecstack -Wl,-z,max-page-size=4096

# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The configurations of the kernels are what their fragments say."""

import os
import re

import kernel  # conftest's port has set the path
from say import environment

# Options in which the kernels may differ: boards, devices and what those select; the
# port; the register of `current`, for which see configs/native.config.
DIFFERENT = re.compile("CONFIG_(" + "|".join((
    "ARCH_VEXPRESS|ARCH_REALVIEW|MACH_.*|PLAT_.*|SOC_.*|.*VEXPRESS.*|ARM_AMBA|ARM_GIC.*|ARM_.*TIMER.*",
    "CLK.*|MFD_.*|REGMAP.*|POWER_.*|.*GPIO.*|SERIAL_.*|IRQ_DOMAIN_HIERARCHY|HAVE_PATA_PLATFORM",
    "HAVE_TCM|ARM_GT_INITIAL_PRESCALER_VAL|(NO|HAS)_IOPORT_MAP|GLOB",
    ".*MULLION.*|HVC_.*|SYS_HYPERVISOR|CURRENT_POINTER_IN_TPIDRURO",
    # The cell's CPU has no cache, TLB or branch predictor of its own, no levels of power and no memory for DMA.
    "CPU_V7|CPU_(ABRT|CACHE|PABRT|TLB)_E?V7|HARDEN_BRANCH_(HISTORY|PREDICTOR)|HAVE_ARM_SMCCC|ARM_VIRT_EXT",
    # Networks and disks between cells, and the disk in memory that outlives a restart.
    "(HAVE_)?VIRTIO.*|BLK_MQ_VIRTIO|SG_POOL|MTD.*",
    # The seed for random numbers that mach-mullion makes.
    "RANDOM_TRUST_BOOTLOADER",
    "ARCH_(HIBERNATION|SUSPEND)_POSSIBLE|ARCH_OPTIONAL_KERNEL_RWX_DEFAULT",
    "ARM_DMA_MEM_BUFFERABLE|ARCH_HAS_DMA_WRITE_COMBINE")) + ")")


def test_bad_fragment(real_tree):
    """LIN66 A line of a fragment that does not come true is an error that names it."""
    port, tree, _ = real_tree
    port.write("configs/native.config", port.read("configs/native.config") +
               "CONFIG_HOTPLUG_CPU=y\n# CONFIG_OF is not set\n")
    said = port.build("kernel", "native", "--tree", tree, status=1)[1]
    assert "CONFIG_HOTPLUG_CPU is n, not y\n" in said and "CONFIG_OF is y, not n\n" in said
    assert "guests/linux/configs/native.config" in said and "Cure: " in said
    assert "CC " not in said


def test_same_options(real_tree, tmp_path):
    """LIN69 Guest and native kernel differ in boards, devices and what is named here, and in nothing else."""
    _, tree, _ = real_tree
    found = {}
    for which in ("guest", "native"):
        out = f"{tmp_path}/{which}"
        os.mkdir(out)
        make = ["make", "-C", tree, f"O={out}", "ARCH=arm", f"CROSS_COMPILE={kernel.COMPILER}"]
        kernel.configure(which, make, out, environment(LOCALVERSION=""))
        found[which] = {item for item in kernel.options(f"{out}/.config").items() if item[1] is not None}
    different = {name for name, _ in found["guest"] ^ found["native"]}
    assert "CONFIG_ARCH_VEXPRESS" in different
    assert sorted(name for name in different if not DIFFERENT.fullmatch(name)) == []


def test_option_twice(port):
    """LIN67 An option that two fragments set is an error."""
    port.write("configs/native.config", "CONFIG_NET=y\n")
    os.makedirs(f"{port.folder}/tree/arch/arm")
    with open(f"{port.folder}/tree/arch/arm/Makefile", "w", encoding="utf-8"):
        pass
    said = port.build("kernel", "native", "--tree", f"{port.folder}/tree", status=1)[1]
    assert "configs/native.config sets CONFIG_NET, and so does a fragment before it" in said


def test_no_tree(port):
    """LIN68 `kernel --tree` of what is no tree of Linux says how to make one."""
    said = port.build("kernel", "native", "--tree", port.folder, status=1)[1]
    assert f"{port.folder} is no tree of Linux. Cure: guests/linux/build.py tree --git" in said

// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * The machine that a guest of Mullion sees, described by the device tree of its
 * cell; its restart and its end, which are this cell's alone; and what
 * /sys/hypervisor tells.
 */
#include <linux/init.h>
#include <linux/initrd.h>
#include <linux/kobject.h>
#include <linux/libfdt.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/panic_notifier.h>
#include <linux/pm.h>
#include <linux/reboot.h>
#include <asm/cputype.h>
#include <asm/mach/arch.h>
#include <asm/spectre.h>
#include <asm/mach/map.h>
#include <asm/mullion.h>
#include <asm/sections.h>
#include <asm/system_info.h>
#include <asm/system_misc.h>

#include "mullion.h"

extern unsigned int mullion_vmmu;

/*
 * Where the initial RAM disk is, from the start of memory, and its size: whoever
 * links it with the kernel into an image for a cell writes both here.
 */
struct mullion_initrd {
	u32 offset;
	u32 size;
} mullion_initrd __section(".data");

unsigned int mullion_cap(const struct device_node *node)
{
	u32 cap = 0;

	of_property_read_u32(node, "cap", &cap);
	return cap;
}

const struct mv_env_entry *mullion_env(const char *name, unsigned int kind)
{
	const struct mv_env *env = (const struct mv_env *)MV_ENV_BASE;
	unsigned int i;

	for (i = 0; i < env->nr_entries; i++)
		if (env->entries[i].kind == kind && !strcmp(env->entries[i].name, name))
			return &env->entries[i];
	return NULL;
}

static void __init fixup(void)
{
#ifdef CONFIG_BLK_DEV_INITRD
	phys_initrd_start = PHYS_OFFSET + READ_ONCE(mullion_initrd.offset);
	phys_initrd_size = READ_ONCE(mullion_initrd.size);
#endif
}

/* Every cell may restart and stop itself. */
static unsigned int this_cell(void)
{
	return mullion_env("cell", MV_CAP_CELL)->cap;
}

static void restart(enum reboot_mode mode, const char *command)
{
	local_irq_disable();
	mv_cell_restart(this_cell());
}

static void power_off(void)
{
	local_irq_disable();
	mv_cell_stop(this_cell());
}

/*
 * The end of this kernel is a fault of its cell: the microvisor reports it, and
 * the cell's policy says what follows. Who reads the report knows a panic by r0.
 */
static int panicked(struct notifier_block *block, unsigned long event, void *message)
{
	register u32 mark __asm__("r0");

	pr_emerg("mullion: the cell ends: the undefined instruction reported now is this panic\n");
	local_irq_disable();
	mullion_page->undefined = 0;
	mark = MV_PANICKED;
	__asm__ volatile("udf #0xdead" : : "r" (mark));
	return NOTIFY_DONE;
}

static struct notifier_block panic_block = {
	.notifier_call = panicked,
	.priority = INT_MIN,
};

static void __init init_machine(void)
{
	/* The processor may well be: nobody asked it, and its branch predictor is not the guest's. */
	spectre_v2_update_state(SPECTRE_VULNERABLE, 0);
	pm_power_off = power_off;
	mullion_quiesce_devices();
	atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
}

static void __init init_time(void)
{
	mullion_init_time();
	mullion_seed_random();
}

static const char *const compatible[] __initconst = { "mullion,cell", NULL };

DT_MACHINE_START(MULLION, "Mullion cell")
	.dt_compat = compatible,
	.dt_fixup = fixup,
	.init_irq = mullion_init_irq,
	.init_time = init_time,
	.init_machine = init_machine,
	.restart = restart,
MACHINE_END

/* /sys/hypervisor ---------------------------------------------------------------- */

static ssize_t type_show(struct kobject *k, struct kobj_attribute *a, char *to)
{
	return sysfs_emit(to, "mullion\n");
}

static ssize_t version_show(struct kobject *k, struct kobj_attribute *a, char *to)
{
	u32 version = mv_version();

	return sysfs_emit(to, "%u.%u\n", version >> 16, version & 0xffff);
}

static ssize_t cell_show(struct kobject *k, struct kobj_attribute *a, char *to)
{
	return sysfs_emit(to, "%s\n", ((const struct mv_env *)MV_ENV_BASE)->cell);
}

static ssize_t vtlb_show(struct kobject *k, struct kobj_attribute *a, char *to)
{
	struct mv_vmmu_stats s __aligned(4);

	if (mv_vmmu_stats(mullion_vmmu, 0, &s, sizeof(s)).error)
		return -EIO;
	return sysfs_emit(to, "section_misses %u\nlarge_misses %u\npage_misses %u\n"
			  "evictions %u\nflips %u\nspaces_made %u\nswitches %u\nflushes %u\n",
			  s.section_misses, s.large_misses, s.page_misses, s.evictions, s.flips,
			  s.spaces_made, s.switches, s.flushes);
}

static struct kobj_attribute type_attribute = __ATTR_RO(type);
static struct kobj_attribute version_attribute = __ATTR_RO(version);
static struct kobj_attribute cell_attribute = __ATTR_RO(cell);
static struct kobj_attribute vtlb_attribute = __ATTR_RO(vtlb);

static const struct attribute *const attributes[] = {
	&type_attribute.attr, &version_attribute.attr, &cell_attribute.attr,
	&vtlb_attribute.attr, NULL,
};

static int __init init_sysfs(void)
{
	return sysfs_create_files(hypervisor_kobj, attributes);
}
device_initcall(init_sysfs);

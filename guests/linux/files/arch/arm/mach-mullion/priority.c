// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * The priority of this guest among the cells: /sys/hypervisor/priority, which root
 * may write within the range that the system description gives the cell
 * (/sys/hypervisor/priority_range). It takes effect at once. The microvisor
 * checks the range; after a restart of the cell the priority is as at first.
 */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <asm/mullion.h>

#include "mullion.h"

static DEFINE_MUTEX(lock);
static u32 priority, range[2];
static unsigned int vcpu;

static ssize_t priority_show(struct kobject *k, struct kobj_attribute *a, char *to)
{
	return sysfs_emit(to, "%u\n", READ_ONCE(priority));
}

static ssize_t priority_store(struct kobject *k, struct kobj_attribute *a, const char *from,
			      size_t size)
{
	unsigned int wanted;
	int error = kstrtouint(from, 0, &wanted);

	if (error)
		return error;
	mutex_lock(&lock);
	switch (mv_vcpu_set_priority(vcpu, wanted).error) {
	case MV_OK:
		priority = wanted;
		break;
	case MV_ERR_ARGUMENT:
		error = -EINVAL;
		break;
	default:
		error = -EPERM;
	}
	mutex_unlock(&lock);
	return error ?: size;
}

static ssize_t priority_range_show(struct kobject *k, struct kobj_attribute *a, char *to)
{
	return sysfs_emit(to, "%u %u\n", range[0], range[1]);
}

static struct kobj_attribute priority_attribute = __ATTR_RW(priority);
static struct kobj_attribute range_attribute = __ATTR_RO(priority_range);

static const struct attribute *const attributes[] = {
	&priority_attribute.attr, &range_attribute.attr, NULL,
};

static int __init init_priority(void)
{
	struct device_node *node = of_find_node_by_path("/hypervisor");
	const struct mv_env_entry *entry = mullion_env("vcpu0", MV_CAP_VCPU);

	if (!entry || of_property_read_u32(node, "priority", &priority) ||
	    of_property_read_u32_array(node, "priority-range", range, 2))
		return -ENODEV;
	vcpu = entry->cap;
	return sysfs_create_files(hypervisor_kobj, attributes);
}
device_initcall(init_priority);

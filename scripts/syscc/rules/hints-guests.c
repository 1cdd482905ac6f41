/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Hints about the environment of guest operating systems and about the machine:
 * descriptions that are legal but hardly intended.
 */
#include "../rules.h"

static bool has_string(const struct prop *prop, const char *text)
{
	for (unsigned int i = 0; i < prop_nr_strings(prop); i++)
		if (!strcmp(prop_string(prop, i), text))
			return true;
	return false;
}

static bool is_primecell_without_clock(const struct device *device)
{
	return has_string(node_prop(device->node, "compatible"), "arm,primecell") &&
	       !has_string(node_prop(device->node, "clock-names"), "apb_pclk");
}

static void check_clocks(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];

		if (!device->owner || !device->owner->device_tree ||
		    !is_primecell_without_clock(device))
			continue;
		hint(check, device->node, "clocks",
		     "device '%s' of cell '%s' (%s) is an \"arm,primecell\" without a clock named "
		     "\"apb_pclk\": Linux puts its driver off for ever. Add `clocks` and "
		     "`clock-names`",
		     device->name, device->owner->name,
		     place(node_loc(device->owner->node, "devices")));
	}
}

static void check_qemu_memory(const struct check *check)
{
	const struct system *sys = check->sys;
	uint32_t mib = config_number(&sys->config, "CONFIG_QEMU_MEMORY", 0);

	if (sys->memory_node && mib && sys->ram.size > (uint64_t)mib * MIB)
		hint(check, sys->memory_node, "reg",
		     "RAM has %llu MiB, but QEMU gives the board %u: what lies behind is not "
		     "there. "
		     "Lower the size in `reg`, or set CONFIG_QEMU_MEMORY",
		     (unsigned long long)(sys->ram.size / MIB), mib);
}

/* The value of a word "name=value" of the boot arguments, the last if there are several. */
static const char *argument(const struct cell *cell, const char *name)
{
	const char *found = NULL;
	size_t length = strlen(name);

	for (const char *at = cell->bootargs; at && *at;) {
		size_t word = strcspn(at, " ");

		if (word == 2 && !strncmp(at, "--", 2))
			break;
		if (word > length && !strncmp(at, name, length) && at[length] == '=')
			found = mem_copy(at + length + 1, word - length - 1);
		at += word + (at[word] == ' ');
	}
	return found;
}

static bool begins(const char *text, const char *start)
{
	return text && !strncmp(text, start, strlen(start));
}

static bool has_compatible(const struct system *sys, const struct cell *cell,
			   const char *compatible)
{
	for (size_t i = 0; i < sys->nr_devices; i++)
		if (sys->devices[i]->owner == cell &&
		    has_string(node_prop(sys->devices[i]->node, "compatible"), compatible))
			return true;
	return false;
}

static void check_bootargs_console(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const char *console = argument(cell, "console");

		if (begins(console, "hvc") && !cell->console)
			hint(check, cell->node, "bootargs",
			     "the boot arguments of cell '%s' say `console=%s`, but it has no "
			     "console. Add `console = <&...>;`",
			     cell->name, console);
		if (begins(console, "ttyAMA") && !has_compatible(check->sys, cell, "arm,pl011"))
			hint(check, cell->node, "bootargs",
			     "the boot arguments of cell '%s' say `console=%s`, but it has no "
			     "\"arm,pl011\". Add one to `devices`, or write `console=hvc0` for its "
			     "`console`",
			     cell->name, console);
	}
}

static bool has_disk(const struct system *sys, const struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_channels; i++)
		if (channel_carries(sys->channels[i], "disk") && sys->channels[i]->end[1] == cell)
			return true;
	return false;
}

static void check_root(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const char *root = argument(cell, "root");

		if (begins(root, "/dev/mmcblk") && !has_compatible(check->sys, cell, "arm,pl180"))
			hint(check, cell->node, "bootargs",
			     "the boot arguments of cell '%s' say `root=%s`, but it has no "
			     "\"arm,pl180\" for a card. Add it to `devices`",
			     cell->name, root);
		if (begins(root, "/dev/vd") && !has_disk(check->sys, cell))
			hint(check, cell->node, "bootargs",
			     "the boot arguments of cell '%s' say `root=%s`, but no channel "
			     "carries "
			     "a disk to it. Add a channel with `carries = \"disk\"` and this cell "
			     "as its second end",
			     cell->name, root);
	}
}

static void check_timers(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->vmmu && cell->device_tree && !cell->nr_timers)
			hint(check, cell->node, "timers",
			     "guest '%s' has no timer: an operating system in it has no clock. "
			     "Leave out `timers`",
			     cell->name);
}

static const struct rule rules[] = {
	{ "HINT-010", "An arm,primecell that a device tree tells of has its bus clock.",
	  check_clocks },
	{ "HINT-011", "RAM is no larger than what QEMU gives the board.", check_qemu_memory },
	{ "HINT-012", "The console that boot arguments name is there.", check_bootargs_console },
	{ "HINT-013", "The disk that boot arguments name is there.", check_root },
	{ "HINT-014", "A guest with a device tree has a timer.", check_timers },
};

const struct rule_set rules_guest_hints = { "hints about guests and the machine", rules,
					    ARRAY_SIZE(rules) };

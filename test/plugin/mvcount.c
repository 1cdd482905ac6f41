/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * mvcount, a TCG plugin: counts what the microvisor executes. It tells
 * privileged code from cells by the PC alone, because plugins of QEMU 7.2
 * cannot read registers. Arguments: config=FILE, out=FILE, and to record one
 * path, from=MARK, to=MARK, nth=N; with histogram=1 as well, instead of the
 * path how often each address is executed there, each time: names of marks that end so
 * belong together; "%p" in the name of the output file stands for QEMU's process. Lines of the configuration:
 *   vectors ADDRESS       the exception vectors
 *   entry ADDRESS SIZE    physical code that runs before the MMU is on
 *   poll ADDRESS          where interrupts are polled
 *   taken ADDRESS         executed only when an interrupt is taken
 *   passed ADDRESS        executed only when the scheduler lets no cell run, but its steps
 *   mark ADDRESS NAME     log each execution
 * Results go to the output file as JSON lines when QEMU ends. Counting is per
 * instruction, so that it does not depend on how QEMU cuts code into blocks;
 * conditional instructions count whether or not their condition holds.
 */
#include "mvcount.h"
#include "qemu-plugin-api.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API_VERSION;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
				      char **argv);

const char *const counter_names[NR_COUNTERS] = {
	"user",  "kernel",  "loads", "stores", "tlb",
	"cache", "barrier", "dacr",  "ttbr",   "contextidr",
};
uint64_t counters[NR_COUNTERS];

#define MAX_PLACES 8

/** struct places - addresses of one kind */
struct places {
	uint32_t at[MAX_PLACES];
	unsigned int nr;
};

static uint32_t physical_start, physical_size;
static struct places polls, takes, passes;
static const char *config_path, *out_path;

static bool is_kernel(uint32_t pc)
{
	return (pc >= KERNEL_BASE && pc < GUEST_HIGH) || pc - physical_start < physical_size;
}

static bool is_one_of(const struct places *places, uint32_t pc)
{
	for (unsigned int i = 0; i < places->nr; i++)
		if (places->at[i] == pc)
			return true;
	return false;
}

static unsigned int what_is_at(uint32_t pc, uint32_t instruction)
{
	if (is_one_of(&polls, pc))
		return AT_POLL;
	if (decode_is_wait(instruction))
		return AT_WAIT;
	return decode_is_return(instruction) ? AT_RETURN : 0;
}

/* Execution. @data is an address; its low bits tell what is there. */

static void on_kernel(unsigned int cpu, void *data)
{
	uint32_t word = (uint32_t)(uintptr_t)data;

	stretch_kernel(word & ~AT_BITS, word & AT_BITS);
	latency_kernel(word & ~AT_BITS, word & AT_BITS);
	mark_kernel(word & ~AT_BITS);
}

static void on_taken(unsigned int cpu, void *data)
{
	latency_taken();
}

static void on_passed(unsigned int cpu, void *data)
{
	latency_passed();
}

/*
 * Not as an addition in line, which would be faster: QEMU 7.2 takes loads for
 * stores there.
 */
static void on_memory(unsigned int cpu, uint32_t info, uint64_t address, void *data)
{
	counters[qemu_plugin_mem_is_store(info) ? COUNT_STORES : COUNT_LOADS]++;
}

static void on_user(unsigned int cpu, void *data)
{
	stretch_user((uint32_t)(uintptr_t)data);
	latency_user();
}

static void on_mark(unsigned int cpu, void *data)
{
	mark_hit((int)(intptr_t)data);
}

/* Translation. QEMU runs callbacks in the order of registration, then adds. */

static void count(struct qemu_plugin_insn *insn, enum counter counter)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
						   &counters[counter], 1);
}

static void translate_kernel(struct qemu_plugin_insn *insn, uint32_t pc)
{
	uint32_t instruction;
	uintptr_t word;
	int special;

	memcpy(&instruction, qemu_plugin_insn_data(insn), sizeof(instruction));
	word = (pc & ~AT_BITS) | what_is_at(pc, instruction);
	if (is_one_of(&takes, pc))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_taken, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
	if (is_one_of(&passes, pc))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_passed, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
	qemu_plugin_register_vcpu_insn_exec_cb(insn, on_kernel, QEMU_PLUGIN_CB_NO_REGS,
					       (void *)word);
	qemu_plugin_register_vcpu_mem_cb(insn, on_memory, QEMU_PLUGIN_CB_NO_REGS,
					 QEMU_PLUGIN_MEM_RW, NULL);
	special = decode_counter(instruction);
	if (special >= 0)
		count(insn, (enum counter)special);
}

static void translate_insn(struct qemu_plugin_insn *insn)
{
	uint32_t pc = (uint32_t)qemu_plugin_insn_vaddr(insn);
	uint64_t *counter = histogram_counter(pc);
	int mark = mark_find(pc);

	if (counter)
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   counter, 1);
	if (mark >= 0)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_PLUGIN_CB_NO_REGS,
						       (void *)(intptr_t)mark);
	if (is_kernel(pc))
		translate_kernel(insn, pc);
	else
		count(insn, COUNT_USER);
}

/* A block lies in one page: it is privileged as a whole, or not at all. */
static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t nr = qemu_plugin_tb_n_insns(tb);
	uint32_t pc = (uint32_t)qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));

	if (!is_kernel(pc))
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_user, QEMU_PLUGIN_CB_NO_REGS,
						     (void *)(uintptr_t)pc);
	for (size_t i = 0; i < nr; i++)
		translate_insn(qemu_plugin_tb_get_insn(tb, i));
}

static void expand_path(char *path, size_t size)
{
	const char *mark = strstr(out_path, "%p");

	if (mark)
		snprintf(path, size, "%.*s%ld%s", (int)(mark - out_path), out_path, (long)getpid(),
			 mark + 2);
	else
		snprintf(path, size, "%s", out_path);
}

/*
 * Totals are left out: how much runs between the order to switch off and the
 * end of QEMU is not the same in each run.
 */
static void on_end(qemu_plugin_id_t id, void *data)
{
	char path[PATH_MAX];
	FILE *out;

	expand_path(path, sizeof(path));
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		return;
	}
	fputs("{\"counters\":[", out);
	for (int i = 0; i < NR_COUNTERS; i++)
		fprintf(out, "%s\"%s\"", i ? "," : "", counter_names[i]);
	fputs("]}\n", out);
	stretch_print(out);
	latency_print(out);
	mark_print(out);
	histogram_print(out);
	if (fclose(out))
		perror(path);
}

/* Configuration */

static bool add_place(struct places *places, uint32_t address)
{
	if (places->nr == MAX_PLACES)
		return false;
	places->at[places->nr++] = address;
	return true;
}

static bool config_line(const char *word, uint32_t address, const char *rest, uint32_t *vectors)
{
	if (!strcmp(word, "vectors"))
		*vectors = address;
	else if (!strcmp(word, "mark") && *rest)
		return mark_config(address, rest);
	else if (!strcmp(word, "poll"))
		return add_place(&polls, address);
	else if (!strcmp(word, "taken"))
		return add_place(&takes, address);
	else if (!strcmp(word, "passed"))
		return add_place(&passes, address);
	else if (!strcmp(word, "entry")) {
		physical_start = address;
		physical_size = (uint32_t)strtoul(rest, NULL, 0);
	} else
		return false;
	return true;
}

static bool read_config(FILE *file)
{
	char line[256], word[16], rest[128];
	uint32_t vectors = KERNEL_BASE;
	unsigned long address;

	while (fgets(line, sizeof(line), file)) {
		rest[0] = '\0';
		if (sscanf(line, "%15s %lx %127s", word, &address, rest) < 2 ||
		    !config_line(word, (uint32_t)address, rest, &vectors)) {
			fprintf(stderr, "mvcount: %s: bad line, or too many of its kind: %s",
				config_path, line);
			return false;
		}
	}
	stretch_config(vectors, physical_start);
	latency_config(vectors, VECTORS_SIZE, physical_start);
	return true;
}

static bool load_config(void)
{
	FILE *file = fopen(config_path, "r");
	bool good;

	if (!file) {
		perror(config_path);
		return false;
	}
	good = read_config(file);
	fclose(file);
	return good;
}

/* The value of "key=value" if @argument has that key. */
static const char *value_of(const char *argument, const char *key)
{
	size_t length = strlen(key);

	return !strncmp(argument, key, length) && argument[length] == '=' ? argument + length + 1 :
									    NULL;
}

static bool parse_arguments(int argc, char **argv)
{
	const char *from = NULL, *to = NULL, *nth = "1", *histogram = NULL, **target;
	const struct {
		const char *key;
		const char **value;
	} known[] = { { "config", &config_path },
		      { "out", &out_path },
		      { "from", &from },
		      { "to", &to },
		      { "nth", &nth },
		      { "histogram", &histogram } };

	for (int i = 0; i < argc; i++) {
		target = NULL;
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]) && !target; k++)
			if (value_of(argv[i], known[k].key))
				target = known[k].value;
		if (!target) {
			fprintf(stderr, "mvcount: unknown argument '%s'\n", argv[i]);
			return false;
		}
		*target = strchr(argv[i], '=') + 1;
	}
	if (from && to && histogram)
		histogram_window(from, to);
	else if (from && to)
		mark_window(from, to, strtoull(nth, NULL, 0));
	return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	if (strcmp(info->target_name, "arm") || !info->system_emulation || info->smp_vcpus > 1) {
		fprintf(stderr, "mvcount: made for qemu-system-arm with one CPU\n");
		return 1;
	}
	if (!parse_arguments(argc, argv))
		return 1;
	if (!config_path || !out_path) {
		fprintf(stderr, "mvcount: config=FILE and out=FILE are needed\n");
		return 1;
	}
	if (!load_config())
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}

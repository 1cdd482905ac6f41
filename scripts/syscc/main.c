/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The system compiler's command line: reads the options and the files they
 * name, has the description compiled, and writes the outputs.
 */
#include "compile.h"
#include "emit.h"
#include "file.h"
#include "rules.h"
#include "schema.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

struct options {
	const char *config, *images, *out, *source_map, *types, *depfile, *target, *dtb;
	bool hints_fatal;
};

static const char usage[] =
	"Usage: syscc [options] system.dtb\n"
	"Compiles a system description into the microvisor's boot-time tables.\n"
	"  --config FILE      the configuration (.config): limits and drivers\n"
	"  --images DIR       built images of the cells: DIR/<name>/<name>.elf\n"
	"  --out DIR          where tables.c, images.S, layout.ld, system.txt,\n"
	"                     system.dot and <cell>.dtb are written\n"
	"  --source-map FILE  the description as `dtc -I dts -O dts -T -T` writes it:\n"
	"                     messages then say file and line\n"
	"  --types FILE       the description as `dtc -I dts -O yaml` writes it:\n"
	"                     text, numbers and references are then told apart\n"
	"  --hints-fatal      write nothing if there is a hint\n"
	"  --depfile FILE     write what was read, as a rule for make\n"
	"  --target NAME      of that rule (default: tables.c in the --out folder)\n"
	"  --list-rules       print what is checked\n"
	"  --list-properties  print which properties are known\n"
	"  --help             print this\n"
	"Exit status: 0 done, 1 errors in the description, 2 cannot run.\n";

static int give_up(const char *what, const char *path)
{
	fprintf(stderr, "syscc: %s '%s': %s\n", what, path, strerror(errno));
	return 2;
}

/* Returns 0 to go on, else the exit status plus one. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "images", required_argument, NULL, 'i' },
		{ "out", required_argument, NULL, 'o' },
		{ "source-map", required_argument, NULL, 's' },
		{ "types", required_argument, NULL, 'y' },
		{ "hints-fatal", no_argument, NULL, 'f' },
		{ "depfile", required_argument, NULL, 'd' },
		{ "target", required_argument, NULL, 't' },
		{ "list-rules", no_argument, NULL, 'r' },
		{ "list-properties", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->config = optarg;
			break;
		case 'i':
			options->images = optarg;
			break;
		case 'o':
			options->out = optarg;
			break;
		case 's':
			options->source_map = optarg;
			break;
		case 'y':
			options->types = optarg;
			break;
		case 'f':
			options->hints_fatal = true;
			break;
		case 'd':
			options->depfile = optarg;
			break;
		case 't':
			options->target = optarg;
			break;
		case 'r':
			rules_list(stdout);
			return 1;
		case 'p':
			schema_list(stdout);
			return 1;
		case 'h':
			fputs(usage, stdout);
			return 1;
		default:
			fputs(usage, stderr);
			return 3;
		}
	}
	if (optind + 1 != argc || !options->images || !options->out) {
		fprintf(stderr, "syscc: needs --images, --out and one system.dtb\n%s", usage);
		return 3;
	}
	options->dtb = argv[optind];
	return 0;
}

static void write_depfile(const struct system *sys, const struct options *options, FILE *out)
{
	fprintf(out,
		"%s:", options->target ? options->target : mem_printf("%s/tables.c", options->out));
	fprintf(out, " %s", options->dtb);
	for (size_t i = 0; i < sys->nr_cells; i++)
		fprintf(out, " \\\n  %s", sys->cells[i]->image.path);
	for (size_t i = 0; i < sys->nr_symbol_files; i++)
		fprintf(out, " \\\n  %s", sys->symbol_files[i]->path);
	fprintf(out, "\n");
	for (size_t i = 0; i < sys->nr_cells; i++)
		fprintf(out, "%s:\n", sys->cells[i]->image.path);
}

static int write_outputs(const struct system *sys, const struct options *options)
{
	struct outputs outputs = { 0 };
	const char *dir = options->out, *failed;
	int status = 0;

	emit_tables(sys, outputs_open(&outputs, mem_printf("%s/tables.c", dir)));
	emit_images(sys, dir, outputs_open(&outputs, mem_printf("%s/images.S", dir)));
	emit_layout(sys, outputs_open(&outputs, mem_printf("%s/layout.ld", dir)));
	emit_text(sys, outputs_open(&outputs, mem_printf("%s/system.txt", dir)));
	emit_dot(sys, outputs_open(&outputs, mem_printf("%s/system.dot", dir)));
	for (size_t i = 0; i < sys->nr_cells; i++) {
		const struct cell *cell = sys->cells[i];

		if (cell->dtb_size)
			fwrite(cell->dtb, 1, cell->dtb_size,
			       outputs_open(&outputs,
					    mem_printf("%s/cell-%s.dtb", dir, cell->name)));
	}
	if (options->depfile)
		write_depfile(sys, options, outputs_open(&outputs, options->depfile));
	if (!outputs_write(&outputs, &failed))
		status = give_up("cannot write", failed);
	outputs_free(&outputs);
	return status;
}

/* Reads the input files; all except the tree may be left out. */
static int read_inputs(const struct options *options, struct inputs *inputs)
{
	size_t size;

	inputs->name = options->dtb;
	inputs->images = options->images;
	inputs->hints_fatal = options->hints_fatal;
	inputs->blob = file_read(options->dtb, &inputs->size);
	if (!inputs->blob)
		return give_up("cannot read", options->dtb);
	if (options->config && !(inputs->config = file_read(options->config, &size)))
		return give_up("cannot read", options->config);
	if (options->source_map && !(inputs->source_map = file_read(options->source_map, &size)))
		return give_up("cannot read", options->source_map);
	if (options->types && !(inputs->types = file_read(options->types, &size)))
		return give_up("cannot read", options->types);
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct inputs inputs = { 0 };
	struct system sys = { 0 };
	struct report report = { 0 };
	int status = parse_options(argc, argv, &options);

	if (status)
		return status - 1;
	status = read_inputs(&options, &inputs);
	if (!status) {
		status = compile(&inputs, &sys, &report) ? 0 : 1;
		report_print(&report, stderr);
	}
	if (!status)
		status = write_outputs(&sys, &options);
	mem_free_all();
	return status;
}

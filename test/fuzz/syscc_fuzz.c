/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Fuzzes the system compiler in one process: the input is a device tree, or an
 * ELF image if it begins like one. What compiles is also written, to memory.
 * Descriptions in the corpus name the image "good", which is written to a
 * temporary folder at the start.
 */
#include "compile.h"
#include "emit.h"
#include "file.h"
#include "rules.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/stat.h>

#define IMAGE_BASE 0x10000
#define IMAGE_TEXT 64

static char folder[] = "/tmp/syscc-fuzz-XXXXXX";

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_image(void)
{
	struct {
		Elf32_Ehdr head;
		Elf32_Phdr program;
		uint8_t text[IMAGE_TEXT];
	} image = {
		.head = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
			  .e_type = ET_EXEC,
			  .e_machine = EM_ARM,
			  .e_entry = IMAGE_BASE,
			  .e_phoff = sizeof(Elf32_Ehdr),
			  .e_phentsize = sizeof(Elf32_Phdr),
			  .e_phnum = 1 },
		.program = { .p_type = PT_LOAD,
			     .p_offset = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
			     .p_vaddr = IMAGE_BASE,
			     .p_filesz = IMAGE_TEXT,
			     .p_memsz = IMAGE_TEXT,
			     .p_flags = PF_R | PF_X },
	};
	FILE *file;

	mkdir(mem_printf("%s/good", folder), 0700);
	file = fopen(mem_printf("%s/good/good.elf", folder), "wb");
	if (!file || fwrite(&image, sizeof(image), 1, file) != 1 || fclose(file))
		abort();
	file = fopen(mem_printf("%s/good/good.sym", folder), "wb");
	if (!file || fwrite("MVS1", 4, 1, file) != 1 || fclose(file))
		abort();
	mem_free_all();
}

static void clean_up(void)
{
	remove(mem_printf("%s/good/good.elf", folder));
	remove(mem_printf("%s/good/good.sym", folder));
	remove(mem_printf("%s/good", folder));
	remove(folder);
	mem_free_all();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (!mkdtemp(folder))
		abort();
	write_image();
	atexit(clean_up);
	return 0;
}

/* What is good must also be written without harm. */
static void emit_all(const struct system *sys)
{
	struct outputs outputs = { 0 };

	emit_tables(sys, outputs_open(&outputs, "tables.c"));
	emit_images(sys, "out", outputs_open(&outputs, "images.S"));
	emit_layout(sys, outputs_open(&outputs, "layout.ld"));
	emit_text(sys, outputs_open(&outputs, "system.txt"));
	emit_dot(sys, outputs_open(&outputs, "system.dot"));
	outputs_free(&outputs);
}

static void fuzz_tree(const uint8_t *data, size_t size)
{
	struct inputs inputs = { .name = "fuzz.dtb", .blob = data, .size = size, .images = folder };
	struct system sys = { 0 };
	struct report report = { 0 };
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (compile(&inputs, &sys, &report))
		emit_all(&sys);
	report_print(&report, out);
	fclose(out);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image image = { 0 };

	if (size >= SELFMAG && !memcmp(data, ELFMAG, SELFMAG))
		image_parse(&image, (const char *)data, size);
	else
		fuzz_tree(data, size);
	mem_free_all();
	return 0;
}

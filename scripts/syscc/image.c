/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Reads the cells' images: 32-bit little-endian ARM ELF executables. Only the
 * headers matter here, and notes (needs.c); the assembler puts the bytes into the
 * image store.
 */
#include "model.h"

#include "file.h"

#include <ctype.h>
#include <elf.h>

static const char *image_path(const struct system *sys, const char *name)
{
	return mem_printf("%s/%s/%s.elf", sys->images_path, name, name);
}

bool image_name_plain(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

static char *config_symbol(const char *prefix, const char *name)
{
	char *symbol = mem_printf("%s%s", prefix, name);

	for (char *at = symbol; *at; at++)
		*at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
	return symbol;
}

/* The Kconfig symbol that has a cell built: net-echo -> GUEST_NET_ECHO, or a test's. */
char *image_config_symbol(const struct system *sys, const char *name)
{
	char *test = config_symbol("CONFIG_GUEST_TEST_", name);

	return config_knows(&sys->config, test) ? test : config_symbol("CONFIG_GUEST_", name);
}

const char *image_of_symbol(const char *symbol)
{
	char *name = mem_copy(symbol + strlen("CONFIG_GUEST_"),
			      strlen(symbol) - strlen("CONFIG_GUEST_"));

	for (char *at = name; *at; at++)
		*at = *at == '_' ? '-' : (char)tolower((unsigned char)*at);
	return strncmp(name, "test-", strlen("test-")) ? name : name + strlen("test-");
}

static bool is_arm_executable(const Elf32_Ehdr *head, size_t size)
{
	return size >= sizeof(*head) && !memcmp(head->e_ident, ELFMAG, SELFMAG) &&
	       head->e_ident[EI_CLASS] == ELFCLASS32 && head->e_ident[EI_DATA] == ELFDATA2LSB &&
	       head->e_machine == EM_ARM && head->e_type == ET_EXEC &&
	       head->e_phentsize == sizeof(Elf32_Phdr);
}

static unsigned int segment_rights(uint32_t flags)
{
	return (flags & PF_R ? MV_RIGHT_READ : 0) | (flags & PF_W ? MV_RIGHT_WRITE : 0) |
	       (flags & PF_X ? MV_RIGHT_EXEC : 0);
}

static bool add_segment(struct image *image, const Elf32_Phdr *head, size_t size)
{
	struct image_segment *segment;

	if (head->p_type != PT_LOAD || !head->p_memsz)
		return true;
	if (image->nr_segments == MAX_SEGMENTS || head->p_filesz > head->p_memsz ||
	    head->p_offset > size || head->p_filesz > size - head->p_offset ||
	    (uint64_t)head->p_vaddr + head->p_memsz > UINT32_MAX)
		return false;
	segment = &image->segments[image->nr_segments++];
	segment->va = head->p_vaddr;
	segment->offset = head->p_offset;
	segment->file_size = head->p_filesz;
	segment->memory_size = head->p_memsz;
	segment->flags = segment_rights(head->p_flags);
	return true;
}

/* Sort by address. Linkers write segments in this order, and the layout relies on it. */
static void sort_segments(struct image *image)
{
	for (unsigned int i = 1; i < image->nr_segments; i++)
		for (unsigned int j = i; j && image->segments[j].va < image->segments[j - 1].va;
		     j--) {
			struct image_segment swap = image->segments[j];

			image->segments[j] = image->segments[j - 1];
			image->segments[j - 1] = swap;
		}
}

static void find_span(struct image *image)
{
	uint64_t end = 0;

	sort_segments(image);
	for (unsigned int i = 0; i < image->nr_segments; i++) {
		uint64_t last = (uint64_t)image->segments[i].va + image->segments[i].memory_size;

		if (last > end)
			end = last;
	}
	if (!image->nr_segments)
		return;
	image->span.start = round_down(image->segments[0].va, PAGE);
	image->span.size = round_up(end, PAGE) - image->span.start;
}

enum image_state image_parse(struct image *image, const char *bytes, size_t size)
{
	Elf32_Ehdr head = { 0 };

	memcpy(&head, bytes, size < sizeof(head) ? size : sizeof(head));
	if (!is_arm_executable(&head, size))
		return IMAGE_NOT_ARM_ELF;
	image->entry = head.e_entry;
	for (unsigned int i = 0; i < head.e_phnum; i++) {
		size_t at = head.e_phoff + (size_t)i * sizeof(Elf32_Phdr);
		Elf32_Phdr program;

		if (at + sizeof(program) > size)
			return IMAGE_DAMAGED;
		memcpy(&program, bytes + at, sizeof(program));
		if (!add_segment(image, &program, size))
			return IMAGE_DAMAGED;
	}
	find_span(image);
	needs_read(&image->needs, bytes, size);
	return image->nr_segments ? IMAGE_OK : IMAGE_DAMAGED;
}

static enum image_state read_image(const struct system *sys, struct cell *cell)
{
	size_t size;
	char *bytes;

	if (!cell->image_name || !image_name_plain(cell->image_name))
		return IMAGE_ABSENT;
	cell->image.path = image_path(sys, cell->image_name);
	if (!file_exists(cell->image.path))
		return IMAGE_MISSING;
	bytes = file_read(cell->image.path, &size);
	return bytes ? image_parse(&cell->image, bytes, size) : IMAGE_UNREADABLE;
}

void image_read_all(struct system *sys)
{
	for (size_t i = 0; i < sys->nr_cells; i++)
		sys->cells[i]->image.state = read_image(sys, sys->cells[i]);
}

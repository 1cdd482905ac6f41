/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Reads the needs that an image states, for image.c: the ELF notes of the owner
 * "Mullion" in its sections and segments of notes. A linker puts the notes into a
 * section, which is not loaded; images without sections have a segment. Notes that
 * are in both count once. Notes of other owners are skipped.
 */
#include "needs.h"

#include "nearest.h"

#include <elf.h>

/** struct note - the description of a note, behind its version */
struct note {
	uint32_t type, size;
	const char *text;
};

static void refuse(struct needs *needs, const char *what)
{
	if (!needs->wrong)
		needs->wrong = what;
}

static uint32_t word(const char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static void at_least(uint32_t *value, uint32_t other)
{
	if (other > *value)
		*value = other;
}

static void take_cell(struct needs *needs, const struct note *note)
{
	const uint32_t known = MV_NEED_VMMU | MV_NEED_DEVICE_TREE | MV_NEED_VFP;
	uint32_t flags, multiple;

	if (note->size != 16) {
		refuse(needs,
		       mem_printf("has %u bytes instead of 16 behind its version", note->size));
		return;
	}
	flags = word(note->text);
	multiple = word(note->text + 8);
	if (flags & ~known)
		refuse(needs, mem_printf("has the unknown flags 0x%x", flags & ~known));
	if (multiple & (multiple - 1))
		refuse(needs, mem_printf("wants memory in multiples of 0x%x, which is no power of "
					 "two",
					 multiple));
	needs->flags |= flags;
	at_least(&needs->memory, word(note->text + 4));
	at_least(&needs->multiple, multiple);
	at_least(&needs->heap, word(note->text + 12));
}

static void take_object(struct needs *needs, const struct note *note)
{
	if (note->size < 2 || strnlen(note->text, note->size) != note->size - 1) {
		refuse(needs, "has not just one name, ended by a NUL");
		return;
	}
	for (size_t i = 0; i < needs->nr; i++)
		if (needs->objects[i].type == note->type &&
		    !strcmp(needs->objects[i].name, note->text))
			return;
	*APPEND(needs->objects, needs->nr) =
		(struct needed){ note->type, mem_copy(note->text, note->size - 1) };
}

static void take(struct needs *needs, uint32_t type, const char *text, uint32_t size)
{
	struct note note = { type, size - 4, text + 4 };

	if (size < 4)
		refuse(needs, "has no version");
	else if (word(text) != MV_NOTE_VERSION)
		refuse(needs, mem_printf("has version %u, where %u is known", word(text),
					 MV_NOTE_VERSION));
	else if (type == MV_NOTE_CELL)
		take_cell(needs, &note);
	else if (type == MV_NOTE_CHANNEL || type == MV_NOTE_SEGMENT)
		take_object(needs, &note);
	else
		refuse(needs, mem_printf("has the unknown type %u", type));
}

/*
 * Whether a note is Mullion's. An owner that is nearly so called is refused: what the image
 * needs would be skipped. @size bytes of the owner's name are there, perhaps not all.
 */
static bool is_ours(struct needs *needs, const Elf32_Nhdr *head, const char *name, uint64_t size)
{
	const char *owner =
		mem_copy(name, strnlen(name, size < head->n_namesz ? size : head->n_namesz));
	bool whole = head->n_namesz <= size;

	if (whole && head->n_namesz == sizeof(MV_NOTE_OWNER) && !strcmp(owner, MV_NOTE_OWNER))
		return true;
	if (whole && nearest_distance(owner, MV_NOTE_OWNER) <= 2)
		refuse(needs,
		       mem_printf("has the owner \"%s\" instead of \"" MV_NOTE_OWNER "\"", owner));
	if (!whole && *owner && !strncmp(owner, MV_NOTE_OWNER, strlen(owner)))
		refuse(needs, "is cut off in its owner's name");
	return false;
}

static void read_notes(struct needs *needs, const char *at, uint64_t size)
{
	Elf32_Nhdr head;
	bool ours;

	while (size >= sizeof(head)) {
		uint64_t name, whole;

		memcpy(&head, at, sizeof(head));
		at += sizeof(head);
		size -= sizeof(head);
		name = round_up(head.n_namesz, 4);
		whole = name + round_up(head.n_descsz, 4);
		ours = is_ours(needs, &head, at, size);
		if (name + head.n_descsz > size) {
			if (ours)
				refuse(needs, "is cut off");
			return;
		}
		if (ours)
			take(needs, head.n_type, at + name, head.n_descsz);
		if (whole > size)
			return;
		at += whole;
		size -= whole;
	}
}

static void read_part(struct needs *needs, const char *bytes, size_t size, uint32_t offset,
		      uint32_t length)
{
	if (offset > size || length > size - offset)
		refuse(needs, "cannot be read: the file ends before it");
	else
		read_notes(needs, bytes + offset, length);
}

static void read_segments(struct needs *needs, const char *bytes, size_t size,
			  const Elf32_Ehdr *head)
{
	for (unsigned int i = 0; i < head->e_phnum; i++) {
		uint64_t at = head->e_phoff + (uint64_t)i * sizeof(Elf32_Phdr);
		Elf32_Phdr program;

		if (at + sizeof(program) > size)
			return; /* image.c reports it */
		memcpy(&program, bytes + at, sizeof(program));
		if (program.p_type == PT_NOTE)
			read_part(needs, bytes, size, program.p_offset, program.p_filesz);
	}
}

static void read_sections(struct needs *needs, const char *bytes, size_t size,
			  const Elf32_Ehdr *head)
{
	if (!head->e_shoff || head->e_shentsize != sizeof(Elf32_Shdr))
		return;
	for (unsigned int i = 0; i < head->e_shnum; i++) {
		uint64_t at = head->e_shoff + (uint64_t)i * sizeof(Elf32_Shdr);
		Elf32_Shdr section;

		if (at + sizeof(section) > size) {
			refuse(needs, "cannot be read: the file ends before its section headers");
			return;
		}
		memcpy(&section, bytes + at, sizeof(section));
		if (section.sh_type == SHT_NOTE)
			read_part(needs, bytes, size, section.sh_offset, section.sh_size);
	}
}

void needs_read(struct needs *needs, const char *bytes, size_t size)
{
	Elf32_Ehdr head;

	memcpy(&head, bytes, sizeof(head));
	read_segments(needs, bytes, size, &head);
	read_sections(needs, bytes, size, &head);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What an image needs of its cell: ELF notes that the system compiler checks
 * against the description (rules IMG-010 and on). Usable from C and assembly,
 * with or without guests/lib, and needs no other header; mv.h includes it. At
 * the top level of a file:
 *
 *	MV_NEEDS_GUEST(MV_NEED_VMMU | MV_NEED_DEVICE_TREE, 32 << 20, 1 << 20);
 *	MV_NEEDS_HEAP(0x4000);
 *	MV_NEEDS_CHANNEL("work");
 *	MV_NEEDS_SEGMENT("frames");
 *
 * Numbers are what both the preprocessor and the assembler understand: no
 * casts, no suffixes, no sizeof. Nothing of it is loaded. A linker script of
 * one's own keeps `.note.mullion` as a section; docs/guests.md has the format.
 */
#ifndef MULLION_NOTE_H
#define MULLION_NOTE_H

/** Version of the notes: the first word of each. */
#define MV_NOTE_VERSION 1

/* The owner, with its NUL. */
#define MV_NOTE_OWNER "Mullion"

/* Types; behind the version come: */
#define MV_NOTE_CELL    1 /* words: flags, least memory, what memory is a multiple of, least heap */
#define MV_NOTE_CHANNEL 2 /* the name of a channel, with a NUL */
#define MV_NOTE_SEGMENT 3 /* the name of a segment, with a NUL */

/* Flags of MV_NOTE_CELL. */
#define MV_NEED_VMMU        1 /* `vmmu;`: a guest kernel */
#define MV_NEED_DEVICE_TREE 2 /* `device-tree;` */
#define MV_NEED_VFP         4 /* floating point and NEON: CONFIG_VFP */

/* In C the text becomes a statement of its own; in assembly it is one. */
#ifdef __ASSEMBLER__
#define MV_NOTE_EMIT(...) __VA_ARGS__
#else
#define MV_NOTE_TEXT(...) __asm__(#__VA_ARGS__)
#define MV_NOTE_EMIT(...) MV_NOTE_TEXT(__VA_ARGS__)
#endif

/* clang-format off */
#define MV_NOTE(type, ...) \
	MV_NOTE_EMIT(.pushsection .note.mullion, "", %note; .balign 4; \
		.long 8, 5f - 4f, type; .asciz MV_NOTE_OWNER; \
		4: .long MV_NOTE_VERSION; __VA_ARGS__; \
		5: .balign 4; .popsection)

/**
 * MV_NEEDS_GUEST - what a guest kernel cannot do without
 * @flags: MV_NEED_*
 * @memory: bytes that `memory` must be at least; 0: whatever the image takes
 * @multiple: a power of two that `memory` must be a multiple of; 0: any
 */
#define MV_NEEDS_GUEST(flags, memory, multiple) \
	MV_NOTE(MV_NOTE_CELL, .long flags, memory, multiple, 0)

/** MV_NEEDS_HEAP - bytes that the entry "heap" of the environment must have */
#define MV_NEEDS_HEAP(bytes) MV_NOTE(MV_NOTE_CELL, .long 0, 0, 0, bytes)

/** MV_NEEDS_CHANNEL, MV_NEEDS_SEGMENT - one that the cell cannot do without, by its name in quotes */
#define MV_NEEDS_CHANNEL(name) MV_NOTE(MV_NOTE_CHANNEL, .asciz name)
#define MV_NEEDS_SEGMENT(name) MV_NOTE(MV_NOTE_SEGMENT, .asciz name)
/* clang-format on */

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What root of a guest can reach by /dev/mem, where every physical address can be named:
 * what its cell has by its description, and nothing else. To be run in a cell only:
 * natively other addresses are devices, which it would disturb. Run by
 * test/linux/test_isolation.py.
 *
 * physical BEGIN+SIZE...   touches a word in every MiB, and the pages on both sides of each
 *                          end of the ranges, which are all that the cell has; the exit status
 *                          is 0 if all within can be read and all outside is SIGBUS, read or
 *                          written
 */
#define _FILE_OFFSET_BITS 64
#include "probe.h"
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE       0x1000u
#define MIB        0x100000u
#define MAX_RANGES 16

static struct range {
	uint32_t begin, size;
} ranges[MAX_RANGES];
static int nr_ranges;
static uint32_t nr_own, nr_foreign, nr_bad;

static int die(const char *what)
{
	perror(what);
	return 2;
}

/* "0x10000000+0x1000" */
static int read_range(const char *text, struct range *range)
{
	char *rest;

	range->begin = strtoul(text, &rest, 0);
	range->size = *rest == '+' ? strtoul(rest + 1, &rest, 0) : 0;
	return *rest || !range->size || (range->begin | range->size) % PAGE ? -1 : 0;
}

static int is_own(uint32_t address)
{
	for (int i = 0; i < nr_ranges; i++)
		if (address - ranges[i].begin < ranges[i].size)
			return 1;
	return 0;
}

/* Whether one page is as it is to be. */
static int is_good(int fd, uint32_t address, int own)
{
	void *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)address);
	int read, write;

	if (map == MAP_FAILED) {
		perror("mmap of /dev/mem");
		return 0;
	}
	read = probe((uintptr_t)map, PROBE_READ);
	write = own ? 0 : probe((uintptr_t)map, PROBE_WRITE);
	munmap(map, PAGE);
	if (own ? !read : read == SIGBUS && write == SIGBUS)
		return 1;
	printf("physical: 0x%08x: reading signal %d, writing signal %d\n", address, read, write);
	return 0;
}

static void try_page(int fd, uint32_t address)
{
	int own = is_own(address);

	nr_own += own;
	nr_foreign += !own;
	nr_bad += !is_good(fd, address, own);
}

static void try_all(int fd)
{
	for (uint32_t mib = 0; mib < 4096; mib++)
		try_page(fd, mib * MIB);
	for (int i = 0; i < nr_ranges; i++) {
		uint32_t end = ranges[i].begin + ranges[i].size;

		try_page(fd, ranges[i].begin - PAGE);
		try_page(fd, ranges[i].begin);
		try_page(fd, end - PAGE);
		try_page(fd, end);
	}
	try_page(fd, 0u - PAGE);
}

int main(int argc, char **argv)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC);

	if (fd < 0)
		return die("/dev/mem");
	for (int i = 1; i < argc && nr_ranges < MAX_RANGES; i++) {
		if (read_range(argv[i], &ranges[nr_ranges++])) {
			fprintf(stderr, "physical: '%s' is not BEGIN+SIZE, whole pages\n", argv[i]);
			return 2;
		}
	}
	probe_begin();
	try_all(fd);
	printf("physical: %u of the cell, %u of others, %u bad\n", nr_own, nr_foreign, nr_bad);
	return nr_bad || !nr_own || !nr_foreign;
}

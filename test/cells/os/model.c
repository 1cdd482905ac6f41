/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The reference model: for each process and page, whether it is mapped, its
 * rights and the version of what it holds (page_word()). It knows nothing of
 * frames, sharing and translations.
 */
#include "os.h"

static struct {
	uint32_t rights; /* with MAPPED; 0: nothing there */
	uint32_t version;
} model[MAX_PROCESSES][NR_PAGES];

void model_clear(uint32_t number)
{
	memset(model[number - 1], 0, sizeof(model[0]));
}

void model_copy(uint32_t child, uint32_t parent)
{
	memcpy(model[child - 1], model[parent - 1], sizeof(model[0]));
}

void model_map(uint32_t number, uint32_t page, uint32_t count, uint32_t rights)
{
	for (uint32_t i = page; i < page + count; i++) {
		model[number - 1][i].rights = MAPPED | rights;
		model[number - 1][i].version = 0;
	}
}

void model_unmap(uint32_t number, uint32_t page, uint32_t count)
{
	for (uint32_t i = page; i < page + count; i++)
		model[number - 1][i].rights = model[number - 1][i].version = 0;
}

void model_protect(uint32_t number, uint32_t page, uint32_t count, uint32_t rights)
{
	for (uint32_t i = page; i < page + count; i++)
		model[number - 1][i].rights = MAPPED | rights;
}

void model_move(uint32_t number, uint32_t from, uint32_t to)
{
	model[number - 1][to] = model[number - 1][from];
	model_unmap(number, from, 1);
}

void model_write(uint32_t number, uint32_t page, uint32_t version)
{
	model[number - 1][page].version = version;
}

uint32_t model_rights(uint32_t number, uint32_t page)
{
	return model[number - 1][page].rights;
}

uint32_t model_version(uint32_t number, uint32_t page)
{
	return model[number - 1][page].version;
}

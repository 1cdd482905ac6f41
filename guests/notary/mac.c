/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * HMAC-SHA-256 with one key, by Debian's BearSSL (fetch.py). Of the key, only the state
 * of the hash behind it is kept. Called by service.c and main.c.
 */
#include "service.h"

#include <bearssl_hmac.h>

static br_hmac_key_context key_context;

_Static_assert(sizeof(br_hmac_context) <= sizeof(struct mac), "struct mac has room for it");

void mac_set_key(const void *key, size_t size)
{
	br_hmac_key_init(&key_context, &br_sha256_vtable, key, size);
}

void mac_begin(struct mac *mac)
{
	br_hmac_init((br_hmac_context *)mac->space, &key_context, NOTARY_MAC);
}

void mac_add(struct mac *mac, const void *data, size_t size)
{
	br_hmac_update((br_hmac_context *)mac->space, data, size);
}

void mac_end(const struct mac *mac, uint8_t out[NOTARY_MAC])
{
	br_hmac_out((const br_hmac_context *)mac->space, out);
}

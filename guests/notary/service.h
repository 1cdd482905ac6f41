/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Functions that the files of this cell share: main.c has the channels, service.c
 * answers requests, mac.c calls the library for the MAC. The last two also run on the
 * build machine, for their tests.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <notary.h>
#include <stdbool.h>
#include <stddef.h>

/** struct mac - a MAC that is being made; @space is the library's */
struct mac {
	uint64_t space[40];
};

/** mac_set_key - once, before all else */
void mac_set_key(const void *key, size_t size);
void mac_begin(struct mac *mac);
void mac_add(struct mac *mac, const void *data, size_t size);
void mac_end(const struct mac *mac, uint8_t out[NOTARY_MAC]);

/**
 * struct client - the state of one client
 * @length: bytes of the message so far.
 * @budget: bytes that it may still ask for, as of @time (nanoseconds).
 */
struct client {
	struct mac mac;
	uint32_t length;
	uint32_t budget;
	uint64_t time;
};

/** service_begin - a new client, or one that was restarted */
void service_begin(struct client *client, uint64_t now);

/**
 * service_answer - do what a request says and fill in the reply
 * @request: @size bytes, word aligned; nothing in it is trusted.
 */
void service_answer(struct client *client, const void *request, uint32_t size, uint64_t now,
		    struct notary_reply *reply);

#endif

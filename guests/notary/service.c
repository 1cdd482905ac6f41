/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Answers requests. Everything in a request is checked before it is used. The work
 * that a client may ask for in a given time is bounded: this cell is more urgent than
 * its clients, so it delays all cells of a priority in between. Called by main.c;
 * relies on mac.c.
 */
#include "service.h"

#define NS_A_SECOND 1000000000ull

void service_begin(struct client *client, uint64_t now)
{
	mac_begin(&client->mac);
	client->length = 0;
	client->budget = NOTARY_BURST;
	client->time = now;
}

static void forget(struct client *client)
{
	mac_begin(&client->mac);
	client->length = 0;
}

/* Add the budget earned since the last time, then spend @cost if there is enough. */
static bool spend(struct client *client, uint32_t cost, uint64_t now)
{
	uint64_t passed = now - client->time;
	uint64_t earned = passed >= NS_A_SECOND ? NOTARY_RATE : passed * NOTARY_RATE / NS_A_SECOND;

	if (earned) {
		client->time = now;
		client->budget = client->budget + earned < NOTARY_BURST ?
					 client->budget + (uint32_t)earned :
					 NOTARY_BURST;
	}
	if (client->budget < cost)
		return false;
	client->budget -= cost;
	return true;
}

static uint32_t add(struct client *client, const uint8_t *data, uint32_t size)
{
	if (size > NOTARY_LONGEST - client->length)
		return NOTARY_TOO_LONG;
	mac_add(&client->mac, data, size);
	client->length += size;
	return NOTARY_OK;
}

/* Compare in constant time: the time must not tell where the difference is. */
static bool equal(const uint8_t *a, const uint8_t *b)
{
	uint32_t different = 0;

	for (uint32_t i = 0; i < NOTARY_MAC; i++)
		different |= a[i] ^ b[i];
	return !different;
}

static uint32_t sign(struct client *client, const uint8_t *data, uint32_t size, uint8_t *mac)
{
	uint32_t status = add(client, data, size);

	if (status == NOTARY_OK)
		mac_end(&client->mac, mac);
	return status;
}

static uint32_t verify(struct client *client, const uint8_t *data, uint32_t size)
{
	uint8_t mac[NOTARY_MAC];
	uint32_t status;

	if (size < NOTARY_MAC)
		return NOTARY_MALFORMED;
	status = sign(client, data + NOTARY_MAC, size - NOTARY_MAC, mac);
	if (status == NOTARY_OK && !equal(mac, data))
		status = NOTARY_DIFFERENT;
	return status;
}

void service_answer(struct client *client, const void *request, uint32_t size, uint64_t now,
		    struct notary_reply *reply)
{
	const struct notary_request *head = request;
	const uint8_t *data = (const uint8_t *)request + sizeof(*head);
	uint32_t op = 0;

	*reply = (struct notary_reply){ .status = NOTARY_MALFORMED };
	if (!spend(client, NOTARY_COST + size, now)) {
		reply->id = size >= sizeof(*head) ? head->id : 0;
		reply->status = NOTARY_BUSY;
		return;
	}
	if (size >= sizeof(*head)) {
		op = head->op;
		reply->id = head->id;
		size -= sizeof(*head);
	}
	if (op == NOTARY_ADD)
		reply->status = add(client, data, size);
	else if (op == NOTARY_SIGN)
		reply->status = sign(client, data, size, reply->mac);
	else if (op == NOTARY_VERIFY)
		reply->status = verify(client, data, size);
	else if (op == NOTARY_FORGET && !size)
		reply->status = NOTARY_OK;
	if (op != NOTARY_ADD || reply->status != NOTARY_OK)
		forget(client);
}

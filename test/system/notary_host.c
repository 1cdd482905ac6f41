/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Runs the notary's own code on the build machine, with sanitisers. The argument is the
 * key in hexadecimal; requests come from standard input, replies go to standard output. In
 * front of each request stand its size (32 bits) and the time in nanoseconds (64 bits). A
 * size of 2^32 - 1 stands for a new client. Run by test_notary.py.
 */
#include <service.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	uint8_t key[200];
	struct client client;
	struct notary_reply reply;
	struct {
		uint32_t size;
		uint32_t time[2];
	} head;
	size_t size = argc > 1 ? strlen(argv[1]) / 2 : 0;

	for (size_t i = 0; i < size && i < sizeof(key); i++) {
		unsigned int byte;

		sscanf(argv[1] + 2 * i, "%2x", &byte);
		key[i] = (uint8_t)byte;
	}
	mac_set_key(key, size);
	while (fread(&head, sizeof(head), 1, stdin) == 1) {
		uint64_t now = (uint64_t)head.time[1] << 32 | head.time[0];
		uint8_t *request;

		if (head.size == UINT32_MAX) {
			service_begin(&client, now);
			continue;
		}
		/* A buffer of exactly that size: so the sanitiser sees reads beyond its end. */
		request = malloc(head.size);
		if (head.size && fread(request, head.size, 1, stdin) != 1)
			return 1;
		service_answer(&client, request, head.size, now, &reply);
		fwrite(&reply, sizeof(reply), 1, stdout);
		free(request);
	}
	return 0;
}

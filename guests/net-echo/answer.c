/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Answers ARP, ICMP echo, and UDP to the ports of echo and time. It makes an answer in
 * place: the answer is the question with its ends exchanged. No state, no fragments, no
 * options. Input is checked before use: every length against the one around it. Called
 * by main.c.
 */
#include "answer.h"

#include <mv.h>

enum {
	ETHER_HEAD = 14,
	ARP_SIZE = 28,
	IP_HEAD = 20,
	UDP_HEAD = 8,
	ICMP_HEAD = 8,
	TYPE_IP = 0x0800,
	TYPE_ARP = 0x0806,
	PROTOCOL_ICMP = 1,
	PROTOCOL_UDP = 17,
	PORT_ECHO = 7,
	PORT_TIME = 13,
	TIME_TEXT = 32,
};

static uint32_t get16(const uint8_t *at)
{
	return (uint32_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void exchange(uint8_t *a, uint8_t *b, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++) {
		uint8_t byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

/* The Internet checksum; it is 0 over data that includes its own right checksum. */
static uint32_t checksum(const uint8_t *at, uint32_t size)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i + 1 < size; i += 2)
		sum += get16(at + i);
	if (size % 2)
		sum += (uint32_t)at[size - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static void seal(uint8_t *at, uint32_t size, uint8_t *field)
{
	put16(field, 0);
	put16(field, checksum(at, size));
}

static uint32_t answer_arp(const struct host *host, uint8_t *arp, uint32_t size)
{
	static const uint8_t request[] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	if (size < ARP_SIZE || memcmp(arp, request, sizeof(request)) ||
	    memcmp(arp + 24, host->ip, 4))
		return 0;
	arp[7] = 2;
	memcpy(arp + 18, arp + 8, 10);
	memcpy(arp + 8, host->mac, 6);
	memcpy(arp + 14, host->ip, 4);
	return ARP_SIZE;
}

static uint32_t answer_icmp(uint8_t *icmp, uint32_t size)
{
	if (size < ICMP_HEAD || icmp[0] != 8 || icmp[1] || checksum(icmp, size))
		return 0;
	icmp[0] = 0;
	seal(icmp, size, icmp + 2);
	return size;
}

/* UDP over IPv4 may lack a checksum, so the one that came is not checked. */
static uint32_t answer_udp(const struct host *host, uint8_t *udp, uint32_t size, uint32_t room)
{
	uint32_t length = size < UDP_HEAD ? 0 : get16(udp + 4);
	uint32_t port = size < UDP_HEAD ? 0 : get16(udp + 2);

	if (length < UDP_HEAD || length > size)
		return 0;
	if (port == PORT_TIME && room >= UDP_HEAD + TIME_TEXT)
		length = UDP_HEAD + (uint32_t)mv_snprintf((char *)udp + UDP_HEAD, TIME_TEXT,
							  "%llu ns since boot\n",
							  (unsigned long long)host->now);
	else if (port != PORT_ECHO)
		return 0;
	exchange(udp, udp + 2, 2);
	put16(udp + 4, length);
	put16(udp + 6, 0);
	return length;
}

static bool is_whole(const uint8_t *ip, uint32_t size)
{
	return size >= IP_HEAD && ip[0] == 0x45 && get16(ip + 2) >= IP_HEAD &&
	       get16(ip + 2) <= size && !(get16(ip + 6) & 0x3fff) && !checksum(ip, IP_HEAD);
}

static uint32_t answer_ip(const struct host *host, uint8_t *ip, uint32_t size, uint32_t room)
{
	uint32_t inner;

	if (!is_whole(ip, size) || memcmp(ip + 16, host->ip, 4))
		return 0;
	inner = get16(ip + 2) - IP_HEAD;
	if (ip[9] == PROTOCOL_ICMP)
		inner = answer_icmp(ip + IP_HEAD, inner);
	else if (ip[9] == PROTOCOL_UDP)
		inner = answer_udp(host, ip + IP_HEAD, inner, room - IP_HEAD);
	else
		return 0;
	if (!inner)
		return 0;
	exchange(ip + 12, ip + 16, 4);
	put16(ip + 2, IP_HEAD + inner);
	ip[8] = 64;
	seal(ip, IP_HEAD, ip + 10);
	return IP_HEAD + inner;
}

static bool is_for(const struct host *host, const uint8_t *frame)
{
	static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	return !memcmp(frame, host->mac, 6) || !memcmp(frame, everybody, 6);
}

uint32_t net_answer(const struct host *host, uint8_t *frame, uint32_t size, uint32_t room)
{
	uint32_t length = 0;

	if (size < ETHER_HEAD || !is_for(host, frame))
		return 0;
	if (get16(frame + 12) == TYPE_ARP)
		length = answer_arp(host, frame + ETHER_HEAD, size - ETHER_HEAD);
	else if (get16(frame + 12) == TYPE_IP)
		length = answer_ip(host, frame + ETHER_HEAD, size - ETHER_HEAD, room - ETHER_HEAD);
	if (!length)
		return 0;
	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, host->mac, 6);
	return ETHER_HEAD + length;
}

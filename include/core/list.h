/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Circular doubly linked list with a head node. Both links of an unlinked node
 * are NULL: list_linked() relies on it.
 */
#ifndef CORE_LIST_H
#define CORE_LIST_H

#include <core/types.h>

struct list_node {
	struct list_node *next, *prev;
};

static inline void list_init(struct list_node *head)
{
	head->next = head->prev = head;
}

static inline bool list_empty(const struct list_node *head)
{
	return head->next == head;
}

static inline bool list_linked(const struct list_node *node)
{
	return node->next != NULL;
}

/** list_insert - put @node before @before; the place before the head is the end */
static inline void list_insert(struct list_node *before, struct list_node *node)
{
	struct list_node *prev = before->prev;

	node->next = before;
	node->prev = prev;
	prev->next = node;
	before->prev = node;
}

static inline void list_remove(struct list_node *node)
{
	struct list_node *next = node->next, *prev = node->prev;

	prev->next = next;
	next->prev = prev;
	node->next = node->prev = NULL;
}

#define list_for_each(node, head) \
	for ((node) = (head)->next; (node) != (head); (node) = (node)->next)

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * As much of libcap as Linux's own tests use, so that they need no library: the
 * capabilities of the calling process, by the system calls. Included by
 * tools/testing/selftests/seccomp/seccomp_bpf.c when lib/selftests.py compiles it.
 */
#ifndef SYS_CAPABILITY_H
#define SYS_CAPABILITY_H

#include <linux/capability.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef int cap_value_t;
typedef enum {
	CAP_EFFECTIVE,
	CAP_PERMITTED,
	CAP_INHERITABLE
} cap_flag_t;
typedef enum {
	CAP_CLEAR,
	CAP_SET
} cap_flag_value_t;
typedef struct {
	struct __user_cap_header_struct head;
	struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];
} * cap_t;

static inline cap_t cap_get_proc(void)
{
	cap_t caps = calloc(1, sizeof(*caps));

	if (!caps)
		return NULL;
	caps->head.version = _LINUX_CAPABILITY_VERSION_3;
	if (!syscall(SYS_capget, &caps->head, caps->words))
		return caps;
	free(caps);
	return NULL;
}

static inline int cap_set_proc(cap_t caps)
{
	return syscall(SYS_capset, &caps->head, caps->words);
}

static inline int cap_set_flag(cap_t caps, cap_flag_t flag, int count, const cap_value_t *list,
			       cap_flag_value_t value)
{
	for (int i = 0; i < count; i++) {
		struct __user_cap_data_struct *word = &caps->words[CAP_TO_INDEX(list[i])];
		__u32 *bits = flag == CAP_EFFECTIVE ? &word->effective :
			      flag == CAP_PERMITTED ? &word->permitted :
						      &word->inheritable;

		*bits = value == CAP_SET ? *bits | CAP_TO_MASK(list[i]) :
					   *bits & ~CAP_TO_MASK(list[i]);
	}
	return 0;
}

static inline int cap_free(void *caps)
{
	free(caps);
	return 0;
}

#endif

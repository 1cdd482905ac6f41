/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What the roles of a ward share: where it stands on the stage, and what it has
 * under its own name.
 */
#ifndef WARD_H
#define WARD_H

#include "stage.h"
#include <mv.h>

extern volatile struct stage *stage;
extern volatile struct ward *me;

/** mine - the entry PREFIX-NAME of this cell */
const struct mv_env_entry *mine(const char *prefix, uint32_t kind);

/** fetch_if - the payload of the entry's vIRQ, 0 if it is not pending */
uint32_t fetch_if(const struct mv_env_entry *entry);

/** busy - for that long */
void busy(uint64_t ns);

void victim(uint32_t place);
_Noreturn void monitor(void);
_Noreturn void bystander(void);
_Noreturn void driver(void);

#endif

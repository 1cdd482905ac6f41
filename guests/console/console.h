/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Between the files of the console cell: the serial line (pl011.c), the screen
 * that several cells write on (screen.c), and who writes and reads (main.c).
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <mv.h>

#define LINE_MAX 200

/** struct writer - somebody whose lines appear on the screen */
struct writer {
	char name[20];
	char line[LINE_MAX]; /* the line that is not complete yet */
	uint32_t length;
	uint32_t shown; /* characters of it that are on the screen */
	uint32_t colour; /* 0: none */
};

/* More than one call of screen_put() ever puts into the serial line's buffer. */
#define SCREEN_ROOM (2 * LINE_MAX)

/** screen_width - names are padded to the longest */
void screen_width(uint32_t width);
/** screen_put - one character from a writer; needs SCREEN_ROOM in the buffer */
void screen_put(struct writer *w, char c);
/** screen_show - show what there is of the writer's line; needs SCREEN_ROOM */
void screen_show(struct writer *w);

/** uart_start - take the serial line into use; @typed gets what comes in */
void uart_start(const struct mv_env_entry *device, void (*typed)(char c), void (*pause)(void));
/** uart_room - characters that uart_put() takes now */
uint32_t uart_room(void);
void uart_put(char c);
/** uart_pump - start sending what was put */
void uart_pump(void);

#endif

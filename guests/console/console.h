/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Between the files of the console cell: the cells that have a console here
 * (peers.c), what is typed for them (typed.c), the keys for the console itself
 * (keys.c), the screen that all write on (screen.c, escape.c), the view of one cell
 * alone (raw.c), the serial line (uart.c and a driver), and who is served when (main.c).
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <mv.h>

#define LINE_MAX    200
#define MESSAGE_MAX 256
#define TYPED_MAX   256 /* characters that wait for a cell to take them */
#define MAX_PEERS   31

/** struct escape - how far an escape sequence has come (escape.c) */
struct escape {
	uint8_t state;
	bool odd; /* not one of those with numbers alone */
	bool counted; /* the first number is complete */
	uint8_t bytes; /* that the character in UTF-8 still has */
	char final; /* last character of the sequence that is complete now, or 0 */
	uint32_t number; /* its first number */
};

/** escape_take - whether this character belongs to an escape sequence */
bool escape_take(struct escape *e, char c);

/** struct writer - somebody whose lines appear on the screen */
struct writer {
	char name[24];
	char line[LINE_MAX]; /* the line that is not complete yet */
	uint32_t length;
	uint32_t at; /* where the writer's next character goes */
	uint32_t colour; /* 0: none */
	bool returned; /* the last character was a carriage return, which waits for the next */
	bool changed; /* since it was shown, or it is not on the screen any more */
	/* Of the line on the screen: */
	uint32_t same; /* characters that are as they are there */
	uint32_t cursor; /* the terminal's, in characters and in columns */
	uint32_t column;
	uint32_t width; /* columns */
	bool ascii; /* each of its characters takes one */
	struct escape escape;
};

/* More than one call of screen_put() or screen_show() ever puts out. */
#define SCREEN_ROOM (4 * LINE_MAX)

/** screen_start - @put gets what appears; names are padded to @width */
void screen_start(uint32_t width, void (*put)(char c));
/** screen_put - one character from a writer */
void screen_put(struct writer *w, char c);
/** screen_show - show what there is of the writer's line */
void screen_show(struct writer *w);
/** screen_end_line - what comes next begins a line */
void screen_end_line(void);

/** struct typed - what was typed for a cell, until it takes it */
struct typed {
	char text[TYPED_MAX] __attribute__((aligned(4)));
	uint32_t length;
	uint32_t lost; /* characters that nobody has been told of yet */
	bool deaf; /* it takes nothing: more is dropped */
	bool told; /* that its cell is stopped */
};

/** struct peer - a cell that has its console here */
struct peer {
	struct writer writer;
	struct typed typed;
	const struct mv_env_entry *channel;
	const struct mv_env_entry *cell; /* NULL: not in our hands */
	bool ready; /* there may be messages */
	bool reset; /* the cell was stopped or restarted: say so */
	uint32_t before; /* no more messages than these are from before that */
	char message[MESSAGE_MAX] __attribute__((aligned(4)));
	uint32_t length, at; /* of the message, and what is done of it */
};

extern struct peer peers[MAX_PEERS];
extern uint32_t nr_peers;
extern struct peer *selected; /* who gets the input; NULL: there is nobody */

/** peers_find - all that the environment has; returns the length of the longest name */
uint32_t peers_find(void);
/** peers_select_first - the one that the args name, or the first */
void peers_select_first(void);
/** peer_select - from now on this one gets the input */
void peer_select(struct peer *peer);
/** peer_stopped - its cell takes nothing until it is started again, as far as we may know */
bool peer_stopped(const struct peer *peer);
/** peer_start - start its cell again; @force: also if it runs */
void peer_start(const struct peer *peer, bool force);
/** peer_fate - a line about a cell that was stopped or restarted */
void peer_fate(const struct peer *peer, char *line, size_t size);

/** say - a line of the console's own */
void say(const char *format, ...) MV_PRINTF(1, 2);

/** typed_room - whether one more character can be taken for the selected cell */
bool typed_room(void);
void typed_put(char c);
/** typed_send - send a cell as much as it has room for */
void typed_send(struct peer *peer);
/** typed_forget - the cell will not take what is left */
void typed_forget(struct peer *peer);
/** typed_leave - another cell gets the input; this one still gets what it has here */
void typed_leave(struct peer *peer);
/** typed_pause - no more characters came for now */
void typed_pause(void);

/** keys_room - whether key() takes a character now */
bool keys_room(void);
/** key - a character came in: for the console, or for the selected cell */
void key(char c);

/** raw_start - find the memory to keep lines in */
void raw_start(void);
/** raw_wish - show the selected cell alone as soon as all else is shown */
void raw_wish(void);
void raw_leave(void);
/** raw_wished - raw_leave() was not called since raw_wish() */
bool raw_wished(void);
/** raw_enter - from now on; everything before is on the screen, and there is SCREEN_ROOM */
void raw_enter(void);
/** raw_shows - this cell alone is shown */
bool raw_shows(const struct peer *peer);
/** raw_on - some cell alone is shown */
bool raw_on(void);
/** raw_keep - what others write meanwhile */
void raw_keep(char c);
/** raw_kept - there is something that was kept and not shown yet */
bool raw_kept(void);
/** raw_pump - show as much of that as there is room for */
void raw_pump(void);

/** struct uart_driver - one kind of serial port; uart.c has the table of them */
struct uart_driver {
	const char *compatible;
	void (*start)(volatile uint8_t *base);
	/** Returns false if there is no room. */
	bool (*send)(char c);
	/** Returns a character, or -1 if there is none; adds characters that did not arrive. */
	int (*receive)(uint32_t *lost);
	/** Which interrupts are wanted: something came in, there is room. */
	void (*listen)(bool receive, bool transmit);
};

extern const struct uart_driver pl011_driver;

void uart_start(const struct mv_env_entry *device);
/** uart_room - characters that uart_put() takes now */
uint32_t uart_room(void);
void uart_put(char c);
/** uart_pump - take what was typed, if there is room for it; start sending what was put */
void uart_pump(void);

#endif

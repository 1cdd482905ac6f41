/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The words that a cell takes from its console: a table of the cell's, and `help`, which says
 * what the cell is and lists the table. Relies on input.c for whole lines.
 */
#include <mv.h>

#define WIDTH 14 /* of a word with its argument */

static const char *cell_is;
static const struct mv_command *commands;
static uint32_t nr_commands;

static void show(const char *name, const char *argument, const char *text)
{
	mv_printf("%s%-*s %s\n", name, WIDTH - (int)strlen(name), argument, text);
}

static void help(void)
{
	mv_printf("%s\n", cell_is);
	for (uint32_t i = 0; i < nr_commands; i++)
		show(commands[i].name, commands[i].argument, commands[i].text);
	show("help", "", "this list");
}

static void run(char *line)
{
	char *argument = strchr(line, ' ');

	if (argument)
		*argument++ = '\0';
	else
		argument = line + strlen(line);
	for (uint32_t i = 0; i < nr_commands; i++) {
		if (!strcmp(line, commands[i].name)) {
			commands[i].run(argument);
			return;
		}
	}
	if (!strcmp(line, "help"))
		help();
	else if (*line)
		mv_printf("no command '%s'; try 'help'\n", line);
}

void mv_on_command(const char *what, const struct mv_command *table, uint32_t nr)
{
	cell_is = what;
	commands = table;
	nr_commands = nr;
	if (mv_env_find("console", MV_CAP_CHANNEL))
		mv_on_line(run);
}

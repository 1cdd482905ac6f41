/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Formatted output on the serial line. Knows %s %c %u %x and %%, a width and
 * leading zeros. Called at boot and when something broke; never by a hypercall.
 */
#include <core/print.h>
#include <core/tables.h>
#include <drivers/ops.h>
#include <stdarg.h>

static void put(char c)
{
	if (c == '\n')
		platform.serial->put('\r');
	platform.serial->put(c);
}

static void put_string(const char *s)
{
	while (*s)
		put(*s++);
}

/* Divide by 16 or by 10 with a shift and a multiplication: ARMv7-A need not have UDIV. */
static uint32_t quotient(uint32_t value, uint32_t base, uint32_t *digit)
{
	uint32_t whole = base == 16 ? value >> 4 : ((uint64_t)value * 0xcccccccdu) >> 35;

	*digit = value - whole * base;
	return whole;
}

static void put_number(uint32_t value, uint32_t base, unsigned int width, char pad)
{
	char digits[10];
	unsigned int n = 0;
	uint32_t digit;

	do {
		value = quotient(value, base, &digit);
		digits[n++] = "0123456789abcdef"[digit];
	} while (value);
	while (width > n) {
		put(pad);
		width--;
	}
	while (n)
		put(digits[--n]);
}

static const char *put_field(const char *f, va_list *args)
{
	char pad = *f == '0' ? '0' : ' ';
	unsigned int width = 0;

	for (; *f >= '0' && *f <= '9'; f++)
		width = width * 10 + *f - '0';
	if (*f == 's')
		put_string(va_arg(*args, const char *));
	else if (*f == 'c')
		put(va_arg(*args, int));
	else if (*f == 'u')
		put_number(va_arg(*args, uint32_t), 10, width, pad);
	else if (*f == 'x')
		put_number(va_arg(*args, uint32_t), 16, width, pad);
	else
		put('%');
	return f + 1;
}

RARE_PATH void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*format) {
		char c = *format++;

		if (c == '%')
			format = put_field(format, &args);
		else
			put(c);
	}
	va_end(args);
}

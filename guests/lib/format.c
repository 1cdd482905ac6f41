/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Formats text and hands it to a function, character by character: for the console,
 * for buffers, for tests. mv.h lists the conversions, at mv_printf().
 */
#include <mv.h>

/** struct field - one conversion, from % to its letter */
struct field {
	bool zero, left;
	unsigned int width;
	int precision; /* -1: none */
	int size; /* 0 int, 1 long, 2 long long, -1 size_t */
};

struct sink {
	mv_put_fn put;
	void *context;
};

static void fill(const struct sink *s, char c, unsigned int length, unsigned int width)
{
	for (; length < width; length++)
		s->put(s->context, c);
}

static void put_text(const struct sink *s, const struct field *f, const char *text,
		     unsigned int length)
{
	if (!f->left)
		fill(s, ' ', length, f->width);
	for (unsigned int i = 0; i < length; i++)
		s->put(s->context, text[i]);
	if (f->left)
		fill(s, ' ', length, f->width);
}

static void put_string(const struct sink *s, const struct field *f, const char *text)
{
	unsigned int length = 0;

	if (!text)
		text = "(null)";
	while ((f->precision < 0 || length < (unsigned int)f->precision) && text[length])
		length++;
	put_text(s, f, text, length);
}

static void put_number(const struct sink *s, const struct field *f, uint64_t value,
		       const char *digits, unsigned int base, bool negative)
{
	char text[24];
	unsigned int at = sizeof(text), length;

	do {
		text[--at] = digits[value % base];
		value /= base;
	} while (value);
	length = sizeof(text) - at + negative;
	if (negative && f->zero && !f->left) {
		s->put(s->context, '-');
		negative = false;
	}
	if (f->zero && !f->left)
		fill(s, '0', length, f->width);
	if (negative)
		text[--at] = '-';
	if (f->zero && !f->left)
		put_text(s, &(struct field){ .width = 0 }, text + at, sizeof(text) - at);
	else
		put_text(s, f, text + at, sizeof(text) - at);
}

static uint64_t take_unsigned(const struct field *f, va_list *args)
{
	if (f->size == 2)
		return va_arg(*args, unsigned long long);
	if (f->size == 1)
		return va_arg(*args, unsigned long);
	return f->size ? va_arg(*args, size_t) : va_arg(*args, unsigned int);
}

static int64_t take_signed(const struct field *f, va_list *args)
{
	if (f->size == 2)
		return va_arg(*args, long long);
	if (f->size == 1)
		return va_arg(*args, long);
	return f->size ? va_arg(*args, ptrdiff_t) : va_arg(*args, int);
}

static const char *parse_digits(const char *f, unsigned int *value)
{
	for (*value = 0; *f >= '0' && *f <= '9'; f++)
		*value = *value * 10 + (unsigned int)(*f - '0');
	return f;
}

static const char *take_width(const char *f, struct field *field, int width)
{
	field->left |= width < 0;
	field->width = width < 0 ? 0u - (unsigned int)width : (unsigned int)width;
	return f + 1;
}

static const char *parse(const char *f, struct field *field, va_list *args)
{
	unsigned int precision;

	*field = (struct field){ .precision = -1 };
	for (; *f == '0' || *f == '-'; f++)
		*(*f == '0' ? &field->zero : &field->left) = true;
	if (*f == '*')
		f = take_width(f, field, va_arg(*args, int));
	else
		f = parse_digits(f, &field->width);
	if (*f == '.' && f[1] == '*') {
		field->precision = va_arg(*args, int);
		f += 2;
	} else if (*f == '.') {
		f = parse_digits(f + 1, &precision);
		field->precision = (int)precision;
	}
	for (; *f == 'l'; f++)
		field->size++;
	if (*f == 'z') {
		field->size = -1;
		f++;
	}
	return f;
}

static void put_signed(const struct sink *s, const struct field *f, int64_t value)
{
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;

	put_number(s, f, magnitude, "0123456789", 10, value < 0);
}

static void put_char(const struct sink *s, const struct field *f, char c)
{
	put_text(s, f, &c, 1);
}

/* @args is a pointer, so that each conversion continues where the last one ended. */
static void convert(const struct sink *s, const struct field *f, char letter, va_list *args)
{
	switch (letter) {
	case 'd':
	case 'i':
		put_signed(s, f, take_signed(f, args));
		break;
	case 'u':
		put_number(s, f, take_unsigned(f, args), "0123456789", 10, false);
		break;
	case 'x':
		put_number(s, f, take_unsigned(f, args), "0123456789abcdef", 16, false);
		break;
	case 'X':
		put_number(s, f, take_unsigned(f, args), "0123456789ABCDEF", 16, false);
		break;
	case 'p':
		put_string(s, &(struct field){ .precision = 2 }, "0x");
		put_number(s, &(struct field){ .zero = true, .width = 8 },
			   (uintptr_t)va_arg(*args, void *), "0123456789abcdef", 16, false);
		break;
	case 's':
		put_string(s, f, va_arg(*args, const char *));
		break;
	case 'c':
		put_char(s, f, (char)va_arg(*args, int));
		break;
	default:
		put_char(s, f, letter);
	}
}

void mv_vformat(mv_put_fn put, void *context, const char *format, va_list args)
{
	struct sink sink = { put, context };
	struct field field;
	va_list rest;

	va_copy(rest, args);
	while (*format) {
		if (*format != '%') {
			put(context, *format++);
			continue;
		}
		format = parse(format + 1, &field, &rest);
		if (!*format)
			break;
		convert(&sink, &field, *format++, &rest);
	}
	va_end(rest);
}

struct buffer {
	char *text;
	size_t size, length;
};

static void put_buffer(void *context, char c)
{
	struct buffer *b = context;

	if (b->length + 1 < b->size)
		b->text[b->length] = c;
	b->length++;
}

int mv_snprintf(char *buffer, size_t size, const char *format, ...)
{
	struct buffer b = { buffer, size, 0 };
	va_list args;

	va_start(args, format);
	mv_vformat(put_buffer, &b, format, args);
	va_end(args);
	if (size)
		buffer[b.length < size ? b.length : size - 1] = '\0';
	return (int)b.length;
}

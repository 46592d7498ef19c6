/* SPDX-License-Identifier: MIT */
#include "base/secrets.h"

#include <ctype.h>
#include <string.h>

static const char mask[] = "***";

/* Parts of a name; "-", "_" and "." in the name are skipped before comparing. */
static const char *const secret_parts[] = {
    "password",  "passwd",  "passphrase", "secret",     "token",         "apikey",
    "accesskey", "authkey", "privatekey", "credential", "encryptionkey",
};

/* Whole names that are too short to be looked for inside others. */
static const char *const secret_names[] = {"pass", "pw", "pwd", "pgpassword", "mysqlpwd"};

/* Names that contain such a part and say where a secret is, not what it is. */
static const char *const harmless_ends[] = {"file", "path", "dir",  "url",
                                            "type", "name", "store"};

enum { NAME_MAX_LENGTH = 64 };

/* Lower case, without separators. */
static size_t fold_name(struct span name, char (*ret_folded)[NAME_MAX_LENGTH])
{
    size_t length = 0;

    for (const char *at = name.at; at < name.end && length < NAME_MAX_LENGTH - 1; at++)
        if (*at != '-' && *at != '_' && *at != '.')
            (*ret_folded)[length++] = (char)tolower((unsigned char)*at);
    (*ret_folded)[length] = '\0';
    return length;
}

bool secrets_is_name(struct span name)
{
    char folded[NAME_MAX_LENGTH];
    size_t length = fold_name(name, &folded);

    /* A shell's working directory, in every environment; a password is spelled pwd. */
    if (span_equals(name, "PWD") || span_equals(name, "OLDPWD"))
        return false;
    for (size_t i = 0; i < sizeof harmless_ends / sizeof *harmless_ends; i++)
        if (span_ends_with(span_of(folded, length), harmless_ends[i]))
            return false;
    for (size_t i = 0; i < sizeof secret_names / sizeof *secret_names; i++)
        if (strcmp(folded, secret_names[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof secret_parts / sizeof *secret_parts; i++)
        if (strstr(folded, secret_parts[i]))
            return true;
    return false;
}

/* Where the value starts in "name=value" of a secret name, or NULL. */
static const char *secret_value_of(struct span argument)
{
    struct span rest = argument, name;

    if (!memchr(argument.at, '=', span_length(argument)) ||
        !span_take_until(&rest, '=', &name) || !secrets_is_name(name))
        return NULL;
    return rest.at;
}

/* "scheme://user:password@host": the password's place. */
static bool find_url_password(struct span argument, struct span *ret_password)
{
    const char *scheme = memmem(argument.at, span_length(argument), "://", 3);

    if (!scheme)
        return false;
    struct span rest = {scheme + 3, argument.end}, authority, user;
    if (!span_take_until(&rest, '/', &authority))
        return false;
    const char *at = memrchr(authority.at, '@', span_length(authority));
    if (!at)
        return false;
    struct span user_info = {authority.at, at};
    if (!memchr(user_info.at, ':', span_length(user_info)) ||
        !span_take_until(&user_info, ':', &user))
        return false;
    *ret_password = user_info;
    return true;
}

/* HTTP headers given to curl: the value behind the header's name. */
static const char *header_value_of(struct span argument)
{
    static const char *const headers[] = {
        "authorization:", "x-api-key:", "cookie:", "proxy-authorization:"};

    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        size_t length = strlen(headers[i]);
        if (span_length(argument) > length && strncasecmp(argument.at, headers[i], length) == 0)
            return argument.at + length;
    }
    return NULL;
}

static void add_argument(struct strbuf *out, struct span argument)
{
    const char *value = secret_value_of(argument);
    struct span password;

    if (!value)
        value = header_value_of(argument);
    if (value) {
        strbuf_add_span(out, (struct span){argument.at, value});
        strbuf_add_string(out, mask);
    } else if (find_url_password(argument, &password)) {
        strbuf_add_span(out, (struct span){argument.at, password.at});
        strbuf_add_string(out, mask);
        strbuf_add_span(out, (struct span){password.end, argument.end});
    } else {
        strbuf_add_span(out, argument);
    }
}

/* "--token": an option whose value is the next argument. */
static bool announces_secret(struct span argument)
{
    return span_starts_with(argument, "-") &&
           !memchr(argument.at, '=', span_length(argument)) && secrets_is_name(argument);
}

void secrets_add_masked(struct strbuf *out, struct span arguments)
{
    struct span argument;
    bool is_secret = false;

    while (span_take_until(&arguments, '\0', &argument)) {
        if (is_secret && !span_starts_with(argument, "-"))
            strbuf_add_string(out, mask);
        else
            add_argument(out, argument);
        strbuf_add_char(out, '\0');
        is_secret = announces_secret(argument);
    }
}

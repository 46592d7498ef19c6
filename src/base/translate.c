/* SPDX-License-Identifier: MIT */
#include "base/translate.h"

#include <libintl.h>
#include <locale.h>
#include <stddef.h>

static const char domain[] = "procwatch";

void translate_begin(const char *directory)
{
    setlocale(LC_MESSAGES, "");
    bindtextdomain(domain, directory);
    /* Whatever the terminal's encoding, what we hold is UTF-8. */
    bind_textdomain_codeset(domain, "UTF-8");
}

const char *translate(const char *text)
{
    /* gettext(3) answers "" with the catalogue's header. */
    return text && *text ? dgettext(domain, text) : text;
}

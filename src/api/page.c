/* SPDX-License-Identifier: MIT */
#include "api/page.h"

#include <string.h>

#include "base/sha256.h"

const char page_text[] =
#include "api/page_text.h"
    ;
const size_t page_size = sizeof page_text - 1;

/* The digest of what stands between an element's tags. */
static void add_digest(struct strbuf *out, const char *start_tag, const char *end_tag)
{
    const char *start = strstr(page_text, start_tag) + strlen(start_tag);
    struct sha256 digest;
    char text[SHA256_BASE64_SIZE];

    sha256_of(start, (size_t)(strstr(start, end_tag) - start), &digest);
    sha256_base64(&digest, &text);
    strbuf_add_format(out, " 'sha256-%s'", text);
}

void page_add_policy(struct strbuf *out)
{
    strbuf_add_string(out, "default-src 'none'; connect-src 'self'; base-uri 'none'; "
                           "form-action 'none'; frame-ancestors 'none'; script-src");
    add_digest(out, "<script>", "</script>");
    strbuf_add_string(out, "; style-src");
    add_digest(out, "<style>", "</style>");
}

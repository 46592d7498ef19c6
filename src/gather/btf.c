/* SPDX-License-Identifier: MIT */
#include "gather/btf.h"

#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BITS_PER_BYTE = 8, KIND_COUNT = 20, MEMBERS_MAX = 100000 };

/* What follows a type, by its kind: so many bytes, and so many for each of its items. Some
 * by number, because the headers of older kernels lack their names. */
static const struct {
    bool is_known;
    uint8_t once;
    uint8_t each;
} tails[KIND_COUNT] = {
    [BTF_KIND_INT] = {true, sizeof(uint32_t),         0                             },
    [BTF_KIND_PTR] = {true, 0,                        0                             },
    [BTF_KIND_ARRAY] = {true, sizeof(struct btf_array), 0                             },
    [BTF_KIND_STRUCT] = {true, 0,                        sizeof(struct btf_member)     },
    [BTF_KIND_UNION] = {true, 0,                        sizeof(struct btf_member)     },
    [BTF_KIND_ENUM] = {true, 0,                        sizeof(struct btf_enum)       },
    [BTF_KIND_FWD] = {true, 0,                        0                             },
    [BTF_KIND_TYPEDEF] = {true, 0,                        0                             },
    [BTF_KIND_VOLATILE] = {true, 0,                        0                             },
    [BTF_KIND_CONST] = {true, 0,                        0                             },
    [BTF_KIND_RESTRICT] = {true, 0,                        0                             },
    [BTF_KIND_FUNC] = {true, 0,                        0                             },
    [BTF_KIND_FUNC_PROTO] = {true, 0,                        sizeof(struct btf_param)      },
    [BTF_KIND_VAR] = {true, sizeof(struct btf_var),   0                             },
    [BTF_KIND_DATASEC] = {true, 0,                        sizeof(struct btf_var_secinfo)},
    [16  /* FLOAT */] = {true, 0,                        0                             },
    [17  /* DECL_TAG */] = {true, sizeof(uint32_t),         0                             },
    [18  /* TYPE_TAG */] = {true, 0,                        0                             },
    [19  /* ENUM64 */] = {true, 0,                        3 * sizeof(uint32_t)          },
};

/* The part of the bytes behind the header. */
static bool cut(struct span body, uint32_t offset, uint32_t length, struct span *ret_part)
{
    if (offset > span_length(body) || length > span_length(body) - offset)
        return false;
    *ret_part = span_of(body.at + offset, length);
    return true;
}

static bool find_parts(struct btf *btf, struct span bytes)
{
    struct btf_header header;

    if (span_length(bytes) < sizeof header)
        return false;
    memcpy(&header, bytes.at, sizeof header);
    if (header.magic != BTF_MAGIC || header.version != BTF_VERSION ||
        header.hdr_len < sizeof header || header.hdr_len > span_length(bytes))
        return false;
    struct span body = span_of(bytes.at + header.hdr_len, span_length(bytes) - header.hdr_len);
    /* With a NUL at its end each name in it has one. */
    return cut(body, header.type_off, header.type_len, &btf->types) &&
           cut(body, header.str_off, header.str_len, &btf->strings) &&
           span_length(btf->strings) > 0 && btf->strings.end[-1] == '\0';
}

/* The type that begins there, when all of it does lie there. */
static bool read_type(const struct btf *btf, size_t start, struct btf_type *ret_type,
                      size_t *ret_end)
{
    size_t left = span_length(btf->types) - start;

    if (left < sizeof *ret_type)
        return false;
    memcpy(ret_type, btf->types.at + start, sizeof *ret_type);
    unsigned kind = BTF_INFO_KIND(ret_type->info);
    if (kind >= KIND_COUNT || !tails[kind].is_known)
        return false;
    size_t size = sizeof *ret_type + tails[kind].once +
                  (size_t)BTF_INFO_VLEN(ret_type->info) * tails[kind].each;
    if (size > left)
        return false;
    *ret_end = start + size;
    return true;
}

bool btf_init(struct btf *btf, struct span bytes)
{
    struct btf_type type;
    size_t start = 0, end, capacity = 0;

    *btf = (struct btf){0};
    if (!find_parts(btf, bytes))
        return false;
    for (; start < span_length(btf->types); start = end) {
        if (!read_type(btf, start, &type, &end)) {
            btf_release(btf);
            return false;
        }
        btf->starts = memory_grow(btf->starts, btf->count, &capacity, sizeof *btf->starts);
        btf->starts[btf->count++] = (uint32_t)start;
    }
    return true;
}

void btf_release(struct btf *btf)
{
    free(btf->starts);
    *btf = (struct btf){0};
}

static struct btf_type type_at(const struct btf *btf, uint32_t id)
{
    struct btf_type type = {0};
    size_t end;

    if (id > 0 && id <= btf->count)
        read_type(btf, btf->starts[id - 1], &type, &end);
    return type;
}

static const char *name_at(const struct btf *btf, uint32_t offset)
{
    return offset < span_length(btf->strings) ? btf->strings.at + offset : "";
}

static uint32_t find(const struct btf *btf, const char *name, unsigned kind)
{
    for (uint32_t id = 1; id <= btf->count; id++) {
        struct btf_type type;

        memcpy(&type, btf->types.at + btf->starts[id - 1], sizeof type);
        if (BTF_INFO_KIND(type.info) == kind && strcmp(name_at(btf, type.name_off), name) == 0)
            return id;
    }
    return 0;
}

uint32_t btf_find_struct(const struct btf *btf, const char *name)
{
    return find(btf, name, BTF_KIND_STRUCT);
}

uint32_t btf_find_function(const struct btf *btf, const char *name)
{
    return find(btf, name, BTF_KIND_FUNC);
}

bool btf_struct_size(const struct btf *btf, const char *name, uint32_t *ret_size)
{
    uint32_t id = btf_find_struct(btf, name);

    if (id == 0)
        return false;
    *ret_size = type_at(btf, id).size;
    return true;
}

struct search {
    const struct btf *btf;
    const char *name;
    uint32_t patience; /* members left to look at: one type may be a member often */
};

/* In bits, added to those that its structure is away. */
static bool find_member(struct search *search, uint32_t id, unsigned depth, uint64_t *bits)
{
    struct btf_type type = type_at(search->btf, id);
    unsigned kind = BTF_INFO_KIND(type.info);

    if (depth == 0 || (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION))
        return false;
    const char *at = search->btf->types.at + search->btf->starts[id - 1] + sizeof type;
    for (uint32_t i = 0; i < BTF_INFO_VLEN(type.info); i++, at += sizeof(struct btf_member)) {
        struct btf_member member;

        if (search->patience == 0)
            return false;
        search->patience--;
        memcpy(&member, at, sizeof member);
        bool has_fields = BTF_INFO_KFLAG(type.info);
        uint64_t inner =
            *bits + (has_fields ? BTF_MEMBER_BIT_OFFSET(member.offset) : member.offset);
        const char *name = name_at(search->btf, member.name_off);
        bool is_it = strcmp(name, search->name) == 0;

        if (is_it && has_fields && BTF_MEMBER_BITFIELD_SIZE(member.offset) != 0)
            return false;
        if (is_it || (!*name && find_member(search, member.type, depth - 1, &inner))) {
            *bits = inner;
            return true;
        }
    }
    return false;
}

bool btf_member_offset(const struct btf *btf, const char *structure, const char *member,
                       uint32_t *ret_offset)
{
    struct search search = {btf, member, MEMBERS_MAX};
    uint64_t bits = 0;

    if (!find_member(&search, btf_find_struct(btf, structure), BTF_MEMBER_DEPTH_MAX, &bits) ||
        bits % BITS_PER_BYTE != 0 || bits / BITS_PER_BYTE > UINT32_MAX)
        return false;
    *ret_offset = (uint32_t)(bits / BITS_PER_BYTE);
    return true;
}

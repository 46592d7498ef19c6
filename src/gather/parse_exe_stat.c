/* SPDX-License-Identifier: MIT */
/* exe.stat of a recording: what fstat said of an executable, as text. */
#include "gather/parse.h"

#include <sys/sysmacros.h>

const char *const exe_flag_names[EXE_FLAG_COUNT] = {
    "directory-writable", "path-exists", "path-is-same",
    "path-is-trusted",    "local",       "path-is-elsewhere",
};

enum exe_stat_format {
    EXE_STAT_U64,
    EXE_STAT_I64,
    EXE_STAT_U32,
    EXE_STAT_OCTAL,
    EXE_STAT_DEV,
    EXE_STAT_FLAGS
};

static const struct {
    const char *key;
    enum exe_stat_format format;
    size_t offset;
} exe_stat_fields[] = {
    {"dev=",      EXE_STAT_DEV,   offsetof(struct exe_file, dev)     },
    {"ino=",      EXE_STAT_U64,   offsetof(struct exe_file, ino)     },
    {"nlink=",    EXE_STAT_U32,   offsetof(struct exe_file, nlink)   },
    {"size=",     EXE_STAT_U64,   offsetof(struct exe_file, size)    },
    {"mtime_ns=", EXE_STAT_I64,   offsetof(struct exe_file, mtime_ns)},
    {"ctime_ns=", EXE_STAT_I64,   offsetof(struct exe_file, ctime_ns)},
    {"mode=",     EXE_STAT_OCTAL, offsetof(struct exe_file, mode)    },
    {"uid=",      EXE_STAT_U32,   offsetof(struct exe_file, uid)     },
    {"gid=",      EXE_STAT_U32,   offsetof(struct exe_file, gid)     },
    {"flags=",    EXE_STAT_FLAGS, offsetof(struct exe_file, flags)   },
};

enum { EXE_STAT_FIELD_COUNT = sizeof exe_stat_fields / sizeof *exe_stat_fields };

static bool parse_dev(struct span value, uint32_t *ret_dev)
{
    uint64_t dev_major, dev_minor;

    if (!span_take_u64(&value, &dev_major) || !span_take_char(&value, ':') ||
        !span_is_u64(value, &dev_minor) || dev_major > UINT32_MAX || dev_minor > UINT32_MAX)
        return false;
    *ret_dev = (uint32_t)makedev((unsigned)dev_major, (unsigned)dev_minor);
    return true;
}

static bool parse_octal(struct span value, uint32_t *ret_number)
{
    uint64_t number;

    if (!span_take_octal(&value, &number) || span_length(value) != 0 || number > UINT32_MAX)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

static bool parse_flags(struct span value, uint32_t *ret_flags)
{
    struct span name;
    uint32_t flags = 0;

    if (span_equals(value, "-")) {
        *ret_flags = 0;
        return true;
    }
    if (span_length(value) == 0)
        return false;
    while (span_take_until(&value, ',', &name)) {
        unsigned bit = 0;

        while (bit < EXE_FLAG_COUNT && !span_equals(name, exe_flag_names[bit]))
            bit++;
        if (bit == EXE_FLAG_COUNT)
            return false;
        flags |= 1u << bit;
    }
    *ret_flags = flags;
    return true;
}

static bool parse_field(struct span value, enum exe_stat_format format, void *field)
{
    uint64_t number;
    int64_t signed_number;

    switch (format) {
    case EXE_STAT_U64:
        return span_is_u64(value, field);
    case EXE_STAT_I64:
        if (!span_take_i64(&value, &signed_number) || span_length(value) != 0)
            return false;
        *(int64_t *)field = signed_number;
        return true;
    case EXE_STAT_U32:
        if (!span_is_u64(value, &number) || number > UINT32_MAX)
            return false;
        *(uint32_t *)field = (uint32_t)number;
        return true;
    case EXE_STAT_OCTAL:
        return parse_octal(value, field);
    case EXE_STAT_DEV:
        return parse_dev(value, field);
    case EXE_STAT_FLAGS:
        return parse_flags(value, field);
    }
    return false;
}

bool parse_exe_stat(struct span text, struct exe_file *ret_file)
{
    struct exe_file file = {0};
    struct span word;
    uint32_t seen = 0;

    while (span_length(text) > 0) {
        size_t i = 0;

        if (!span_take_word(&text, &word) || text.at == word.end)
            return false;
        while (i < EXE_STAT_FIELD_COUNT && !span_take_string(&word, exe_stat_fields[i].key))
            i++;
        if (i == EXE_STAT_FIELD_COUNT || seen & 1u << i ||
            !parse_field(word, exe_stat_fields[i].format,
                         (char *)&file + exe_stat_fields[i].offset))
            return false;
        seen |= 1u << i;
    }
    if (seen != (1u << EXE_STAT_FIELD_COUNT) - 1)
        return false;
    *ret_file = file;
    return true;
}

/* SPDX-License-Identifier: MIT */
/* Code that came from nowhere, and the programs that honestly make such. */
#include <inttypes.h>
#include <string.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/program.h"

enum { KIB = 1024 };

static const float unowned_runtime = 1.0F / 3;

/* Libraries that compile at run time: beginnings of their file names. */
static const char *const runtime_libraries[] = {
    "libjvm.so", "libnode.so", "libv8", "libmozjs-", "libxul.so", "libjavascriptcoregtk-",
    "libQt5Qml.so", "libQt6Qml.so", "libQt5WebEngineCore.so", "libQt6WebEngineCore.so",
    "libcef.so", "libluajit-", "libLLVM", "llvmjit.so", "libcoreclr.so", "libclrjit.so",
    "libmono", "opcache.so", "libpypy", "libjulia", "libtcc.so", "libgccjit.so",
    /* of Electron, beside its program; V8 is in the program itself */
    "libffmpeg.so",
    /* graphics drivers generate their dispatch code */
    "libgallium", "libnvidia-glcore.so", "libnvidia-eglcore.so", NULL};

/* Programs with the compiler in their own file. */
static const char *const runtime_programs[] = {"node",
                                               "nodejs",
                                               "deno",
                                               "bun",
                                               "chrome",
                                               "chromium",
                                               "firefox",
                                               "firefox-bin",
                                               "firefox-esr",
                                               "electron",
                                               "code",
                                               "d8",
                                               "luajit",
                                               "beam.smp",
                                               "mono-sgen",
                                               "dotnet",
                                               "java",
                                               "julia",
                                               "memcheck-amd64-linux",
                                               "php",
                                               "php-fpm",
                                               "pypy",
                                               NULL};

/* Small helpers of honest programs; larger mappings are not explained by them. */
static const struct {
    const char *library;
    uint64_t limit; /* bytes */
} small_compilers[] = {
    {"libffi.so",  16 * KIB  },
    {"libpcre2-",  1024 * KIB},
    {"libpcre.so", 1024 * KIB},
};

/* Mappings of one kind. */
struct found_maps {
    const struct map *largest;
    uint64_t bytes;
    unsigned count;
};

static const struct map *maps_of(const struct check_context *context,
                                 const struct process *process)
{
    return context->snapshot->maps + process->maps.first;
}

typedef bool map_test(const struct map *map, struct span name);

static struct found_maps find_maps(const struct check_context *context,
                                   const struct process *process, map_test *is_wanted)
{
    const struct map *maps = maps_of(context, process);
    struct found_maps found = {0};

    for (uint32_t i = 0; i < process->maps.count; i++) {
        if (!(maps[i].permissions & MAP_EXECUTE) ||
            !is_wanted(&maps[i], snapshot_span(context->snapshot, maps[i].name)))
            continue;
        uint64_t bytes = maps[i].end - maps[i].start;
        if (!found.largest || bytes > found.largest->end - found.largest->start)
            found.largest = &maps[i];
        found.bytes += bytes;
        found.count++;
    }
    return found;
}

static void add_maps(struct strbuf *evidence, const struct check_context *context,
                     const struct found_maps *found)
{
    evidence_add_map(evidence, context->snapshot, found->largest);
    if (found->count > 1)
        strbuf_add_format(evidence, ", and %u more", found->count - 1);
}

static bool is_named_after(struct span path, const char *prefix)
{
    return span_starts_with(base_name(path), prefix);
}

/* A runtime's library among the mappings; the most trustworthy one. */
static bool find_runtime_library(const struct check_context *context,
                                 const struct process *process, struct span *ret_path)
{
    const struct map *maps = maps_of(context, process);
    bool found = false;

    for (uint32_t i = 0; i < process->maps.count; i++) {
        struct span path = snapshot_span(context->snapshot, maps[i].name);
        struct span file = base_name(path);

        if (maps[i].inode == 0)
            continue;
        for (const char *const *name = runtime_libraries; *name; name++) {
            if (!span_starts_with(file, *name) || (found && !is_system_path(path)))
                continue;
            *ret_path = path;
            found = true;
        }
    }
    return found;
}

static bool is_qemu(struct span name)
{
    return span_starts_with(name, "qemu-");
}

/* Below its usual limit, and the library that needs it is there. */
static const char *find_small_compiler(const struct check_context *context,
                                       const struct process *process, uint64_t bytes)
{
    const struct map *maps = maps_of(context, process);

    for (uint32_t i = 0; i < process->maps.count; i++) {
        struct span path = snapshot_span(context->snapshot, maps[i].name);

        for (size_t n = 0; n < sizeof small_compilers / sizeof *small_compilers; n++)
            if (maps[i].inode != 0 && bytes <= small_compilers[n].limit &&
                is_named_after(path, small_compilers[n].library))
                return small_compilers[n].library;
    }
    return NULL;
}

/*
 * The JIT rule: a trusted runtime explains the memory wholly, one that anybody
 * could have put there (nvm, SDKMAN, a container's) for two thirds. A library's
 * file was not looked at, so its directory decides; that only root writes to a
 * system directory holds in our own mount namespace alone.
 */
static float judge_compiler(const struct check_context *context, const struct process *process,
                            uint64_t bytes, struct strbuf *evidence)
{
    bool is_trusted = program_is_trusted(context->snapshot, process);
    struct span name = program_name(context->snapshot, process), library;

    if (find_runtime_library(context, process, &library)) {
        is_trusted = is_trusted && is_system_path(library);
        strbuf_add_string(evidence, "; compiled at run time: ");
        strbuf_add_span(evidence, library);
    } else if (program_is_one_of(name, runtime_programs) || is_qemu(name)) {
        strbuf_add_string(evidence, "; compiled at run time: ");
        strbuf_add_span(evidence, program_path(context->snapshot, process));
    } else {
        const char *small = find_small_compiler(context, process, bytes);
        if (!small)
            return 1;
        strbuf_add_format(evidence, "; small, as %s makes it", small);
        return unowned_runtime;
    }
    strbuf_add_string(evidence, is_trusted ? ", trusted" : ", not vouched for");
    return is_trusted ? 0 : unowned_runtime;
}

static bool is_writable(const struct map *map, struct span name)
{
    (void)name;
    return map->permissions & MAP_WRITE;
}

float check_wx_mem(const struct check_context *context, const struct process *process,
                   struct strbuf *evidence)
{
    struct found_maps found = find_maps(context, process, is_writable);

    if (found.count == 0)
        return 0;
    add_maps(evidence, context, &found);
    return judge_compiler(context, process, found.bytes, evidence);
}

/* Memory that is shared without a file has the names of files that never were. */
static bool is_shared_memory(struct span name)
{
    return span_equals(name, "/dev/zero" DELETED_SUFFIX) || span_starts_with(name, "/SYSV");
}

static bool is_memfd(struct span name)
{
    return span_starts_with(name, "/memfd:");
}

static bool is_anonymous_code(const struct map *map, struct span name)
{
    return !(map->permissions & MAP_WRITE) &&
           (map->inode == 0 ? !map_is_of_kernel(name) : is_shared_memory(name));
}

float check_anon_exec(const struct check_context *context, const struct process *process,
                      struct strbuf *evidence)
{
    struct found_maps found = find_maps(context, process, is_anonymous_code);

    if (found.count == 0)
        return 0;
    add_maps(evidence, context, &found);
    float strength = judge_compiler(context, process, found.bytes, evidence);
    /* The same compiler: wx_mem has told of it. */
    if (strength < 1 && find_maps(context, process, is_writable).count > 0)
        return 0;
    return strength;
}

static bool is_memfd_code(const struct map *map, struct span name)
{
    (void)map;
    return is_memfd(name);
}

/* .NET maps its code twice, under this name; a bundled runtime has no library to
 * know it by. A library that is loaded from a memfd is mapped privately. */
static bool is_double_mapper(const struct check_context *context, const struct map *map)
{
    return map->permissions & MAP_IS_SHARED &&
           span_equals(snapshot_span(context->snapshot, map->name),
                       "/memfd:doublemapper" DELETED_SUFFIX);
}

float check_memfd_map(const struct check_context *context, const struct process *process,
                      struct strbuf *evidence)
{
    struct found_maps found = find_maps(context, process, is_memfd_code);

    /* A program in a memfd is mapped from there: memfd_exe. */
    if (found.count == 0 || exe_is_memfd(snapshot_string(context->snapshot, process->exe)))
        return 0;
    add_maps(evidence, context, &found);
    float strength = judge_compiler(context, process, found.bytes, evidence);
    if (strength < 1 || !is_double_mapper(context, found.largest))
        return strength;
    strbuf_add_string(evidence, "; as .NET maps its code");
    return unowned_runtime;
}

static bool is_deleted_code(const struct map *map, struct span name)
{
    return map->inode != 0 && span_ends_with(name, DELETED_SUFFIX) && !is_memfd(name) &&
           !is_shared_memory(name);
}

/* In the exe's own directory or below it. */
static bool is_beside(struct span path, struct span exe)
{
    size_t directory = span_length(exe) - span_length(base_name(exe));

    return directory > 1 && span_length(path) > directory &&
           memcmp(path.at, exe.at, directory) == 0;
}

/* How strongly one mapping of an unlinked file speaks, and why not more. */
static float judge_deleted(const struct check_context *context, const struct process *process,
                           const struct map *map, const char **ret_excuse)
{
    struct span path = snapshot_span(context->snapshot, map->name), library;

    span_take_end(&path, DELETED_SUFFIX);
    *ret_excuse = "";
    if (is_temporary_path(path)) {
        /* JNA, Netty and the like unpack their libraries there. */
        if (!find_runtime_library(context, process, &library))
            return 1;
        *ret_excuse = "; unpacked by a runtime";
        return unowned_runtime;
    }
    if (process->ns_mnt == context->snapshot->header->ns_mnt && is_system_path(path)) {
        *ret_excuse = "; of the system, and upgraded";
        return 0;
    }
    if (map->permissions & MAP_PATH_EXISTS) {
        *ret_excuse = "; another file is at that path now";
        return unowned_runtime;
    }
    if (is_beside(path, program_path(context->snapshot, process))) {
        *ret_excuse = "; beside its program";
        return unowned_runtime;
    }
    return 1;
}

float check_deleted_map(const struct check_context *context, const struct process *process,
                        struct strbuf *evidence)
{
    const struct snapshot *snapshot = context->snapshot;
    const struct map *maps = maps_of(context, process), *worst = NULL;
    const char *excuse, *worst_excuse = "";
    float strength = 0;

    for (uint32_t i = 0; i < process->maps.count; i++) {
        struct span name = snapshot_span(snapshot, maps[i].name);

        if (!(maps[i].permissions & MAP_EXECUTE) || !is_deleted_code(&maps[i], name) ||
            span_equals(name, snapshot_string(snapshot, process->exe)))
            continue;
        float found = judge_deleted(context, process, &maps[i], &excuse);
        if (worst && found <= strength)
            continue;
        worst = &maps[i];
        worst_excuse = excuse;
        strength = found;
    }
    if (!worst)
        return 0;
    evidence_add_map(evidence, snapshot, worst);
    strbuf_add_string(evidence, worst_excuse);
    return strength;
}

float check_hollow_exe(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    /* Above the cap of mappings, it may be among those that were not read. */
    if (process->exe.length == 0 || process->maps_flags & MAPS_EXE_IS_MAPPED ||
        process->facts[FACT_MAPS] != FACT_KNOWN || process->flags & PROCESS_PF_EXITING)
        return 0;
    strbuf_add_string(evidence, "no code is mapped from ");
    strbuf_add_string(evidence, snapshot_string(context->snapshot, process->exe));
    if (process->is_new) {
        strbuf_add_string(evidence, "; seen once, which exec explains");
        return 0;
    }
    if (program_is_trusted(context->snapshot, process)) {
        strbuf_add_string(evidence, "; trusted, as those that move to huge pages");
        return unowned_runtime;
    }
    return 1;
}

static struct span name_of_map(const struct check_context *context,
                               const struct process *process, uint64_t start)
{
    const struct map *maps = maps_of(context, process);

    for (uint32_t i = 0; i < process->maps.count; i++)
        if (maps[i].start == start)
            return snapshot_span(context->snapshot, maps[i].name);
    return span_of("", 0);
}

float check_dirty_text(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    const struct written_code *code = &process->written_code;
    struct span name = name_of_map(context, process, code->start);

    if (code->mappings == 0)
        return 0;
    strbuf_add_format(evidence,
                      "%" PRIu32 " kB of code were written to, at %" PRIx64 "-%" PRIx64,
                      code->kib, code->start, code->end);
    if (span_length(name) > 0) {
        strbuf_add_char(evidence, ' ');
        strbuf_add_span(evidence, name);
    } else if (code->inode == process->exe_file.ino) {
        strbuf_add_string(evidence, " of its executable");
    }
    if (code->mappings > 1)
        strbuf_add_format(evidence, ", and in %u more mappings", code->mappings - 1);
    if (process->tracer_pid == 0)
        return 1;
    strbuf_add_string(evidence, "; a debugger sets its breakpoints so");
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* Code that came from nowhere, and the programs that honestly make such. */
#include <string.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/program.h"

enum { WX = MAP_WRITE | MAP_EXECUTE, KIB = 1024 };

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

struct wx_maps {
    const struct map *largest;
    uint64_t bytes;
    unsigned count;
};

static const struct map *maps_of(const struct check_context *context,
                                 const struct process *process)
{
    return context->snapshot->maps + process->maps.first;
}

static struct wx_maps find_wx_maps(const struct check_context *context,
                                   const struct process *process)
{
    const struct map *maps = maps_of(context, process);
    struct wx_maps found = {0};

    for (uint32_t i = 0; i < process->maps.count; i++) {
        if ((maps[i].permissions & WX) != WX)
            continue;
        uint64_t bytes = maps[i].end - maps[i].start;
        if (!found.largest || bytes > found.largest->end - found.largest->start)
            found.largest = &maps[i];
        found.bytes += bytes;
        found.count++;
    }
    return found;
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

        if (maps[i].inode == 0)
            continue;
        for (const char *const *name = runtime_libraries; *name; name++) {
            if (!is_named_after(path, *name) || (found && !is_system_path(path)))
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

float check_wx_mem(const struct check_context *context, const struct process *process,
                   struct strbuf *evidence)
{
    struct wx_maps found = find_wx_maps(context, process);

    if (found.count == 0)
        return 0;
    evidence_add_map(evidence, context->snapshot, found.largest);
    if (found.count > 1)
        strbuf_add_format(evidence, ", and %u more", found.count - 1);
    return judge_compiler(context, process, found.bytes, evidence);
}

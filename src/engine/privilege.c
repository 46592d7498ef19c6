/* SPDX-License-Identifier: MIT */
#include "engine/privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

#ifdef WITH_SANITIZERS
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif

enum { CAPABILITIES_MAX = 5 };

struct role {
    bool keeps_all;
    bool changes_user;
    unsigned capabilities[CAPABILITIES_MAX];
    unsigned count;
    unsigned memory_mib; /* RLIMIT_DATA; 0: no limit */
};

/*
 * A process that is made to allocate without end shall fail by itself, before the
 * machine does. RLIMIT_DATA and not RLIMIT_AS: a thread reserves 72 MiB of addresses,
 * a mailbox 256, and neither is memory before it is used.
 */
enum { MIB = 1 << 20, MUCH = 4096, LITTLE = 512 };

static const struct role roles[PRIVILEGE_ROLE_COUNT] = {
    [PRIVILEGE_KEEPER] = {.keeps_all = true   },
 /* SYS_PTRACE for maps, exe, environ and fd of others; DAC_READ_SEARCH because
  * their directories in /proc are theirs. One without the other is not enough,
  * and sock_diag needs neither. */
    [PRIVILEGE_READER] = {.changes_user = true,
                          .capabilities = {CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH},
                          .count = 2,
                          .memory_mib = MUCH},
 /* SYS_PTRACE to see a process at all where /proc is mounted with hidepid. */
    [PRIVILEGE_ACTOR] = {.capabilities = {CAP_KILL, CAP_SYS_PTRACE},
                          .count = 2,
                          .memory_mib = LITTLE},
 /* As the same user: what it writes shall be ours. */
    [PRIVILEGE_DUMPER] = {.capabilities = {CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH},
                          .count = 2,
                          .memory_mib = LITTLE},
 /* CHOWN and FOWNER to keep whose it is and its mode, FSETID for a set-group-id
  * bit in that, DAC_OVERRIDE for a directory of the owner's. */
    [PRIVILEGE_SAVER] = {.capabilities = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH,
                                          CAP_FOWNER, CAP_FSETID},
                          .count = 5,
                          .memory_mib = LITTLE},
    [PRIVILEGE_LOADER] = {.capabilities = {CAP_DAC_READ_SEARCH},
                          .count = 1,
                          .memory_mib = MUCH},
    [PRIVILEGE_SCREEN] = {.memory_mib = MUCH          },
};

/*
 * A user of our own cannot be signalled or traced by whatever else runs as
 * nobody. Read from the file: getpwnam(3) may ask the network for a name that is
 * not there.
 */
static bool find_user(const char *name, uid_t *ret_uid, gid_t *ret_gid)
{
    FILE *file = fopen("/etc/passwd", "re");
    const struct passwd *entry;
    bool is_found = false;

    if (!file)
        return false;
    while (!is_found && (entry = fgetpwent(file)))
        if (strcmp(entry->pw_name, name) == 0 && entry->pw_uid != 0) {
            *ret_uid = entry->pw_uid;
            *ret_gid = entry->pw_gid;
            is_found = true;
        }
    fclose(file);
    return is_found;
}

/* Without CAP_SYS_PTRACE (a container's root) it is being the same user, with no
 * less capabilities, that lets us read at all: another user would see nothing. */
static bool may_change_user(void)
{
    return geteuid() == 0 && capng_have_capability(CAPNG_PERMITTED, CAP_SYS_PTRACE) &&
           capng_have_capability(CAPNG_PERMITTED, CAP_SETUID) &&
           capng_have_capability(CAPNG_PERMITTED, CAP_SETGID);
}

/* What the role is left with, as far as the process has it. */
static void select_capabilities(const struct role *role, capng_select_t sets)
{
    bool is_held[CAPABILITIES_MAX];

    for (unsigned i = 0; i < role->count; i++)
        is_held[i] = capng_have_capability(CAPNG_PERMITTED, role->capabilities[i]);
    capng_clear(sets);
    for (unsigned i = 0; i < role->count; i++)
        if (is_held[i])
            capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, role->capabilities[i]);
}

static int drop_capabilities(const struct role *role)
{
    uid_t uid;
    gid_t gid;

    if (capng_get_caps_process() < 0)
        return -EPERM;
    bool has_setpcap = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
    capng_select_t sets = has_setpcap ? CAPNG_SELECT_ALL : CAPNG_SELECT_CAPS;

    if (role->changes_user && geteuid() == 0) {
        if (!may_change_user() ||
            (!find_user("procwatch", &uid, &gid) && !find_user("nobody", &uid, &gid)))
            return 0;
        select_capabilities(role, sets);
        if (capng_change_id((int)uid, (int)gid,
                            CAPNG_DROP_SUPP_GRP | (has_setpcap ? CAPNG_CLEAR_BOUNDING : 0)) ==
            0)
            return 0;
        /* A user namespace that maps no second user refuses: the same user then,
         * without its other capabilities. */
        if (capng_get_caps_process() < 0)
            return -EPERM;
    }
    select_capabilities(role, sets);
    return capng_apply(sets) < 0 ? -EPERM : 0;
}

/* The gatherer keeps one descriptor a process, as long as they last. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int limit_memory(unsigned mib)
{
    struct rlimit limit;
    rlim_t most = (rlim_t)mib * MIB;

    /* Of a sanitizer most memory is its own. */
    if (IS_SANITIZED || mib == 0)
        return 0;
    if (getrlimit(RLIMIT_DATA, &limit) < 0)
        return -errno;
    if (limit.rlim_max <= most)
        return 0; /* somebody wanted less */
    limit.rlim_max = most;
    if (limit.rlim_cur > most)
        limit.rlim_cur = most;
    return setrlimit(RLIMIT_DATA, &limit) < 0 ? -errno : 0;
}

int privilege_drop(enum privilege_role role)
{
    const struct rlimit no_core = {0, 0};
    int error = roles[role].keeps_all ? 0 : drop_capabilities(&roles[role]);

    if (error)
        return error;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || setrlimit(RLIMIT_CORE, &no_core) < 0)
        return -errno;
    /* LeakSanitizer traces its own process, which then must be dumpable. */
    if (!IS_SANITIZED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return -errno;
    if (role == PRIVILEGE_READER) {
        umask(077);
        raise_descriptor_limit();
    }
    return limit_memory(roles[role].memory_mib);
}

/* CAP_BPF to load it, CAP_PERFMON because it reads the kernel's memory. */
bool privilege_may_load_bpf(void)
{
    return capng_get_caps_process() == 0 &&
           (capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN) ||
            (capng_have_capability(CAPNG_EFFECTIVE, CAP_BPF) &&
             capng_have_capability(CAPNG_EFFECTIVE, CAP_PERFMON)));
}

void privilege_describe(struct strbuf *out)
{
    size_t before;

    strbuf_add_format(out, "uid %u", (unsigned)geteuid());
    before = out->length;
    if (capng_get_caps_process() == 0)
        for (unsigned capability = 0; capability <= (unsigned)CAP_LAST_CAP; capability++)
            if (capng_have_capability(CAPNG_EFFECTIVE, capability))
                strbuf_add_format(out, "%scap_%s", out->length == before ? ", " : " ",
                                  capng_capability_to_name(capability));
    if (out->length == before)
        strbuf_add_string(out, ", no capabilities");
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
        strbuf_add_string(out, ", no new privileges");
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)
        strbuf_add_string(out, ", not dumpable");
    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER)
        strbuf_add_string(out, ", system calls filtered");
}

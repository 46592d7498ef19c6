/* SPDX-License-Identifier: MIT */
#include "gather/census_program.h"

#include <string.h>

#include "gather/census_record.h"

/* Where the kernel that runs keeps what we want. */
struct layout {
    uint32_t task_pid, task_tgid, task_start, task_voluntary, task_other, task_thread_pid;
    uint32_t task_nsproxy, task_real_cred, task_loginuid, task_fs;
    uint32_t task_state, task_ptrace, task_flags, task_seccomp, seccomp_mode;
    uint32_t task_entity, entity_runtime, task_schedule, schedule_count;
    uint32_t cred_uid, cred_euid, cred_suid, cred_fsuid;
    uint32_t cred_gid, cred_egid, cred_sgid, cred_fsgid;
    uint32_t cred_permitted, cred_effective, cred_ambient;
    uint32_t pid_level, pid_numbers, upid_nr, upid_size;
    uint32_t nsproxy_net, nsproxy_mnt, net_ns, mnt_ns, user_ns, ns_inum, cred_user;
    uint32_t fs_root, fs_pwd, path_mnt, path_dentry, file_path;
};

#define AT(member) offsetof(struct layout, member)

static const struct {
    const char *structure;
    const char *member;
    size_t at;
} wanted[] = {
    {"task_struct",    "pid",              AT(task_pid)       },
    {"task_struct",    "tgid",             AT(task_tgid)      },
    {"task_struct",    "start_boottime",   AT(task_start)     },
    {"task_struct",    "nvcsw",            AT(task_voluntary) },
    {"task_struct",    "nivcsw",           AT(task_other)     },
    {"task_struct",    "thread_pid",       AT(task_thread_pid)},
    {"task_struct",    "nsproxy",          AT(task_nsproxy)   },
    {"task_struct",    "real_cred",        AT(task_real_cred) },
    {"task_struct",    "loginuid",         AT(task_loginuid)  },
    {"task_struct",    "fs",               AT(task_fs)        },
    {"task_struct",    "__state",          AT(task_state)     },
    {"task_struct",    "ptrace",           AT(task_ptrace)    },
    {"task_struct",    "atomic_flags",     AT(task_flags)     },
    {"task_struct",    "seccomp",          AT(task_seccomp)   },
    {"seccomp",        "mode",             AT(seccomp_mode)   },
    {"task_struct",    "se",               AT(task_entity)    },
    {"sched_entity",   "sum_exec_runtime", AT(entity_runtime) },
    {"task_struct",    "sched_info",       AT(task_schedule)  },
    {"sched_info",     "pcount",           AT(schedule_count) },
    {"cred",           "uid",              AT(cred_uid)       },
    {"cred",           "euid",             AT(cred_euid)      },
    {"cred",           "suid",             AT(cred_suid)      },
    {"cred",           "fsuid",            AT(cred_fsuid)     },
    {"cred",           "gid",              AT(cred_gid)       },
    {"cred",           "egid",             AT(cred_egid)      },
    {"cred",           "sgid",             AT(cred_sgid)      },
    {"cred",           "fsgid",            AT(cred_fsgid)     },
    {"cred",           "cap_permitted",    AT(cred_permitted) },
    {"cred",           "cap_effective",    AT(cred_effective) },
    {"cred",           "cap_ambient",      AT(cred_ambient)   },
    {"pid",            "level",            AT(pid_level)      },
    {"pid",            "numbers",          AT(pid_numbers)    },
    {"upid",           "nr",               AT(upid_nr)        },
    {"nsproxy",        "net_ns",           AT(nsproxy_net)    },
    {"nsproxy",        "mnt_ns",           AT(nsproxy_mnt)    },
    {"net",            "ns",               AT(net_ns)         },
    {"mnt_namespace",  "ns",               AT(mnt_ns)         },
    {"user_namespace", "ns",               AT(user_ns)        },
    {"ns_common",      "inum",             AT(ns_inum)        },
    {"cred",           "user_ns",          AT(cred_user)      },
    {"fs_struct",      "root",             AT(fs_root)        },
    {"fs_struct",      "pwd",              AT(fs_pwd)         },
    {"path",           "mnt",              AT(path_mnt)       },
    {"path",           "dentry",           AT(path_dentry)    },
    {"file",           "f_path",           AT(file_path)      },
};

static bool find_layout(const struct btf *btf, struct layout *ret_layout)
{
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        uint32_t offset;

        /* An instruction holds sixteen bits of it, and a sign. */
        if (!btf_member_offset(btf, wanted[i].structure, wanted[i].member, &offset) ||
            offset > INT16_MAX / 2)
            return false;
        memcpy((char *)ret_layout + wanted[i].at, &offset, sizeof offset);
    }
    return btf_struct_size(btf, "upid", &ret_layout->upid_size);
}

/* include/uapi/linux/bpf.h, __BPF_FUNC_MAPPER; by number, for older headers. */
enum helper {
    HELPER_PROBE_READ_KERNEL = 113,
    HELPER_SEQ_WRITE = 127,
    HELPER_D_PATH = 147,
    HELPER_GET_CURRENT_TASK_BTF = 158,
};

/* In the macros below k is the layout.
 *
 * What an iterator's program is given: kernel/bpf/task_iter.c. */
enum { CONTEXT_META = 0, CONTEXT_TASK = 8, CONTEXT_FD = 16, CONTEXT_FILE = 24, META_SEQ = 0 };

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, STACK };

/* A jump there becomes one to where the program ends. */
enum { TO_END = INT16_MAX, END_LENGTH = 2 };

#define INSN(operation, to, from, offset, number)                                          \
    {                                                                                      \
        .code = (operation), .dst_reg = (to), .src_reg = (from), .off = (int16_t)(offset), \
        .imm = (int32_t)(number)                                                           \
    }
#define LOAD(size, to, from, offset)   INSN(BPF_LDX | BPF_MEM | (size), to, from, offset, 0)
#define STORE(size, from, at)          INSN(BPF_STX | BPF_MEM | (size), STACK, from, at, 0)
#define STORE_0(at)                    INSN(BPF_ST | BPF_MEM | BPF_DW, STACK, 0, at, 0)
#define MOVE(to, from)                 INSN(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0)
#define SET(to, number)                INSN(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, number)
#define ADD(to, from)                  INSN(BPF_ALU64 | BPF_ADD | BPF_X, to, from, 0, 0)
#define ADD_NUMBER(to, number)         INSN(BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, number)
#define MULTIPLY(to, number)           INSN(BPF_ALU64 | BPF_MUL | BPF_K, to, 0, 0, number)
#define SUBTRACT(to, from)             INSN(BPF_ALU64 | BPF_SUB | BPF_X, to, from, 0, 0)
#define DIVIDE(to, number)             INSN(BPF_ALU64 | BPF_DIV | BPF_K, to, 0, 0, number)
#define IF_0(what, offset)             INSN(BPF_JMP | BPF_JEQ | BPF_K, what, 0, offset, 0)
#define IF_OTHER(what, than, offset)   INSN(BPF_JMP | BPF_JNE | BPF_X, what, than, offset, 0)
#define IF_MORE(what, number, offset)  INSN(BPF_JMP | BPF_JSGT | BPF_K, what, 0, offset, number)
#define IF_UP_TO(what, number, offset) INSN(BPF_JMP | BPF_JSLE | BPF_K, what, 0, offset, number)
#define CALL(helper)                   INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define RETURN()                       INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* On the stack, of a structure that begins there. */
#define MEMBER(at, structure, member) ((at) + (int)offsetof(struct structure, member))

/* A pointer that was loaded may be NULL: of who exits, and to the verifier. */
#define FOLLOW(to, from, offset) LOAD(BPF_DW, to, from, offset), IF_0(to, TO_END)

/* By way of R0, from a structure to the stack; a set of capabilities in two halves, which
 * are one number or two. */
#define COPY(size, from, offset, at) LOAD(size, R0, from, offset), STORE(size, R0, at)
#define COPY_SET(from, offset, at) \
    COPY(BPF_W, from, offset, at), COPY(BPF_W, from, (offset) + 4, (at) + 4)

/* uid or gid, of a cred. */
#define COPY_IDS(from, id, at)                                                     \
    COPY(BPF_W, from, k.cred_##id, at), COPY(BPF_W, from, k.cred_e##id, (at) + 4), \
        COPY(BPF_W, from, k.cred_s##id, (at) + 8), COPY(BPF_W, from, k.cred_fs##id, (at) + 12)

#define STORE_64_0(at)                                                      \
    STORE_0(at), STORE_0((at) + 8), STORE_0((at) + 16), STORE_0((at) + 24), \
        STORE_0((at) + 32), STORE_0((at) + 40), STORE_0((at) + 48), STORE_0((at) + 56)

/* R6: the context, R7: the task, if it is the first of its process. */
#define BEGIN()                                                                  \
    MOVE(R6, R1), FOLLOW(R7, R6, CONTEXT_TASK), LOAD(BPF_W, R1, R7, k.task_pid), \
        LOAD(BPF_W, R2, R7, k.task_tgid), IF_OTHER(R1, R2, TO_END)

/* The head of the record, but for its size. Which of its numbers a process has for the
 * reader is told by how deep the reader's namespace is. Nothing is there for who has none. */
#define PUT_HEAD(at)                                                                          \
    LOAD(BPF_DW, R1, R7, k.task_start), STORE(BPF_DW, R1, MEMBER(at, census_head, start_ns)), \
        LOAD(BPF_DW, R1, R7, k.task_voluntary), LOAD(BPF_DW, R2, R7, k.task_other),           \
        ADD(R1, R2), STORE(BPF_DW, R1, MEMBER(at, census_head, switches)),                    \
        CALL(HELPER_GET_CURRENT_TASK_BTF), FOLLOW(R1, R0, k.task_thread_pid),                 \
        LOAD(BPF_W, R9, R1, k.pid_level), MULTIPLY(R9, k.upid_size),                          \
        FOLLOW(R3, R7, k.task_thread_pid), ADD_NUMBER(R3, k.pid_numbers + k.upid_nr),         \
        ADD(R3, R9), MOVE(R1, STACK), ADD_NUMBER(R1, MEMBER(at, census_head, pid)),           \
        SET(R2, sizeof(int32_t)), CALL(HELPER_PROBE_READ_KERNEL)

/* The record out, with as many bytes as R3 says. */
#define PUT_OUT(at)                                                                      \
    STORE(BPF_W, R3, MEMBER(at, census_head, size)), LOAD(BPF_DW, R1, R6, CONTEXT_META), \
        LOAD(BPF_DW, R1, R1, META_SEQ), MOVE(R2, STACK), ADD_NUMBER(R2, at),             \
        CALL(HELPER_SEQ_WRITE), SET(R0, 0), RETURN()

/* To R3, when both places are one: the same directory of the same mount. */
#define ADD_FLAG_IF_SAME(fs, path, other_fs, other_path, flag)                         \
    LOAD(BPF_DW, R1, fs, (path) + k.path_mnt),                                         \
        LOAD(BPF_DW, R2, other_fs, (other_path) + k.path_mnt), IF_OTHER(R1, R2, 4),    \
        LOAD(BPF_DW, R1, fs, (path) + k.path_dentry),                                  \
        LOAD(BPF_DW, R2, other_fs, (other_path) + k.path_dentry), IF_OTHER(R1, R2, 1), \
        ADD_NUMBER(R3, flag)

static bool finish(const struct btf *btf, const char *function, const struct bpf_insn *code,
                   size_t count, struct census_program *program)
{
    if (count > CENSUS_CODE_MAX)
        return false;
    memcpy(program->code, code, count * sizeof *code);
    for (size_t i = 0; i < count; i++)
        if (program->code[i].off == TO_END)
            program->code[i].off = (int16_t)(count - END_LENGTH - i - 1);
    program->count = (uint32_t)count;
    program->target = btf_find_function(btf, function);
    return program->target != 0;
}

#define TASK(member) MEMBER(RECORD, census_task, member)

bool census_program_of_tasks(const struct btf *btf, struct census_program *ret_program)
{
    enum { RECORD = -(int)sizeof(struct census_task) };
    struct layout k;

    if (!find_layout(btf, &k))
        return false;
    const struct bpf_insn code[] = {
        BEGIN(),
        STORE_0(RECORD),
        STORE_0(TASK(flags)),
        PUT_HEAD(RECORD),
        /* R9 still holds how deep the reader is, in bytes. */
        FOLLOW(R8, R7, k.task_thread_pid),
        LOAD(BPF_W, R1, R8, k.pid_level),
        MULTIPLY(R1, k.upid_size),
        SUBTRACT(R1, R9),
        DIVIDE(R1, k.upid_size),
        ADD_NUMBER(R1, 1),
        STORE(BPF_W, R1, TASK(levels)),
        COPY(BPF_DW, R7, k.task_entity + k.entity_runtime, TASK(runtime_ns)),
        COPY(BPF_DW, R7, k.task_schedule + k.schedule_count, TASK(arrivals)),
        COPY(BPF_DW, R7, k.task_flags, TASK(task_flags)),
        COPY(BPF_W, R7, k.task_state, TASK(state)),
        COPY(BPF_W, R7, k.task_ptrace, TASK(ptrace)),
        COPY(BPF_W, R7, k.task_seccomp + k.seccomp_mode, TASK(seccomp)),
        COPY(BPF_W, R7, k.task_loginuid, TASK(loginuid)),
        FOLLOW(R8, R7, k.task_real_cred),
        COPY_IDS(R8, uid, TASK(uid)),
        COPY_IDS(R8, gid, TASK(gid)),
        COPY_SET(R8, k.cred_permitted, TASK(cap_permitted)),
        COPY_SET(R8, k.cred_effective, TASK(cap_effective)),
        COPY_SET(R8, k.cred_ambient, TASK(cap_ambient)),
        FOLLOW(R1, R8, k.cred_user),
        COPY(BPF_W, R1, k.user_ns + k.ns_inum, TASK(ns_user)),
        FOLLOW(R8, R7, k.task_nsproxy),
        FOLLOW(R1, R8, k.nsproxy_net),
        COPY(BPF_W, R1, k.net_ns + k.ns_inum, TASK(ns_net)),
        FOLLOW(R1, R8, k.nsproxy_mnt),
        COPY(BPF_W, R1, k.mnt_ns + k.ns_inum, TASK(ns_mnt)),
        /* Its directories beside the root of the reader. */
        CALL(HELPER_GET_CURRENT_TASK_BTF),
        FOLLOW(R8, R0, k.task_fs),
        FOLLOW(R9, R7, k.task_fs),
        SET(R3, 0),
        ADD_FLAG_IF_SAME(R9, k.fs_root, R8, k.fs_root, CENSUS_ROOT_IS_OURS),
        ADD_FLAG_IF_SAME(R9, k.fs_pwd, R8, k.fs_root, CENSUS_CWD_IS_ROOT),
        STORE(BPF_W, R3, TASK(flags)),
        SET(R3, sizeof(struct census_task)),
        PUT_OUT(RECORD),
    };
    ret_program->name = "procwatch_tasks";
    return finish(btf, "bpf_iter_task", code, sizeof code / sizeof *code, ret_program);
}

bool census_program_of_descriptors(const struct btf *btf, struct census_program *ret_program)
{
    enum {
        RECORD = -(int)CENSUS_RECORD_MAX,
        TEXT = RECORD + (int)sizeof(struct census_descriptor),
    };
    struct layout k;

    if (!find_layout(btf, &k))
        return false;
    const struct bpf_insn code[] = {
        BEGIN(),
        FOLLOW(R8, R6, CONTEXT_FILE),
        STORE_0(RECORD),
        STORE_0(MEMBER(RECORD, census_descriptor, fd)),
        PUT_HEAD(RECORD),
        LOAD(BPF_W, R1, R6, CONTEXT_FD),
        STORE(BPF_W, R1, MEMBER(RECORD, census_descriptor, fd)),
        /* Older verifiers want to see that it holds something. */
        STORE_64_0(TEXT),
        STORE_64_0(TEXT + 64),
        STORE_64_0(TEXT + 128),
        STORE_64_0(TEXT + 192),
        STORE_64_0(TEXT + 256),
        STORE_64_0(TEXT + 320),
        STORE_64_0(TEXT + 384),
        MOVE(R1, R8),
        ADD_NUMBER(R1, k.file_path),
        MOVE(R2, STACK),
        ADD_NUMBER(R2, TEXT),
        SET(R3, CENSUS_TEXT_MAX),
        CALL(HELPER_D_PATH),
        /* Its length, or an error: then there is none. */
        MOVE(R3, R0),
        IF_MORE(R3, 0, 1),
        SET(R3, 0),
        IF_UP_TO(R3, CENSUS_TEXT_MAX, 1),
        SET(R3, 0),
        ADD_NUMBER(R3, sizeof(struct census_descriptor)),
        PUT_OUT(RECORD),
    };
    ret_program->name = "procwatch_files";
    return finish(btf, "bpf_iter_task_file", code, sizeof code / sizeof *code, ret_program);
}

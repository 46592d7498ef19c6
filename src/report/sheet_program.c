/* SPDX-License-Identifier: MIT */
/* What a process is, what the kernel calls it, what it calls itself; and what is
 * known of its program file. */
#include <elf.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/sha256.h"
#include "report/sheet.h"

static bool has_reason(const struct row *row, const char *key)
{
    const struct reason *reasons = row_reasons(row);

    for (uint32_t i = 0; reasons && i < row->verdict->reason_count; i++)
        if (strcmp(reasons[i].heuristic->key, key) == 0 && reasons[i].strength > 0)
            return true;
    return false;
}

/* One below the other: a lie stands out. */
static void write_names(const struct sheet *sheet, const struct row *row)
{
    struct span arguments = snapshot_span(row->snapshot, row->process->cmdline);
    struct span first = {arguments.at, arguments.at};
    bool is_liar = has_reason(row, "name_argv_mismatch");

    sheet_fact(sheet, "exe", row, FACT_EXE, row->process->exe);
    sheet_fact(sheet, "comm", row, FACT_STAT, row->process->comm);
    sheet_label(sheet, "argv[0]");
    span_take_until(&arguments, '\0', &first);
    if (!process_knows(row->process, FACT_BIT(FACT_CMDLINE)))
        sheet_unknown(sheet, (enum fact_state)row->process->facts[FACT_CMDLINE]);
    else if (span_length(first) == 0)
        sheet_add(sheet, TONE_DIM, "none");
    else
        sheet_wrap(sheet, is_liar ? TONE_ALARM : TONE_TEXT, first);
    if (is_liar)
        sheet_add(sheet, TONE_ALARM, "  ! names another program");
}

static void write_command_line(const struct sheet *sheet, const struct row *row)
{
    if (!process_knows(row->process, FACT_BIT(FACT_CMDLINE)))
        return;
    sheet_label(sheet, "command");
    sheet_arguments(sheet, TONE_TEXT, SHEET_LABEL, row, row->process->cmdline);
    if (row->process->facts[FACT_CMDLINE] == FACT_TRUNCATED)
        sheet_add(sheet, TONE_WARNING, " (cut short by a cap)");
}

static void write_inode(const struct sheet *sheet, const struct row *row)
{
    const struct exe_file *file = &row->process->exe_file;
    struct strbuf size = {0};

    text_add_size(&size, file->size);
    sheet_label(sheet, "file");
    sheet_add(sheet, TONE_TEXT, "%s  ", strbuf_string(&size));
    strbuf_release(&size);
    sheet_add(sheet, file->mode & (S_ISUID | S_ISGID | S_IWOTH) ? TONE_WARNING : TONE_TEXT,
              "mode %04o", file->mode & 07777);
    sheet_add(sheet, TONE_TEXT, "  owner %u:%u", file->uid, file->gid);
    sheet_add(sheet, TONE_DIM, "  inode %u:%u %llu", major(file->dev), minor(file->dev),
              (unsigned long long)file->ino);
    if (file->nlink == 0)
        sheet_add(sheet, TONE_ALARM, "  ! deleted");
    else if (row->process->exe.length > 0 && !(file->flags & EXE_PATH_IS_SAME) &&
             file->flags & EXE_ON_LOCAL_FS)
        sheet_add(sheet, TONE_WARNING, "  at its path is another file by now");
    sheet_label(sheet, "modified");
    sheet_time(sheet, row, file->mtime_ns);
    /* The inode's own time cannot be set back by touch(1). */
    sheet_label(sheet, "changed");
    sheet_time(sheet, row, file->ctime_ns);
    double since_s = (double)(row->snapshot->header->realtime_ns - file->ctime_ns) / 1e9;
    if (since_s + 1 < snapshot_age(row->snapshot, row->process))
        sheet_add(sheet, TONE_WARNING, "  since the process was started");
}

static void write_digest(const struct sheet *sheet, const struct row *row)
{
    char digest[SHA256_TEXT_SIZE];

    sheet_label(sheet, "sha256");
    if (row->process->facts[FACT_SHA256] == FACT_KNOWN) {
        sha256_text(&row->process->sha256, &digest);
        sheet_wrap(sheet, TONE_TEXT, span_of_string(digest));
    } else {
        sheet_unknown(sheet, (enum fact_state)row->process->facts[FACT_SHA256]);
    }
}

static void write_package(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct process *process = subject->full.process;
    const struct closer *closer = subject->closer;

    sheet_label(sheet, "package");
    if (!process_knows(process, FACT_BIT(FACT_PACKAGE))) {
        sheet_add(sheet, TONE_WARNING, "(%s)", fact_state_name(process->facts[FACT_PACKAGE]));
        return;
    }
    if (process->package.length == 0) {
        sheet_add(sheet, TONE_WARNING, "none delivers it");
        return;
    }
    sheet_add_text(sheet, TONE_TEXT, &subject->full, process->package);
    enum fact_state state =
        closer ? (enum fact_state)closer->states[CLOSER_INTEGRITY] : FACT_PENDING;
    if (state != FACT_KNOWN)
        sheet_add(sheet, TONE_DIM, "  not compared (%s)", fact_state_name(state));
    else if (closer->integrity == INTEGRITY_INTACT)
        sheet_add(sheet, TONE_TEXT, "  intact: as it was delivered");
    else if (closer->integrity == INTEGRITY_MODIFIED)
        sheet_add(sheet, TONE_ALARM, "  ! modified: not what the package delivered");
    else
        sheet_add(sheet, TONE_DIM, "  has no digest to compare with");
}

static const char *machine_name(uint16_t machine)
{
    static const struct {
        uint16_t number;
        const char *name;
    } names[] = {
        {EM_X86_64,  "x86-64"},
        {EM_386,     "i386"  },
        {EM_AARCH64, "arm64" },
        {EM_ARM,     "arm"   },
        {EM_RISCV,   "riscv" },
        {EM_PPC64,   "ppc64" },
        {EM_S390,    "s390"  },
        {EM_MIPS,    "mips"  },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == machine)
            return names[i].name;
    return "another machine";
}

/* What is unlike what compilers make on a distribution today. */
static const struct {
    uint32_t flag;
    bool is_set; /* told of when it is set, or when it is not */
    enum tone tone;
    const char *text;
} oddities[] = {
    {ELF_HAS_WRITABLE_CODE,    true,  TONE_ALARM,   "a segment is both written to and executed"},
    {ELF_ENTRY_IS_ODD,         true,  TONE_ALARM,   "starts outside of its code"               },
    {ELF_HAS_STACK_EXECUTABLE, true,  TONE_WARNING, "wants an executable stack"                },
    {ELF_HAS_SECTIONS,         false, TONE_WARNING, "has no table of sections: packed?"        },
    {ELF_HAS_RELRO,            false, TONE_DIM,     "no RELRO"                                 },
    {ELF_IS_TRUNCATED,         true,  TONE_WARNING, "its tables are larger than we look at"    },
};

static void write_elf(const struct sheet *sheet, const struct elf_facts *elf)
{
    sheet_label(sheet, "ELF");
    if (elf->machine == 0) {
        sheet_add(sheet, TONE_WARNING, "is no ELF file");
        return;
    }
    sheet_add(sheet, TONE_TEXT, "%s  %s  %s  %s", machine_name(elf->machine),
              elf->type == ET_DYN    ? "position-independent"
              : elf->type == ET_EXEC ? "fixed address"
                                     : "no executable type",
              elf->flags & ELF_HAS_INTERPRETER ? "dynamic" : "static",
              elf->flags & ELF_HAS_SYMBOLS ? "with symbols" : "stripped");
    if (elf->needed > 0)
        sheet_add(sheet, TONE_DIM, "  %u librar%s", elf->needed,
                  elf->needed == 1 ? "y" : "ies");
    if (elf->interpreter[0] != '\0') {
        sheet_label(sheet, "loader");
        sheet_wrap(sheet, TONE_TEXT, span_of_string(elf->interpreter));
    }
    if (elf->build_id_length > 0) {
        sheet_label(sheet, "build id");
        for (uint32_t i = 0; i < elf->build_id_length; i++)
            sheet_add(sheet, TONE_DIM, "%02x", elf->build_id[i]);
    }
    for (size_t i = 0; i < sizeof oddities / sizeof *oddities; i++)
        if (((elf->flags & oddities[i].flag) != 0) == oddities[i].is_set) {
            sheet_label(sheet, "");
            sheet_add(sheet, oddities[i].tone, "%s%s",
                      oddities[i].tone == TONE_ALARM ? "! " : "", oddities[i].text);
        }
}

static void write_preload(const struct sheet *sheet, const struct row *row)
{
    const struct process *process = row->process;

    if (process->environ_flags & ENVIRON_HAS_LD_PRELOAD)
        sheet_fact(sheet, "preload", row, FACT_ENVIRON, process->ld_preload);
    if (process->environ_flags & ENVIRON_HAS_LD_AUDIT)
        sheet_fact(sheet, "audit", row, FACT_ENVIRON, process->ld_audit);
    if (process->environ_flags & ENVIRON_HAS_LD_LIBRARY_PATH)
        sheet_fact(sheet, "libraries", row, FACT_ENVIRON, process->ld_library_path);
}

void sheet_program(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct row *full = &subject->full;
    const struct closer *closer = subject->closer;

    write_names(sheet, &subject->row);
    write_command_line(sheet, full);
    sheet_fact(sheet, "cwd", full, FACT_CWD, full->process->cwd);
    sheet_line(sheet);
    if (process_is_kernel_thread(full->process)) {
        sheet_line(sheet);
        sheet_add(sheet, TONE_DIM, "A kernel thread: it has no program file.");
        return;
    }
    if (process_knows(full->process, FACT_BIT(FACT_EXE_FILE)) &&
        full->process->exe_file.ino != 0)
        write_inode(sheet, full);
    write_digest(sheet, full);
    write_package(sheet, subject);
    if (closer && closer->states[CLOSER_PROGRAM] == FACT_KNOWN)
        write_elf(sheet, &closer->elf);
    else
        sheet_knows(sheet, subject, CLOSER_PROGRAM, "ELF headers");
    write_preload(sheet, full);
}

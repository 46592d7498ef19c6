/* SPDX-License-Identifier: MIT */
/*
 * gate - which checks can have anything to say about a process.
 *
 * Most checks ask something first that nearly every process answers with no: is it
 * a shell, has it a connection, was its file unlinked. Asked once for all checks,
 * and for texts that many processes share once for all of those, it spares the calls.
 * What it lets through is judged by the check alone: a trait is only ever what a
 * finding cannot be without.
 */
#ifndef HEURISTICS_GATE_H
#define HEURISTICS_GATE_H

#include "heuristics/heuristic.h"

enum { GATE_TEXT_BITS = 10, GATE_TEXTS = 1 << GATE_TEXT_BITS, GATE_CLASSES = 128 };

/* Wants to be zero at the start of a snapshot, and is of that one alone. */
struct gate {
    uint8_t facts[FACT_COUNT]; /* of the process before, and what follows from them */
    fact_mask known;
    bool is_blocked;
    struct gate_text {
        uint32_t offset; /* of the text in the snapshot; 0: free */
        uint64_t traits;
    } texts[GATE_TEXTS];
    /* Processes of the same traits, of whom the same is known. */
    struct gate_class {
        uint64_t traits;
        fact_mask known;
        bool is_used;
        struct heuristic_set checks;
        struct heuristic_set not_assessed;
    } classes[GATE_CLASSES];
};

/* The checks to ask, and those whose facts are missing. */
const struct gate_class *gate_open(struct gate *gate, const struct check_context *context,
                                   const struct process *process);

#endif

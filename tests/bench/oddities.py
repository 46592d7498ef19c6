#!/usr/bin/env python3
"""oddities.py ODDITIES TRAINING JUDGED MODEL

The area under the ROC curve of ml_score in JUDGED (lines of scan --jsonl) for
the pids named in ODDITIES, and that of a known scanner's formula: ten features,
the mean of their distances from the mean in standard deviations, by TRAINING.
"""
import collections
import json
import math
import sys


def samples(path):
    """The processes of each snapshot, by its time; threads of the kernel left out."""
    by_time = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            try:
                process = json.loads(line)
            except json.JSONDecodeError:
                continue  # the last one may be cut short
            if process.get("exe"):
                by_time[process["timestamp"]].append(process)
    return [by_time[time] for time in sorted(by_time)][1:-1]


def features(process):
    arguments, exe = process["cmdline"] or [], process["exe"]
    return [
        process["cpu_pct"] or 0,
        process["conns_outbound"] or 0,
        len(process["remote_ports"] or []),
        len(" ".join(arguments)),
        len(arguments[0]) if arguments else 0,
        exe.count("/"),
        exe.startswith(("/tmp/", "/var/tmp/", "/dev/shm/")),
        exe.endswith(" (deleted)"),
        "memfd:" in exe,
        process["uid"] == 0,
    ]


def peer(training):
    columns = list(zip(*(features(p) for snapshot in training for p in snapshot)))
    means = [sum(column) / len(column) for column in columns]
    stds = [
        math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1.0
        for column, mean in zip(columns, means)
    ]

    def score(process):
        distances = [abs(x - m) / s for x, m, s in zip(features(process), means, stds)]
        return min(1.0, sum(distances) / len(distances) / 10)

    return score


def area(odd, normal):
    """The chance that an oddity scores above a normal one; a tie is half."""
    won = sum((o > n) + 0.5 * (o == n) for o in odd for n in normal)
    return won / (len(odd) * len(normal))


def judge(judged, odd_pids, score):
    areas, odd_scores, highest = [], collections.defaultdict(list), (0, None)
    for snapshot in judged:
        odd = [p for p in snapshot if p["pid"] in odd_pids]
        normal = [p for p in snapshot if p["pid"] not in odd_pids]
        areas.append(area([score(p) for p in odd], [score(p) for p in normal]))
        for process in odd:
            odd_scores[odd_pids[process["pid"]]].append(score(process))
        for process in normal:
            highest = max(highest, (score(process), process["exe"]), key=lambda pair: pair[0])
    return areas, odd_scores, highest


def main():
    oddities, training, judged, model = sys.argv[1:]
    with open(oddities, encoding="utf-8") as lines:
        odd_pids = {int(pid): name for name, pid in (line.split() for line in lines)}
    judged = samples(judged)
    assert judged and all(any(p["pid"] == pid for p in judged[-1]) for pid in odd_pids)
    good = True
    for name, score in ((model, lambda p: p["ml_score"]), ("peer's formula", peer(samples(training)))):
        areas, odd, highest = judge(judged, odd_pids, score)
        mean = sum(areas) / len(areas)
        print(f"{name}: {len(judged)} snapshots, {len(judged[-1])} processes")
        print(f"  ROC AUC mean {mean:.4f}, least {min(areas):.4f}; "
              f"highest normal {highest[0]:.3f} ({highest[1]})")
        for oddity, scores in sorted(odd.items()):
            print(f"  {oddity:8} mean {sum(scores) / len(scores):.3f}, "
                  f"{min(scores):.3f} to {max(scores):.3f}")
        if name == model:
            good = min(areas) >= 0.95 and highest[0] <= 0.5
    return 0 if good else 1


sys.exit(main())

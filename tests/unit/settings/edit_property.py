# SPDX-License-Identifier: MIT
"""Random YAML files x random edits, judged by PyYAML: the edited value is right, every
other value and every comment is what it was, and untouched lines are the same bytes.

usage: edit_property.py EDIT_SERVER [RUNS [SEED]] [-v]

-v prints each file and edit that was refused.
"""
import copy
import difflib
import random
import re
import subprocess
import sys
from collections import Counter

import yaml

SET, UNSET, ADD, DELETE = range(4)
WORDS = ["sshd", "nginx", "caf\u00e9", "\U0001f600x", "no", "1000", "1:30", "0x1f", "~x",
         "a b", "it's", 'q"uote', "back\\slash", "# hash", "x: y", "x #y", "/usr/bin/*",
         "systemd-*", "-", "<<", "=", "on", "2024-01-01", "\u6f22\u5b57", "tab\there", " pad "]
NUMBERS = ["0", "3", "2.5", "90.0", "1000"]


class Writer:
    """Writes one random file, and remembers which comments it placed."""

    def __init__(self, rng):
        self.rng = rng
        self.eol = rng.choice(["\n", "\n", "\n", "\r\n"])
        self.step = rng.choice([2, 2, 2, 3, 4])
        self.dash = rng.choice([0, 2, 4])
        self.comments = 0
        self.anchors = []
        self.lines = []

    def comment(self, chance=0.3):
        if self.rng.random() >= chance:
            return ""
        self.comments += 1
        return self.rng.choice([" ", "   ", "\t"]) + "# <c%d> \u00fc, [x]: 'y'" % self.comments

    def noise(self):
        while self.rng.random() < 0.25:
            line = self.comment(0.7).strip()
            self.lines.append(" " * self.indent_of_noise() + line if line else "")

    def indent_of_noise(self):
        """Below a block scalar, what stands to the right would be its text."""
        recent = self.lines[-6:]
        return 0 if any("block # no" in line for line in recent) else self.rng.choice([0, 2, 5])

    def number(self):
        return self.rng.choice(NUMBERS + ["!!float 2.5", "!!int 7"])

    def anchor(self, chance=0.08):
        if self.rng.random() >= chance:
            return ""
        self.anchors.append("a%d" % len(self.anchors))
        return "&%s " % self.anchors[-1]

    def text(self):
        word = self.rng.choice(WORDS)
        style = self.rng.choice(["plain", "single", "double"])
        if style == "plain" and re.fullmatch(r"[a-z/][a-z/*-]{3,}", word):
            return word
        if style == "single" and "\t" not in word:
            return "'" + word.replace("'", "''") + "'"
        return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'

    def add(self, line):
        self.lines.append(line + self.comment())

    def flow_list(self, indent):
        items = [self.text() for _ in range(self.rng.randrange(4))]
        if items and self.rng.random() < 0.3:
            lead = self.eol + " " * (indent + self.step)
            end = self.rng.choice(["", ","])
            return "[" + lead + ("," + lead).join(items) + end + self.comment() \
                + self.eol + " " * (indent + 1) + "]"
        return "[" + self.rng.choice([", ", ","]).join(items) \
            + ("," if items and self.rng.random() < 0.2 else "") + "]"

    def entry(self, indent, key, kind):
        self.noise()
        head = " " * indent + self.rng.choice([key, key, '"%s"' % key]) + ":"
        if kind == "number":
            self.add(head + " " + self.anchor() + self.number())
        elif kind == "text":
            choice = self.rng.random()
            if choice < 0.15:
                self.lines.append(head + self.rng.choice([" |", " >-", " |+"]))
                self.lines.append(" " * (indent + self.step) + "block # no comment")
                if self.rng.random() < 0.5:
                    self.lines.append("")
            elif choice < 0.25:
                self.lines.append(head + " several")
                self.add(" " * (indent + 2) + "lines")
            elif choice < 0.35 and self.anchors:
                self.add(head + " *" + self.rng.choice(self.anchors))
            elif choice < 0.45:
                self.add(head + self.rng.choice(["", " ~", " null"]))
            else:
                self.add(head + " " + self.anchor() + self.text())
        elif kind == "list":
            self.list(indent, head)
        else:
            self.mapping(indent, head, kind)

    def list(self, indent, head):
        choice = self.rng.random()
        if choice < 0.1:
            self.add(head)
        elif choice < 0.4:
            self.add(head + " " + self.anchor(0.05) + self.flow_list(indent))
        else:
            self.add(head)
            gap = self.rng.choice([" ", " ", "  "])
            for _ in range(self.rng.randrange(1, 4)):
                self.noise()
                self.add(" " * (indent + self.dash) + "-" + gap + self.text())

    def mapping(self, indent, head, keys):
        choice = self.rng.random()
        chosen = [key for key in keys if self.rng.random() < 0.7]
        self.rng.shuffle(chosen)
        if choice < 0.1 or not chosen:
            self.add(head + self.rng.choice(["", " {}", " ~"]))
        elif choice < 0.25:
            parts = []
            for key in chosen:
                value = {"number": self.number, "text": self.text,
                         "list": lambda: self.flow_list(indent)}[keys[key]]()
                parts.append("%s: %s" % (key, value))
            self.add(head + " {" + self.rng.choice([", ", " , "]).join(parts) + "}")
        else:
            self.add(head)
            for key in chosen:
                self.entry(indent + self.step, key, keys[key])

    def file(self, schema):
        if self.rng.random() < 0.15:
            self.lines.append(self.rng.choice(["---", "%YAML 1.1" + self.eol + "---"]))
        keys = [key for key in schema if self.rng.random() < 0.8]
        self.rng.shuffle(keys)
        for key in keys:
            self.entry(0, key, schema[key])
        self.noise()
        text = "".join(line + self.eol for line in self.lines)
        if self.rng.random() < 0.2:
            text = text.rstrip("\r\n")
        if self.rng.random() < 0.1:
            text = "\ufeff" + text
        return text


SCHEMA = {
    "min_score": "number", "topk": "number", "model": "text", "extra": "text",
    "weights": {"tmp_exe": "number", "ptraced": "number", "note": "text"},
    "whitelist": {"names": "list", "paths": "list", "mode": "text", "reduction": "number"},
}
PATHS = {"number": ["min_score", "topk", "weights.tmp_exe", "weights.ptraced",
                    "whitelist.reduction"],
         "text": ["model", "whitelist.mode"],
         "list": ["whitelist.names", "whitelist.paths"]}


def choose_edit(rng, data):
    kind = rng.choice([SET, SET, UNSET, ADD, ADD, DELETE, DELETE])
    if kind in (ADD, DELETE):
        path = rng.choice(PATHS["list"])
        value = rng.choice(WORDS)
        section, key = path.split(".")
        there = ((data or {}).get(section) or {}).get(key) or []
        if kind == DELETE and there:
            value = rng.choice(there)
        elif kind == DELETE:
            kind = ADD
        return kind, path, True, value
    is_text = rng.random() < 0.4
    path = rng.choice(PATHS["text" if is_text else "number"])
    return kind, path, is_text, rng.choice(WORDS if is_text else NUMBERS)


def expect(data, kind, path, is_text, value):
    """What the data must be, with nothing and an empty mapping the same."""
    data = copy.deepcopy(data) or {}
    node = data
    *sections, key = path.split(".")
    for section in sections:
        if node.get(section) is None:
            node[section] = {}
        node = node[section]
    if kind == SET:
        node[key] = value if is_text else yaml.safe_load(value)
    elif kind == UNSET:
        node.pop(key, None)
    elif kind == ADD:
        node[key] = list(node.get(key) or [])
        if value not in node[key]:
            node[key].append(value)
    else:
        node[key].remove(value)
    return data


def normal(data):
    """Nothing, {} and a missing section are the same."""
    if not isinstance(data, dict):
        return {} if data is None else data
    return {key: value for key, value in
            ((key, normal(value) if key in ("weights", "whitelist") else value)
             for key, value in data.items())
            if not (key in ("weights", "whitelist") and value == {})}


def comments_of(text):
    return Counter(re.findall(r"<c\d+>", text))


def judge(before, after, edit):
    """None, or what is wrong with the new text."""
    kind, path, is_text, value = edit
    try:
        old = yaml.safe_load(before)
        new = yaml.safe_load(after)
    except yaml.YAMLError as error:
        return "not YAML: %s" % error
    if normal(new) != normal(expect(old, kind, path, is_text, value)):
        return "values: %r" % (new,)
    old_lines, new_lines = before.splitlines(True), after.splitlines(True)
    gone, come = [], []
    for line in difflib.ndiff(old_lines, new_lines):
        if line[0] == "-":
            gone.append(line[2:])
        elif line[0] == "+":
            come.append(line[2:])
    lost = comments_of(before) - comments_of(after)
    if kind in (UNSET, DELETE):  # a comment goes with its line
        lost -= comments_of("".join(gone[:4])) if sum(lost.values()) <= 1 else Counter()
    if lost:
        return "lost comments: %s" % list(lost)
    if comments_of(after) - comments_of(before):
        return "doubled comments"
    if len(gone) > 5 or len(come) > 5:
        return "%d lines went, %d came" % (len(gone), len(come))
    if "\r\n" in before and re.search(r"(?<!\r)\n", after):
        return "mixed line ends"
    if before.startswith("\ufeff") != after.startswith("\ufeff"):
        return "byte order mark"
    return None


class Server:
    def __init__(self, program):
        self.pipe = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def apply(self, text, kind, path, is_text, value):
        text, value = text.encode(), value.encode()
        self.pipe.stdin.write(b"%d %s %d %d %d\n" % (kind, path.encode(), is_text, len(value),
                                                    len(text)) + value + text)
        self.pipe.stdin.flush()
        verdict, length = self.pipe.stdout.readline().split()
        return verdict == b"yes", self.pipe.stdout.read(int(length)).decode()


def main():
    server = Server(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    done = wrong = 0
    refused = Counter()
    while done + sum(refused.values()) < runs:
        rng = random.Random(seed)
        seed += 1
        before = Writer(rng).file(SCHEMA)
        try:
            data = yaml.safe_load(before)
        except yaml.YAMLError:
            continue
        edit = choose_edit(rng, data)
        is_good, answer = server.apply(before, *edit)
        if not is_good:
            if "-v" in sys.argv:
                print("seed %d: refused %r: %s\n%s---" % (seed - 1, edit, answer, before))
            refused[re.sub(r"^[a-z_.]+|[*&\"].*", "", answer)] += 1
            continue
        done += 1
        fault = judge(before, answer, edit)
        if fault:
            wrong += 1
            print("seed %d: %s %r\n%s\n--- became\n%s---" % (seed - 1, fault, edit, before,
                                                          answer))
    print("%d edits right, %d wrong, %d refused" % (done - wrong, wrong, sum(refused.values())))
    for reason, count in refused.most_common():
        print("  refused %d:%s" % (count, reason))
    sys.exit(wrong > 0 or sum(refused.values()) > runs / 20 or done == 0)


main()

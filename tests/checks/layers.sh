#!/bin/sh
# Fail when a file includes a header of a layer it may not know, or when a file
# has one of the names that collect everything.
set -u
cd "${1:-${srcdir:-.}}" || exit 2

# Each layer, then the layers it may include besides itself: all lower levels,
# siblings never each other. The same list stands in doc/architecture.md.
rules='
base
model       base
gather      base model
heuristics  base model
anomaly     base model
view        base model
response    base model
scoring     base model gather heuristics anomaly view response
report      base model gather heuristics anomaly view response
recording   base model gather heuristics anomaly view response
settings    base model gather heuristics anomaly view response scoring report recording
engine      base model gather heuristics anomaly view response scoring report recording
api         base model gather heuristics anomaly view response scoring report recording settings engine
cli         base model gather heuristics anomaly view response scoring report recording settings engine api
ui          base model gather heuristics anomaly view response scoring report recording settings engine
'

status=0
bad_names=$(find src ui -name 'util*.[ch]' -o -name 'helper*.[ch]' -o -name 'misc*.[ch]' -o -name 'common*.[ch]')
if [ -n "$bad_names" ]; then
    printf '%s: a file named so collects everything: name it after what it knows\n' "$bad_names"
    status=1
fi

grep -rHo --include='*.[ch]' --include='*.def' '^ *# *include "[a-z_]*/' src ui |
awk -v rules="$rules" '
    BEGIN {
        count = split(rules, line, "\n")
        for (i = 1; i <= count; i++) {
            words = split(line[i], word, " ")
            for (j = 1; j <= words; j++)
                allowed[word[1], word[j]] = 1
        }
    }
    {
        split($0, half, ":"); file = half[1]; layer = file
        sub(/^src\//, "", layer); sub(/\/.*/, "", layer)
        seen = $0; sub(/.*"/, "", seen); sub(/\/.*/, "", seen)
        if (!((layer, seen) in allowed)) {
            print file ": layer " layer " may not include " seen "/"
            broken = 1
        }
    }
    END { exit broken }
' || status=1
exit $status

#!/bin/sh
# A file of 400 lines at most, a function under 60, at most five parameters, and no
# writable global below the programs' main.c. Tests that are tables may be longer.
set -u
status=0
cd "${srcdir:-.}" || exit 2

# Counts what clang-format's style makes certain: a function begins at its
# first unindented line and ends with a brace in the first column.
# shellcheck disable=SC2016
measure='
    function report(what) { print FILENAME ":" what; broken = 1 }
    FNR == 1 { if (last && lines > 400) print last ": " lines " lines, 400 at most" > "/dev/stderr"
               if (lines > 400) broken = 1
               last = FILENAME; header = ""; inside = 0 }
    { lines = FNR }
    inside && /^}/ {
        if (FNR - first + 1 >= 60)
            report(first ": " name "() has " FNR - first + 1 " lines, 59 at most")
        inside = 0; header = ""; next
    }
    inside { next }
    /^{/ && header ~ /\(/ && header !~ /=/ {
        inside = 1
        name = header; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
        list = header; sub(/^[^(]*\(/, "", list); sub(/\)[^)]*$/, "", list)
        gsub(/\([^()]*\)/, "", list)
        parameters = gsub(/,/, ",", list) + 1
        if (list ~ /\.\.\. *$/)
            parameters -= 2 # the text of a printf-like function
        # A callback has the form that its library wants.
        if (parameters > 5 && name !~ /^on_/)
            report(first ": " name "() has " parameters " parameters, 5 at most")
        next
    }
    /^[a-zA-Z_]/ && !/^[a-z_]+:/ { if (header == "") first = FNR; header = header " " $0
                    if (/;[ \t]*$/) header = ""; next }
    /^[ \t]+[^ \t]/ && header != "" { header = header " " $0; if (/;[ \t]*$/) header = ""; next }
    { header = "" }
    END { if (lines > 400) { print last ": " lines " lines, 400 at most"; broken = 1 }
          exit broken }
'
find src ui doc config po tests/specimens tests/fuzz tests/support tests/faults tests/bench -name '*.[ch]' -exec awk "$measure" {} + ||
    status=1

# Constants with addresses in them lie in .data.rel.ro: fine. The sanitizers
# turn constants into data, so that there this can not be seen.
cd "${builddir:-build}" || exit 2
for archive in lib*.a; do
    [ -f "$archive" ] || continue
    objdump -t "$archive" >"$archive.symbols" 2>/dev/null || continue
    if ! grep -q __asan_ "$archive.symbols"; then
        awk -v archive="$archive" '
            / O \.(data|bss)[ \t]/ || / O \.(data|bss)\.[a-z_0-9]+[ \t]/ {
                if ($0 ~ /\.data\.rel\.ro/ || $NF == "restore_hook")
                    next
                print archive ": " $NF " is a writable global"
                broken = 1
            }
            END { exit broken }
        ' "$archive.symbols" || status=1
    fi
    rm -f "$archive.symbols"
done
exit $status

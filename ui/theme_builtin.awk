# Theme files as C text, so that the program needs none of them installed.
FNR == 1 {
    name = FILENAME
    sub(/.*\//, "", name)
    sub(/\.yaml$/, "", name)
    if (NR == 1)
        print "/* Generated from themes/ by theme_builtin.awk. */\n" \
              "#include \"ui/theme_file.h\"\n\n" \
              "const struct theme_text theme_builtin[] = {"
    else
        print "    },"
    print "    {\n        \"" name "\","
}
{
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    print "        \"" $0 "\\n\""
}
END { print "    },\n    {NULL, NULL},\n};" }

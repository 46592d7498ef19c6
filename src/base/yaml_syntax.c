/* SPDX-License-Identifier: MIT */
/* What YAML's grammar has and libyaml leaves to us. */
#include <string.h>

#include "base/yaml_tree.h"

#define CORE_TAG "tag:yaml.org,2002:"

size_t yaml_tree_skip_properties(const struct yaml *yaml, size_t at, size_t end, size_t count)
{
    while (count > 0 && at < end) {
        char c = yaml->text[at];

        if (c == '&' || c == '!') {
            while (at < end && !strchr(" \t\r\n", yaml->text[at]))
                at++;
            count--;
        } else if (c == '#') {
            at += strcspn(yaml->text + at, "\r\n");
        } else if (strchr(" \t\r\n", c)) {
            at++;
        } else {
            break;
        }
    }
    while (at < end && (strchr(" \t\r\n", yaml->text[at]) || yaml->text[at] == '#'))
        at += yaml->text[at] == '#' ? strcspn(yaml->text + at, "\r\n") : 1;
    return at < end ? at : end;
}

bool yaml_tree_tag_fits(const char *tag, enum yaml_kind kind)
{
    static const struct {
        const char *name;
        enum yaml_kind kind;
    } core[] = {
        {"str",   YAML_SCALAR  },
        {"int",   YAML_SCALAR  },
        {"float", YAML_SCALAR  },
        {"bool",  YAML_SCALAR  },
        {"null",  YAML_SCALAR  },
        {"seq",   YAML_SEQUENCE},
        {"map",   YAML_MAPPING },
    };

    if (strcmp(tag, "!") == 0)
        return true;
    if (strncmp(tag, CORE_TAG, strlen(CORE_TAG)) != 0)
        return false;
    for (size_t i = 0; i < sizeof core / sizeof *core; i++)
        if (strcmp(tag + strlen(CORE_TAG), core[i].name) == 0)
            return core[i].kind == kind;
    return false;
}

const char *yaml_tree_advice_on(const char *complaint)
{
    static const struct {
        const char *complaint, *advice;
    } table[] = {
        {"found a tab character that violates indentation",        "indent with spaces"                                    },
        {"found character that cannot start any token",
         "use spaces, not tabs, and put quotes around text that begins with @, ` or %"                                     },
        {"mapping values are not allowed in this context",
         "check the indentation, and put quotes around text with a colon"                                                  },
        {"did not find expected key",                              "check the indentation of this line and the ones before"},
        {"could not find expected ':'",                            "a key needs a colon and a space behind it"             },
        {"did not find expected ',' or ']'",                       "close the list with ]"                                 },
        {"did not find expected ',' or '}'",                       "close the mapping with }"                              },
        {"found unexpected end of stream",                         "a quote or bracket is not closed"                      },
        {"did not find expected alphabetic or numeric character",
         "put quotes around text that begins with * or &"                                                                  },
        {"control characters are not allowed",                     "write it as an escape in double quotes"                },
        {"block sequence entries are not allowed in this context",
         "begin the list on a line of its own"                                                                             },
        {"did not find expected '-' indicator",                    "check the indentation of the list"                     },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(complaint, table[i].complaint) == 0)
            return table[i].advice;
    return NULL;
}

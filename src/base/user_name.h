/* SPDX-License-Identifier: MIT */
/* user_name - the name of a uid, by the user database of the machine. */
#ifndef BASE_USER_NAME_H
#define BASE_USER_NAME_H

#include <stdint.h>

/* To be freed; NULL when it has none. May wait for a name service as long as that
 * likes. */
char *user_name_find(uint32_t uid);

#endif

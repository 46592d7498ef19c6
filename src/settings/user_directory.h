/* SPDX-License-Identifier: MIT */
/*
 * user_directory - where the XDG base directory specification puts a user's files.
 * Root takes no directory from the environment that belongs to somebody else.
 */
#ifndef SETTINGS_USER_DIRECTORY_H
#define SETTINGS_USER_DIRECTORY_H

/* The directory that the variable names (NULL: none), else one below the home
 * directory. To be freed; NULL without a home. */
char *user_directory(const char *variable, const char *below_home);

/* ${XDG_STATE_HOME:-~/.local/state}/procwatch: unsaved edits, and the log of saved
 * ones. Made when it is missing. To be freed; NULL without a home. */
char *user_state_directory(void);

/* Make the directory and those above it, mode 0700. Negative errno. */
int user_directory_make(const char *path);

/* The same for the directory that the file lies in. */
int user_directory_make_for(const char *file);

#endif

/*
 * tree_memory - what jansson allocates from, in the daemon.
 *
 * A record's tree is read, walked and dropped by one thread, and half of that time was malloc()'s.  Between
 * tree_memory_begin() and tree_memory_end() its pieces lie one behind the other in memory of the thread's own;
 * what does not fit there, and all else, comes from malloc().
 *
 * Invariant: a tree that was made in between is gone at the end, and no other thread has seen it.
 *
 * Without memory the program ends, as the arena does: jansson would leave members out of a record.
 */
#pragma once

void tree_memory_use(void); /* before jansson is used at all; without it the others do nothing */
void tree_memory_begin(void);
void tree_memory_end(void);

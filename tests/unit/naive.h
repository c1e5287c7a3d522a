/*
 * naive - the tree of RFC 6962 as the text of the RFC has it, over all leaf hashes: what the clever one is held against.
 */
#pragma once

#include "pedigree/tlog/tree.h"

static inline int64_t naive_split(int64_t n)
{
    int64_t k = 1;
    while (2 * k < n)
        k *= 2;
    return k;
}

/* MTH(D[n]) */
static inline void naive_root(const struct hash *leaves, int64_t n, struct hash *out)
{
    struct hash left, right;
    if (n == 0)
        sha256("", 0, out->at);
    if (n == 1)
        *out = leaves[0];
    if (n < 2)
        return;
    int64_t k = naive_split(n);
    naive_root(leaves, k, &left);
    naive_root(leaves + k, n - k, &right);
    tree_node(&left, &right, out);
}

static inline void naive_add(struct tree_path *path, const struct hash *leaves, int64_t n)
{
    naive_root(leaves, n, &path->hashes[path->len++]);
}

/* PATH(m, D[n]); *out is empty at first. */
static inline void naive_inclusion(int64_t m, const struct hash *leaves, int64_t n, struct tree_path *out)
{
    int64_t k = naive_split(n);
    if (n < 2)
        return;
    naive_inclusion(m < k ? m : m - k, m < k ? leaves : leaves + k, m < k ? k : n - k, out);
    naive_add(out, m < k ? leaves + k : leaves, m < k ? n - k : k);
}

/* SUBPROOF(m, D[n], b); *out is empty at first. */
static inline void naive_subproof(int64_t m, const struct hash *leaves, int64_t n, bool is_whole, struct tree_path *out)
{
    int64_t k = naive_split(n);
    if (m == n) {
        if (!is_whole)
            naive_add(out, leaves, n);
    } else if (m <= k) {
        naive_subproof(m, leaves, k, is_whole, out);
        naive_add(out, leaves + k, n - k);
    } else {
        naive_subproof(m - k, leaves + k, n - k, false, out);
        naive_add(out, leaves, k);
    }
}

/* Leaf hashes of entries that are their numbers, in eight bytes. */
static inline void naive_leaves(struct hash *out, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        tree_leaf(&i, sizeof i, &out[i]);
}

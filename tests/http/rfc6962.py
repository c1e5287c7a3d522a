"""The log's formats written once more, from RFC 6962 and C2SP alone, for tests that check ours: no line is shared with it."""

import base64
import hashlib


# ---- RFC 6962, section 2.1, and C2SP's files, as they are written there ----

def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def tree(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(tree(leaves[:k]), tree(leaves[k:]))


def path_root(m, n, hash_, path):
    """The root that an audit path leads to."""
    if n == 1:
        assert not path
        return hash_
    k = split(n)
    if m < k:
        return node(path_root(m, k, hash_, path[:-1]), path[-1])
    return node(path[-1], path_root(m - k, n - k, hash_, path[:-1]))


def proof(m, leaves, whole=True):
    """SUBPROOF(m, D, b): the consistency proof."""
    n = len(leaves)
    if m == n:
        return [] if whole else [tree(leaves)]
    k = split(n)
    if m <= k:
        return proof(m, leaves[:k], whole) + [tree(leaves[k:])]
    return proof(m - k, leaves[k:], False) + [tree(leaves[:k])]


def tile_name(n):
    groups = ["%03d" % (n % 1000)]
    while n >= 1000:
        n //= 1000
        groups.insert(0, "x%03d" % (n % 1000))
    return "/".join(groups)


def parse_checkpoint(text):
    body, _ = text.split("\n\n")
    origin, size, root = body.split("\n")
    return origin, int(size), base64.b64decode(root)

/* cosigned - see the header. */
#include "cosigned.h"

#include <stdlib.h>
#include <string.h>

void cosigned_init(struct cosigned *c, const struct policy *policy)
{
    *c = (struct cosigned){.policy = policy, .newest_size = -1};
    pthread_mutex_init(&c->lock, NULL);
}

static void forget(struct cosigned_note *n)
{
    free(n->note);
    free(n->lines);
    *n = (struct cosigned_note){0};
}

void cosigned_done(struct cosigned *c)
{
    for (size_t i = 0; i < COSIGNED_KEPT; i++)
        forget(&c->kept[i]);
    free(c->newest);
    pthread_mutex_destroy(&c->lock);
}

static char *copy(const char *s)
{
    char *made = strdup(s);
    if (!made)
        abort();
    return made;
}

static struct cosigned_note *find(struct cosigned *c, const char *note)
{
    for (size_t i = 0; i < COSIGNED_KEPT; i++)
        if (c->kept[i].note && strcmp(c->kept[i].note, note) == 0)
            return &c->kept[i];
    return NULL;
}

/* A free place, else that of the smallest log. */
static struct cosigned_note *make_place(struct cosigned *c, int64_t size, const char *note)
{
    struct cosigned_note *place = &c->kept[0];
    for (size_t i = 1; i < COSIGNED_KEPT && place->note; i++)
        if (!c->kept[i].note || c->kept[i].size < place->size)
            place = &c->kept[i];
    forget(place);
    *place = (struct cosigned_note){size, copy(note), copy("")};
    return place;
}

/* Without a quorum line one witness will do. */
static bool is_enough(const struct policy *p, struct arena *a, const char *note)
{
    struct note n;
    struct error ignored = {0};
    size_t count;
    return note_parse(a, note, strlen(note), &n, &ignored) && policy_is_met(p, &n, &count) && count > 0;
}

static const char *whole(struct arena *a, const struct cosigned_note *n)
{
    return arena_printf(a, "%s%s", n->note, n->lines);
}

bool cosigned_add(struct cosigned *c, int64_t size, const char *note, const char *lines)
{
    struct arena a;
    arena_init(&a, 0);
    pthread_mutex_lock(&c->lock);
    struct cosigned_note *n = find(c, note);
    n = n ? n : make_place(c, size, note);
    if (!strstr(n->lines, lines)) {
        const char *all = arena_printf(&a, "%s%s", n->lines, lines);
        free(n->lines);
        n->lines = copy(all);
    }
    bool is_newest = size >= c->newest_size && is_enough(c->policy, &a, whole(&a, n));
    if (is_newest) {
        free(c->newest);
        c->newest = copy(whole(&a, n));
        c->newest_size = size;
    }
    pthread_mutex_unlock(&c->lock);
    arena_reset(&a);
    return is_newest;
}

const char *cosigned_of(struct cosigned *c, struct arena *a, const char *note)
{
    pthread_mutex_lock(&c->lock);
    struct cosigned_note *n = find(c, note);
    const char *said = n ? whole(a, n) : note;
    pthread_mutex_unlock(&c->lock);
    return said;
}

const char *cosigned_newest(struct cosigned *c, struct arena *a)
{
    pthread_mutex_lock(&c->lock);
    const char *said = c->newest ? arena_strdup(a, c->newest) : NULL;
    pthread_mutex_unlock(&c->lock);
    return said;
}

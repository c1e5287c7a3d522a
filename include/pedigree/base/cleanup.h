/* cleanup - scope-bound release for what an arena cannot own.  `goto` does not occur. */
#pragma once

#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define DEFINE_CLEANUP(type, name, free_fn)                                              \
    static inline void name##_cleanup(type **p)                                          \
    {                                                                                    \
        if (*p)                                                                          \
            free_fn(*p);                                                                 \
    }
/* Hands ownership to the caller: the cleanup then finds NULL. */
#define TAKE(p)                                                                          \
    __extension__({                                                                      \
        __typeof__(p) take_ = (p);                                                       \
        (p) = NULL;                                                                      \
        take_;                                                                           \
    })
#define LENGTH(a) (sizeof(a) / sizeof *(a))

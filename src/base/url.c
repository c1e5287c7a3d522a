/* url - see the header. */
#include "pedigree/base/url.h"

#include <string.h>

bool url_is_http(const char *s)
{
    return strncmp(s, "http://", 7) == 0 || strncmp(s, "https://", 8) == 0;
}

/* Blanks and what no URL holds as it is. */
static bool has_odd(const char *s)
{
    while (*s && (unsigned char)*s > ' ' && *s != 0x7f && *s != '?' && *s != '#')
        s++;
    return *s != '\0';
}

bool url_server(struct arena *a, const char *url, const char **out, struct error *err)
{
    const char *host = url_is_http(url) ? strstr(url, "//") + 2 : "";
    size_t len = strlen(url);
    if (!*host || *host == '/' || has_odd(url))
        return error_at(err, ERR_INVALID, *url ? url : "\"\"", "is no server: expected http://host:port or https://host");
    while (len > 0 && url[len - 1] == '/')
        len--;
    *out = arena_strndup(a, url, len);
    return true;
}

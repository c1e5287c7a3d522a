/*
 * replay - runs one fuzz target over stored inputs, so that gcc and `make check` can.
 * Arguments are files or folders of files.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int replayed;

static int run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return 1;
    char *bytes = NULL;
    size_t len = 0, cap = 0;
    for (size_t n = 1; n > 0; len += n) {
        if (cap - len < 4096)
            bytes = realloc(bytes, cap = cap * 2 + 8192);
        if (!bytes)
            abort();
        n = fread(bytes + len, 1, cap - len, f);
    }
    fclose(f);
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, len);
    free(bytes);
    replayed++;
    return 0;
}

static int run(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return run_file(path);
    int failed = 0;
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char inner[4096];
        snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.')
            failed |= run_file(inner);
    }
    if (dir)
        closedir(dir);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;
    for (int i = 1; i < argc; i++)
        failed |= run(argv[i]);
    printf("%d inputs replayed\n", replayed);
    return failed;
}

/* organisation - what is stated of an organisation: names, certificates, authorizations; and its scorecard. */
#include "figures.h"

static const struct {
    const char *kind, *member;
} STATED[] = {
    {"organisation", "statements"},
    {"certificate", "certificates"},
    {"authorization", "authorizations"},
};

static bool add_stated(struct session *s, size_t i, const char *const *names, size_t n,
                       json_t *o, size_t *seen, struct error *err)
{
    const struct record_row *rows;
    size_t len;
    if (!load_statements(s, STATED[i].kind, names, n, &rows, &len, err))
        return false;
    json_t *list = json_array();
    for (size_t k = 0; k < len; k++) {
        json_t *item = record_json(s, &rows[k], SIGHT_NONE, NULL);
        if (item)
            json_array_append_new(list, item);
    }
    *seen += json_array_size(list);
    put(o, STATED[i].member, list);
    return true;
}

static bool organisation_answer(struct session *s, const void *asked, json_t **out,
                                struct error *err)
{
    const char *name = asked;
    const char *const *names;
    size_t n, seen = 0;
    if (!find_names(s, name, &names, &n, err))
        return false;
    json_t *also = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(also, json_string(names[i]));
    *out = json_pack("{s:s, s:o}", "organisation", name, "names", also);
    for (size_t i = 0; i < LENGTH(STATED); i++)
        if (!add_stated(s, i, names, n, *out, &seen, err))
            return false;
    if (!add_scorecard(s, names, n, *out, &seen, err))
        return false;
    seen += (n > 0 && s->viewer.sees_all) || viewer_is(&s->viewer, name);
    return seen > 0 ||
           error_set(err, ERR_NOT_FOUND, "nothing that you may see of %.150s", name);
}

bool query_organisation(const struct reader *r, const char *organisation,
                        const char **json, struct error *err)
{
    return session_run(r, organisation_answer, organisation, json, err);
}

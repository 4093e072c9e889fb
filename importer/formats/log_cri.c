/* Container logs as containerd and CRI-O write them: "TIME stdout|stderr TAGS CONTENT".
 *
 * Comes after gm_format_choose, hands its lines to logs/wrap.c. The tag P marks a part of a line: containerd splits
 * beyond 16 KiB, conmon wherever a read ended, so that one gctrace line may be forty records. The path names pod and
 * container. https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md */
#include "gomortem/format.h"

#include "importer/logs/wrap.h"
#include "importer/text/span.h"

static bool is_cri(gm_span line) {
    gm_cri_line cri;
    int64_t ns;
    return gm_wrap_cri(line, &cri) && gm_time_rfc3339(cri.time, &ns);
}

static int log_cri_bid(const gm_head *head) {
    return gm_wrap_most_fit(head->head, is_cri) ? 95 : 0;
}

static gm_status read_line(gm_wrap *wrap, const gm_line *line, void *context) {
    gm_cri_line cri;
    gm_log_line out;
    int64_t ns;
    (void)context;
    if (!gm_wrap_cri(line->text, &cri)) {
        if (line->text.len > 0) gm_log_note(gm_wrap_log(wrap), GM_NOTE_DAMAGED_LINE, line->number);
        return GM_OK;
    }
    if (!gm_time_rfc3339(cri.time, &ns)) {
        gm_log_note(gm_wrap_log(wrap), GM_NOTE_NO_TIME, line->number);
        ns = GM_UNKNOWN;
    }
    gm_wrap_line_init(&out, cri.content, line->number, ns);
    out.stream = cri.stream;
    out.unfinished = line->unfinished;
    return gm_wrap_part(wrap, gm_wrap_default(wrap), &out, !cri.partial);
}

static gm_status log_cri_parse(gm_member *member) {
    return gm_wrap_read(member, read_line, NULL);
}

const gm_format gm_format_log_cri = {
    .name = "log_cri",
    .title = "Kubernetes container log (containerd, CRI-O)",
    .takes = "GC cycles, scavenger levels, goroutine dumps and Go crashes from the container's lines.",
    .bid = log_cri_bid,
    .parse = log_cri_parse,
};

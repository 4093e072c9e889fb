/* The pool of a batch: a process per bundle, so that a crash or a kill costs one line and not the run. Lines are
 * printed in the order of the bundles, whoever is first; progress goes to a terminal only. */
#include "analyzer/cli/batch.h"

#include "gomortem/human.h"
#include "gomortem/overview.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    const gm_batch *batch;
    gm_batch_job *jobs;
    sigset_t signals, before; /* waited for; the mask as it was */
    guint started, ended, printed, running, failed;
    gint64 began_us;
    bool terminal, broken; /* broken: standard output is gone */
} gm_pool;

/* --- one job --- */

static void set_line(gm_pool *p, guint index, const char *message) {
    g_autoptr(GString) line = g_string_new(NULL);
    gm_line_write(p->batch->bundles->pdata[index], "failed", GM_EXIT_TRANSIENT, message, NULL, line);
    p->jobs[index].line = g_strdup(line->str);
    p->jobs[index].code = GM_EXIT_TRANSIENT;
}

static void in_child(gm_pool *p, guint index, const char *part) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    gm_cli_catch_interrupts();
    sigprocmask(SIG_SETMASK, &p->before, NULL);
    _exit(gm_batch_work(p->batch, p->batch->bundles->pdata[index], part));
}

static void start(gm_pool *p) {
    guint index = p->started++;
    gm_batch_job *job = &p->jobs[index];
    job->part = g_build_filename(p->batch->scratch, ".part-XXXXXX", NULL);
    if (!g_mkdtemp_full(job->part, 0777)) {
        set_line(p, index, "cannot make a folder to work in");
    } else if ((job->pid = fork()) == 0) {
        in_child(p, index, job->part);
    } else if (job->pid < 0) {
        job->pid = 0;
        set_line(p, index, "cannot start a process");
    }
    if (job->pid > 0) p->running++;
    else p->ended++;
}

static void read_line(gm_pool *p, guint index, int status) {
    gm_batch_job *job = &p->jobs[index];
    g_autofree char *path = g_strdup_printf("%s.line", job->part), *message = NULL;
    bool exited = WIFEXITED(status) && WEXITSTATUS(status) != GM_EXIT_INTERRUPTED;
    if (exited && g_file_get_contents(path, &job->line, NULL, NULL)) {
        job->code = WEXITSTATUS(status);
    } else {
        message = WIFSIGNALED(status) ? g_strdup_printf("its process was ended by signal %d", WTERMSIG(status))
                                      : g_strdup("its process ended without a result");
        set_line(p, index, message);
    }
    g_unlink(path);
}

static void end(gm_pool *p, pid_t pid, int status) {
    guint index = p->printed; /* whose line is out has ended */
    while (index < p->started && p->jobs[index].pid != pid) index++;
    if (index == p->started) return;
    p->jobs[index].pid = 0;
    p->running--;
    if (!gm_cli_interrupted) {
        read_line(p, index, status);
        p->ended++;
    }
    gm_batch_remove(p->jobs[index].part);
}

/* --- all of them --- */

static void show_progress(const gm_pool *p) {
    char left[GM_HUMAN_SIZE];
    if (!p->terminal) return;
    double spent = (double)(g_get_monotonic_time() - p->began_us) / 1e6;
    guint all = p->batch->bundles->len;
    fprintf(stderr, "\r%u of %u bundles", p->ended, all);
    if (p->failed) fprintf(stderr, ", %u failed", p->failed);
    if (p->ended && p->ended < all)
        fprintf(stderr, ", about %s left", gm_human_duration(left, spent / p->ended * (all - p->ended)));
    fprintf(stderr, "\033[K%s", p->ended == all ? "\n" : "");
}

/* What is known, up to the first that is not; after an interrupt whatever is known. */
static void print_lines(gm_pool *p, bool all) {
    for (; p->printed < p->started && (all || p->jobs[p->printed].line); p->printed++) {
        const gm_batch_job *job = &p->jobs[p->printed];
        if (!job->line) continue;
        p->failed += job->code == GM_EXIT_TRANSIENT || job->code == GM_EXIT_USAGE;
        if (fputs(job->line, stdout) < 0) p->broken = true;
    }
    if (fflush(stdout) != 0) p->broken = true;
}

static void wait_for_signal(gm_pool *p) {
    const struct timespec longest = {.tv_sec = 1};
    int number = sigtimedwait(&p->signals, NULL, &longest), status;
    pid_t pid;
    if (number == SIGINT || number == SIGTERM) gm_cli_interrupted = true;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) end(p, pid, status);
}

static void kill_running(gm_pool *p) {
    for (guint i = 0; i < p->started; i++)
        if (p->jobs[i].pid > 0) kill(p->jobs[i].pid, SIGKILL);
    while (p->running > 0) {
        int status;
        pid_t pid = waitpid(-1, &status, 0);
        if (pid > 0) end(p, pid, status);
        else if (errno != EINTR) break;
    }
}

/* What processes that were killed, or never came to be, left behind. */
static void clean_up(gm_pool *p) {
    for (guint i = 0; i < p->started; i++) {
        g_autofree char *path = g_strdup_printf("%s.line", p->jobs[i].part);
        g_unlink(path);
        gm_batch_remove(p->jobs[i].part);
        g_clear_pointer(&p->jobs[i].part, g_free);
    }
}

bool gm_batch_run(const gm_batch *batch, gm_batch_job *jobs) {
    gm_pool p = {.batch = batch, .jobs = jobs, .began_us = g_get_monotonic_time(), .terminal = isatty(STDERR_FILENO)};
    sigemptyset(&p.signals);
    sigaddset(&p.signals, SIGINT), sigaddset(&p.signals, SIGTERM), sigaddset(&p.signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &p.signals, &p.before);
    fflush(stdout); /* a child must not inherit what is not yet written */
    while (p.ended < batch->bundles->len && !gm_cli_interrupted && !p.broken) {
        while (p.running < (guint)batch->workers && p.started < batch->bundles->len) start(&p);
        if (p.running > 0) wait_for_signal(&p);
        print_lines(&p, false);
        show_progress(&p);
    }
    if (p.running > 0) gm_cli_interrupted = gm_cli_interrupted || p.broken, kill_running(&p);
    print_lines(&p, true);
    clean_up(&p);
    sigprocmask(SIG_SETMASK, &p.before, NULL);
    return p.ended == batch->bundles->len && !gm_cli_interrupted && !p.broken;
}

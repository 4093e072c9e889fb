/* Topics of gomortem help: THE list is reports/docs/topics.def, a text of reports/docs/topics each. */
#ifndef GOMORTEM_TOPIC_H
#define GOMORTEM_TOPIC_H

typedef struct {
    const char *name, *title, *text;
} gm_topic;

extern const gm_topic gm_topics[]; /* name NULL at the end */

#endif

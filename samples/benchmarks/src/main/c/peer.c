/*
 * The peers made of libzmq's sockets: peer ROLE key=value ...
 * The runner compiles this when it is needed: cc -O2 -o peer peer.c -lzmq -lpthread
 */
#define _GNU_SOURCE
#include "measure.h"
#include <pthread.h>

static void *send_for_ever(void *socket)
{
    for (;;) send_message(socket);
    return NULL;
}

static void push(void)
{
    for (int i = (int) number("threads", 1); i > 1; i--) {
        pthread_t thread;
        pthread_create(&thread, NULL, send_for_ever, connected(ZMQ_PUSH));
    }
    send_for_ever(connected(ZMQ_PUSH));
}

static void pull(void)
{
    void *socket = bound(ZMQ_PULL);
    count_all(&socket, 1);
}

static void rep(void)
{
    void *socket = bound(ZMQ_REP);
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (;;) {
        CHECK(zmq_msg_recv(&message, socket, 0));
        CHECK(zmq_msg_send(&message, socket, 0));
    }
}

static void req(void)
{
    void *socket = connected(ZMQ_REQ);
    zmq_msg_t message;
    zmq_msg_init_size(&message, size);
    memset(zmq_msg_data(&message), 0, size);
    latencies_prepare();
    while (!latencies.done) {
        int64_t asked = now();
        CHECK(zmq_msg_send(&message, socket, 0));
        CHECK(zmq_msg_recv(&message, socket, 0));
        latencies_record(asked, now());
    }
    idle();
}

/* Publishes one message, or 4,096 messages on topics in a scattered order, as Payload.java does. */
static void publish(void *socket, int counts)
{
    char (*names)[32] = calloc(4096, sizeof *names);
    for (int64_t i = 0; i < 4096 && topics(); i++) topic(names[i], (int) (i * 2654435761LL % topics()));
    int has_topics = topics() > 0;
    window_prepare(0);
    for (unsigned i = 0;; i++) {
        if (has_topics) CHECK(zmq_send(socket, names[i & 4095], strlen(names[i & 4095]), ZMQ_SNDMORE));
        send_message(socket);
        if (counts) window_count();
    }
}

static void pub(void)
{
    void *socket = new_socket(ZMQ_PUB);
    set(socket, ZMQ_XPUB_NODROP, number("nodrop", 0) != 0);
    bind_and_say(socket);
    publish(socket, 0);
}

/* XPUB, for its subscriptions have to be counted; it publishes as PUB does. */
static void offer(void)
{
    void *socket = new_socket(ZMQ_XPUB);
    set(socket, ZMQ_XPUB_VERBOSE, 1);
    set(socket, ZMQ_RCVHWM, 0);
    bind_and_say(socket);
    char notice[64];
    for (long i = (long) number("subs", 1) * (topics() ? topics() : 1); i > 0; i--)
        CHECK(zmq_recv(socket, notice, sizeof notice, 0));
    publish(socket, 1);
}

static void sub(void)
{
    int count = (int) number("subs", 1);
    void **sockets = calloc(count, sizeof *sockets);
    for (int i = 0; i < count; i++) {
        sockets[i] = new_socket(ZMQ_SUB);
        secure_client(sockets[i]);
        CHECK(zmq_setsockopt(sockets[i], ZMQ_SUBSCRIBE, "", 0));
        CHECK(zmq_connect(sockets[i], endpoint()));
    }
    count_all(sockets, count);
}

static void subscribe_all(void *socket)
{
    char prefix[32];
    int count = topics();
    for (int i = 0; i < count; i++) {
        topic(prefix, i);
        CHECK(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, prefix, strlen(prefix)));
    }
}

static void prefixes(void)
{
    void *socket = new_socket(ZMQ_SUB);
    subscribe_all(socket);
    CHECK(zmq_connect(socket, endpoint()));
    count_all(&socket, 1);
}

static void filters(void)
{
    void *socket = new_socket(ZMQ_SUB);
    set(socket, ZMQ_SNDHWM, 0);
    int64_t began = now();
    subscribe_all(socket);
    printf("SUBSCRIBED n=%d s=%.6f\n", topics(), (now() - began) / 1e9);
    fflush(stdout);
    CHECK(zmq_connect(socket, endpoint()));
    /* Only a thread that is in a call of the socket subscribes again after a connection was lost. */
    char message[64];
    for (;;) CHECK(zmq_recv(socket, message, sizeof message, 0));
}

static void notices(void)
{
    void *socket = new_socket(ZMQ_XPUB);
    set(socket, ZMQ_RCVHWM, 0);
    bind_and_say(socket);
    int64_t began = 0;
    int count = topics();
    char notice[64];
    for (int i = 0; i < count; i++) {
        CHECK(zmq_recv(socket, notice, sizeof notice, 0));
        if (!began) began = now();
    }
    say_result(count, (now() - began) / 1e9);
    idle();
}

static void spread(void)
{
    void *socket = new_socket(ZMQ_PUSH);
    void *monitor = zmq_socket(context, ZMQ_PAIR);
    CHECK(zmq_socket_monitor(socket, "inproc://peers", ZMQ_EVENT_HANDSHAKE_SUCCEEDED));
    CHECK(zmq_connect(monitor, "inproc://peers"));
    bind_and_say(socket);
    char event[256];
    for (int i = 0; i < 2 * connections(); i++) CHECK(zmq_recv(monitor, event, sizeof event, 0));
    CHECK(zmq_socket_monitor(socket, NULL, 0));
    send_for_ever(socket);
}

static void pulls(void)
{
    int count = connections();
    void **sockets = calloc(count, sizeof *sockets);
    for (int i = 0; i < count; i++) sockets[i] = connected(ZMQ_PULL);
    count_all(sockets, count);
}

static void pushes(void)
{
    int count = connections();
    void **sockets = calloc(count, sizeof *sockets);
    for (int i = 0; i < count; i++) sockets[i] = connected(ZMQ_PUSH);
    for (;;) {
        int sent = 0;
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < 16; k++) {
                zmq_msg_t message;
                CHECK(zmq_msg_init_size(&message, size));
                if (size >= sizeof(uint32_t)) memcpy(zmq_msg_data(&message), &(uint32_t) {i}, sizeof(uint32_t));
                if (zmq_msg_send(&message, sockets[i], ZMQ_DONTWAIT) < 0) { zmq_msg_close(&message); break; }
                sent = 1;
            }
        }
        if (!sent) usleep(50);
    }
}

/* DEALERs with one request under way each: their times once all were answered, or how long that took (first). */
static void ask(int first)
{
    int count = connections(), answered = 0;
    char *request = calloc(1, size + 1), *seen = calloc(count, 1);
    int64_t *asked = calloc(count, sizeof *asked);
    zmq_pollitem_t *items = calloc(count, sizeof *items);
    zmq_msg_t reply;
    zmq_msg_init(&reply);
    if (first) say("START");
    int64_t began = now();
    for (int i = 0; i < count; i++) {
        items[i] = (zmq_pollitem_t) { .socket = connected(ZMQ_DEALER), .events = ZMQ_POLLIN };
        asked[i] = now();
        CHECK(zmq_send(items[i].socket, request, size, 0));
    }
    for (;;) {
        CHECK(zmq_poll(items, count, -1));
        for (int i = 0; i < count; i++) {
            if (!items[i].revents || zmq_msg_recv(&reply, items[i].socket, ZMQ_DONTWAIT) < 0) continue;
            int64_t time = now();
            if (!seen[i]) {
                seen[i] = 1;
                if (++answered == count) {
                    if (first) say_result(count, (time - began) / 1e9);
                    else latencies_prepare();
                }
            } else if (!first && answered == count) {
                latencies_record(asked[i], time);
            }
            asked[i] = now();
            CHECK(zmq_send(items[i].socket, request, size, 0));
        }
    }
}

static void dealers(void) { ask(0); }
static void firsts(void) { ask(1); }

/* Sends requests at a fixed rate, which carry the time at which they were due, and receives in between. */
static void open_loop(void)
{
    void *socket = connected(ZMQ_DEALER);
    int64_t gap = (int64_t) (1e9 / number("rate", 1000));
    size_t octets = size < sizeof gap ? sizeof gap : size;
    char *request = calloc(1, octets), *reply = calloc(1, octets);
    CHECK(zmq_send(socket, request, octets, 0));
    CHECK(zmq_recv(socket, reply, octets, 0)); /* connected */
    int64_t due = now();
    latencies_prepare();
    while (!latencies.done) {
        for (; now() >= due; due += gap) {
            memcpy(request, &due, sizeof due);
            CHECK(zmq_send(socket, request, octets, 0));
        }
        if (zmq_recv(socket, reply, octets, ZMQ_DONTWAIT) > 0) {
            int64_t sent;
            memcpy(&sent, reply, sizeof sent);
            latencies_record(sent, now());
        }
    }
    idle();
}

static void hssrv(void)
{
    void *socket = bound(ZMQ_ROUTER);
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (;;) {
        CHECK(zmq_msg_recv(&message, socket, 0));
        int more = zmq_msg_more(&message);
        zmq_msg_send(&message, socket, more ? ZMQ_SNDMORE : 0); /* fails when the peer has gone */
    }
}

static void hscli(void)
{
    int count = (int) number("conc", 16);
    void **sockets = calloc(count, sizeof *sockets);
    window_prepare(1);
    for (;;) {
        char octet;
        for (int i = 0; i < count; i++) {
            sockets[i] = connected(ZMQ_DEALER);
            CHECK(zmq_send(sockets[i], "x", 1, 0));
        }
        for (int i = 0; i < count; i++) {
            CHECK(zmq_recv(sockets[i], &octet, 1, 0));
            zmq_close(sockets[i]);
            window_count();
        }
    }
}

static void connsrv(void)
{
    void *socket = bound(ZMQ_PULL);
    int count = connections();
    int64_t began = 0;
    char octet;
    for (int i = 0; i < count; i++) {
        CHECK(zmq_recv(socket, &octet, 1, 0));
        if (!began) began = now();
    }
    say_result(count, (now() - began) / 1e9);
    idle();
}

static void conncli(void)
{
    void *socket = new_socket(ZMQ_PUSH);
    int count = connections();
    secure_client(socket);
    say("READY");
    getchar();
    for (int i = 0; i < count; i++) CHECK(zmq_connect(socket, endpoint()));
    for (int i = 0; i < count; i++) CHECK(zmq_send(socket, "x", 1, 0));
    idle();
}

static void cold(void)
{
    void *receiver = new_socket(ZMQ_PULL), *sender = new_socket(ZMQ_PUSH);
    char address[64];
    size_t length = sizeof address;
    CHECK(zmq_bind(receiver, "tcp://127.0.0.1:*"));
    CHECK(zmq_getsockopt(receiver, ZMQ_LAST_ENDPOINT, address, &length));
    CHECK(zmq_connect(sender, address));
    CHECK(zmq_send(sender, "hello", 5, 0));
    CHECK(zmq_recv(receiver, address, sizeof address, 0));
    say("GOT hello");
}

static const struct { const char *name; void (*run)(void); } roles[] = {
    {"push", push}, {"pull", pull}, {"rep", rep}, {"req", req}, {"pub", pub}, {"offer", offer}, {"sub", sub},
    {"prefixes", prefixes}, {"filters", filters}, {"notices", notices}, {"spread", spread}, {"pulls", pulls},
    {"pushes", pushes}, {"dealers", dealers}, {"firsts", firsts}, {"open", open_loop}, {"hssrv", hssrv}, {"hscli", hscli},
    {"connsrv", connsrv}, {"conncli", conncli}, {"cold", cold},
};

int main(int count, char **values)
{
    argument_count = count;
    arguments = values;
    parts = (int) number("parts", 1);
    size = text("text", NULL) ? strlen(text("text", NULL)) : (size_t) number("size", 100);
    context = zmq_ctx_new();
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 60000);
    for (size_t i = 0; count > 1 && i < sizeof roles / sizeof *roles; i++) {
        if (!strcmp(roles[i].name, values[1])) {
            roles[i].run();
            return 0;
        }
    }
    fprintf(stderr, "usage: %s ROLE key=value ...\n", values[0]);
    return 2;
}

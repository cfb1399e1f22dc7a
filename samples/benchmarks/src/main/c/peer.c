/*
 * The peers made of libzmq's sockets: peer ROLE key=value ...
 * The runner compiles this when it is needed: cc -O2 -o peer peer.c -lzmq -lpthread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#define CHECK(call) do { if ((call) < 0) fail(#call); } while (0)

static int argument_count;
static char **arguments;
static void *context;

/* ---- settings */

static const char *text(const char *key, const char *otherwise)
{
    size_t length = strlen(key);
    for (int i = 2; i < argument_count; i++)
        if (!strncmp(arguments[i], key, length) && arguments[i][length] == '=')
            return arguments[i] + length + 1;
    return otherwise;
}

static double number(const char *key, double otherwise)
{
    const char *value = text(key, NULL);
    return value ? atof(value) : otherwise;
}

static const char *endpoint(void) { return text("endpoint", "tcp://127.0.0.1:5599"); }
static int connections(void) { return (int) number("conns", 2000); }
static int topics(void) { return (int) number("topics", 0); }

/* Read once: they are asked for with each message. */
static int parts;
static size_t size;

static void topic(char *to, int i) { sprintf(to, "md.EX%02d.S%07d", i % 50, i); }

/* ---- output */

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, zmq_strerror(errno));
    exit(1);
}

static void say(const char *line) { puts(line); fflush(stdout); }

static void say_result(long long count, double seconds)
{
    printf("RESULT n=%lld s=%.6f\n", count, seconds);
    fflush(stdout);
}

static void idle(void) { for (;;) pause(); }

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* ---- the window in which one thread counts, as in Window.java */

static struct { int64_t warm, length, began, opened; long long count, at_opening; int step; } window;

static void window_prepare(int step)
{
    window.warm = (int64_t) (number("warm", 4) * 1e9);
    window.length = (int64_t) (number("secs", 4) * 1e9);
    window.step = step;
    if (!step) {
        size_t octets = size ? size : 1;
        window.step = octets >= 65536 ? 1 : (int) (65536 / octets);
        if (window.step > 256) window.step = 256;
    }
}

static void window_look(void)
{
    int64_t time = now();
    if (!window.began) {
        window.began = time;
    } else if (!window.opened) {
        if (time - window.began >= window.warm) {
            window.opened = time;
            window.at_opening = window.count;
            say("START");
        }
    } else if (window.length && time - window.opened >= window.length) {
        say_result(window.count - window.at_opening, (time - window.opened) / 1e9);
        window.length = 0;
    }
}

static inline void window_count(void)
{
    if (++window.count % window.step == 0) window_look();
}

/* ---- the times that one thread records, as in Latencies.java */

enum { MOST_TIMES = 8 << 20 };
static struct { int64_t warm, length, began, opened, *times; size_t count; int done; } latencies;

static void latencies_prepare(void)
{
    latencies.warm = (int64_t) (number("warm", 4) * 1e9);
    latencies.length = (int64_t) (number("secs", 4) * 1e9);
    latencies.times = malloc(MOST_TIMES * sizeof *latencies.times);
    latencies.began = now();
}

static int compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *) left, b = *(const int64_t *) right;
    return (a > b) - (a < b);
}

static double quantile(double share) { return latencies.times[(size_t) (latencies.count * share)] / 1e3; }

static void latencies_record(int64_t from, int64_t to)
{
    if (latencies.done) return;
    if (!latencies.opened) {
        if (to - latencies.began >= latencies.warm) {
            latencies.opened = to;
            say("START");
        }
        return;
    }
    if (latencies.count < MOST_TIMES) latencies.times[latencies.count++] = to - from;
    if (to - latencies.opened < latencies.length) return;
    latencies.done = 1;
    qsort(latencies.times, latencies.count, sizeof *latencies.times, compare_times);
    printf("RESULT n=%zu s=%.6f p50us=%.2f p90us=%.2f p99us=%.2f p999us=%.2f maxus=%.2f\n",
           latencies.count, (to - latencies.opened) / 1e9, quantile(0.5), quantile(0.9), quantile(0.99),
           quantile(0.999), latencies.times[latencies.count - 1] / 1e3);
    fflush(stdout);
}

/* ---- sockets */

static void set(void *socket, int option, int value) { CHECK(zmq_setsockopt(socket, option, &value, sizeof value)); }

static void set_key(void *socket, int option, const char *name)
{
    const char *digits = text(name, "");
    unsigned char key[32];
    for (int i = 0; i < 32; i++) {
        unsigned octet;
        if (sscanf(digits + 2 * i, "%2x", &octet) != 1) {
            fprintf(stderr, "%s: expected 64 hexadecimal digits, but it is \"%s\"\n", name, digits);
            exit(2);
        }
        key[i] = (unsigned char) octet;
    }
    CHECK(zmq_setsockopt(socket, option, key, sizeof key));
}

static void *new_socket(int type)
{
    void *socket = zmq_socket(context, type);
    if (!socket) fail("zmq_socket");
    int hwm = (int) number("hwm", 1000);
    set(socket, ZMQ_LINGER, 0);
    set(socket, ZMQ_SNDHWM, hwm);
    set(socket, ZMQ_RCVHWM, hwm);
    set(socket, ZMQ_RECONNECT_IVL, 20);
    return socket;
}

static int is_curve(void) { return !strcmp(text("mech", "null"), "curve"); }

static void bind_and_say(void *socket)
{
    set(socket, ZMQ_BACKLOG, 4096);
    if (is_curve()) {
        set(socket, ZMQ_CURVE_SERVER, 1);
        set_key(socket, ZMQ_CURVE_SECRETKEY, "server_sec");
    }
    CHECK(zmq_bind(socket, endpoint()));
    say("READY");
}

static void *bound(int type)
{
    void *socket = new_socket(type);
    bind_and_say(socket);
    return socket;
}

static void secure_client(void *socket)
{
    if (!is_curve()) return;
    set_key(socket, ZMQ_CURVE_SERVERKEY, "server_pub");
    set_key(socket, ZMQ_CURVE_PUBLICKEY, "client_pub");
    set_key(socket, ZMQ_CURVE_SECRETKEY, "client_sec");
}

static void *connected(int type)
{
    void *socket = new_socket(type);
    secure_client(socket);
    CHECK(zmq_connect(socket, endpoint()));
    return socket;
}

static void send_part(void *socket, size_t octets, int flags)
{
    zmq_msg_t message;
    CHECK(zmq_msg_init_size(&message, octets));
    CHECK(zmq_msg_send(&message, socket, flags));
}

static void send_message(void *socket)
{
    for (int i = parts; i > 1; i--) send_part(socket, size, ZMQ_SNDMORE);
    send_part(socket, size, 0);
}

/* Receives a part; the size of a last one is checked. Returns 0 if nothing is there. */
static int receive_part(void *socket, int flags)
{
    static zmq_msg_t message;
    static int initialized;
    if (!initialized) { zmq_msg_init(&message); initialized = 1; }
    if (zmq_msg_recv(&message, socket, flags) < 0) {
        if (errno == EAGAIN) return 0;
        fail("zmq_msg_recv");
    }
    if (zmq_msg_more(&message)) return 1;
    if (zmq_msg_size(&message) != size) {
        fprintf(stderr, "expected %zu octets, but %zu came\n", size, zmq_msg_size(&message));
        exit(1);
    }
    window_count();
    return 1;
}

/* Receives from many sockets, and counts together. */
static void count_all(void **sockets, int count)
{
    zmq_pollitem_t *items = calloc(count, sizeof *items);
    for (int i = 0; i < count; i++) items[i] = (zmq_pollitem_t) { .socket = sockets[i], .events = ZMQ_POLLIN };
    window_prepare(0);
    if (count == 1) for (;;) receive_part(sockets[0], 0);
    for (;;) {
        CHECK(zmq_poll(items, count, -1));
        for (int i = 0; i < count; i++)
            if (items[i].revents) for (int k = 0; k < 1000 && receive_part(sockets[i], ZMQ_DONTWAIT); k++) continue;
    }
}

/* ---- roles */

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

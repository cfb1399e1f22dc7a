/*
 * What every peer made of libzmq's sockets needs: its arguments, the window in which it counts, what it reports, and sockets
 * with the options of this run.
 */
#include <errno.h>
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

/* Of each peer, if there are several: what came, and what of that came before the window opened. */
static struct { int count; long long *now, *at_opening; } shares;

static void shares_prepare(int count)
{
    shares.count = count;
    shares.now = calloc(count + 1, sizeof *shares.now);
    shares.at_opening = calloc(count + 1, sizeof *shares.at_opening);
}

static double fairness(void)
{
    long long least = 0, most = 0;
    for (int i = 0; i < shares.count; i++) {
        long long share = shares.now[i] - shares.at_opening[i];
        if (!i || share < least) least = share;
        if (share > most) most = share;
    }
    return (double) least / (most ? most : 1);
}

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
            for (int i = 0; i < shares.count; i++) shares.at_opening[i] = shares.now[i];
            say("START");
        }
    } else if (window.length && time - window.opened >= window.length) {
        long long count = window.count - window.at_opening;
        if (shares.count < 2) say_result(count, (time - window.opened) / 1e9);
        else {
            printf("RESULT n=%lld s=%.6f fair=%.4f\n", count, (time - window.opened) / 1e9, fairness());
            fflush(stdout);
        }
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

/* Receives a part; the size of a last one is checked. Returns 0 if nothing is there. A peer of -1 numbers its messages. */
static int receive_part(void *socket, int flags, int peer)
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
    if (shares.count) {
        uint32_t number;
        if (peer < 0) memcpy(&number, zmq_msg_data(&message), sizeof number);
        else number = peer;
        if (number < (uint32_t) shares.count) shares.now[number]++;
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
    if (count == 1) {
        if (size >= sizeof(uint32_t)) shares_prepare((int) number("conns", 0));
        for (;;) receive_part(sockets[0], 0, -1);
    }
    shares_prepare(count);
    for (;;) {
        CHECK(zmq_poll(items, count, -1));
        for (int i = 0; i < count; i++)
            if (items[i].revents) for (int k = 0; k < 1000 && receive_part(sockets[i], ZMQ_DONTWAIT, i); k++) continue;
    }
}

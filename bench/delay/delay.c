/* A long cable between two TUN devices: every packet is held by a plan, lost by chance, or dropped.
 *
 *   delay LEFT RIGHT PLAN SEED
 *
 * LEFT and RIGHT are open TUN descriptors. The plan has one line per rule, the first that fits counts:
 *
 *   PREFIX LENGTH PORT ONE_WAY_US LOSS_PPM DROP
 *
 * A rule speaks of the far side: of the destination of a packet from the left, of the source of one from the right.
 * PORT 0 is any. It ends when its standard input does, and says on standard output what it did.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 2048, BATCH = 64, MOST_RULES = 4096, MOST_HELD = 1 << 20 };

struct rule { uint8_t prefix[16]; int length, port; int64_t one_way_ns; uint32_t loss; int drop; };
struct held { int64_t due; uint64_t order; int to; int size; uint8_t *bytes; };

static struct rule rules[MOST_RULES];
static int rule_count;
static struct held *heap;
static int held_count;
static uint8_t *spare[MOST_HELD];
static int spare_count;
static uint64_t order, forwarded, lost, dropped, overflowed, late_ns, latest_ns, chance;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static uint32_t one_in_a_million(void) {
    chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
    return (chance >> 20) % 1000000;
}

static int fits(const struct rule *rule, const uint8_t *address, int port) {
    int bytes = rule->length / 8, bits = rule->length % 8;
    if (rule->port && rule->port != port) return 0;
    if (memcmp(rule->prefix, address, bytes)) return 0;
    return !bits || !((rule->prefix[bytes] ^ address[bytes]) >> (8 - bits));
}

/* The far side of a packet as a 16-byte address (IPv4 mapped) and port; 0 if it is none we know. */
static int far_side(const uint8_t *packet, int size, int from_left, uint8_t *address, int *port) {
    int version = packet[0] >> 4, head, protocol;
    if (version == 4 && size >= 20) {
        memset(address, 0, 10), memset(address + 10, 0xff, 2);
        memcpy(address + 12, packet + (from_left ? 16 : 12), 4);
        head = (packet[0] & 15) * 4, protocol = packet[9];
    } else if (version == 6 && size >= 40) {
        memcpy(address, packet + (from_left ? 24 : 8), 16);
        head = 40, protocol = packet[6];
    } else {
        return 0;
    }
    *port = 0;
    if ((protocol == 6 || protocol == 17) && size >= head + 4) {
        const uint8_t *ports = packet + head + (from_left ? 2 : 0);
        *port = ports[0] << 8 | ports[1];
    }
    return 1;
}

static int earlier(const struct held *a, const struct held *b) {
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void hold(struct held one) {
    int at = held_count++;
    for (; at && earlier(&one, &heap[(at - 1) / 2]); at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
    heap[at] = one;
}

static struct held release(void) {
    struct held first = heap[0], last = heap[--held_count];
    int at = 0, child;
    while ((child = 2 * at + 1) < held_count) {
        if (child + 1 < held_count && earlier(&heap[child + 1], &heap[child])) child++;
        if (!earlier(&heap[child], &last)) break;
        heap[at] = heap[child], at = child;
    }
    heap[at] = last;
    return first;
}

static void take(int from, int to, int from_left) {
    for (int i = 0; i < BATCH; i++) {
        uint8_t *bytes = spare_count ? spare[--spare_count] : malloc(LARGEST), address[16];
        int size = read(from, bytes, LARGEST), port, at;
        if (size <= 0 || held_count == MOST_HELD) {
            if (size > 0) overflowed++;
            spare[spare_count++] = bytes;
            if (size <= 0) return;
            continue;
        }
        int64_t due = now_ns();
        int known = far_side(bytes, size, from_left, address, &port);
        for (at = 0; known && at < rule_count && !fits(&rules[at], address, port); at++);
        struct rule *rule = known && at < rule_count ? &rules[at] : NULL;
        if (rule && (rule->drop || (rule->loss && one_in_a_million() < rule->loss))) {
            rule->drop ? dropped++ : lost++;
            spare[spare_count++] = bytes;
            continue;
        }
        hold((struct held){due + (rule ? rule->one_way_ns : 0), order++, to, size, bytes});
    }
}

static void pass(void) {
    while (held_count) {
        int64_t late = now_ns() - heap[0].due;
        if (late < 0) return;
        struct held one = release();
        if (write(one.to, one.bytes, one.size) == one.size) forwarded++;
        late_ns += late;
        if ((uint64_t)late > latest_ns) latest_ns = late;
        spare[spare_count++] = one.bytes;
    }
}

static void read_plan(const char *path) {
    FILE *plan = fopen(path, "r");
    char prefix[64];
    long one_way_us, loss;
    struct rule *rule = rules;
    if (!plan) { perror(path); exit(2); }
    while (fscanf(plan, "%63s %d %d %ld %ld %d", prefix, &rule->length, &rule->port, &one_way_us, &loss, &rule->drop) == 6) {
        if (inet_pton(AF_INET, prefix, rule->prefix + 12) == 1) {
            memset(rule->prefix, 0, 10), memset(rule->prefix + 10, 0xff, 2), rule->length += 96;
        } else if (inet_pton(AF_INET6, prefix, rule->prefix) != 1) {
            fprintf(stderr, "%s: %s is no address\n", path, prefix);
            exit(2);
        }
        rule->one_way_ns = one_way_us * 1000, rule->loss = loss;
        rule = &rules[++rule_count];
        if (rule_count == MOST_RULES) { fprintf(stderr, "%s: too many rules\n", path); exit(2); }
    }
    fclose(plan);
}

int main(int argc, char **argv) {
    if (argc != 5) { fprintf(stderr, "usage: delay LEFT RIGHT PLAN SEED\n"); return 2; }
    int left = atoi(argv[1]), right = atoi(argv[2]);
    read_plan(argv[3]);
    chance = strtoull(argv[4], NULL, 10) * 0x9E3779B97F4A7C15ULL + 1;
    heap = malloc(sizeof *heap * MOST_HELD);
    prctl(PR_SET_TIMERSLACK, 1);
    puts("ready"), fflush(stdout);
    struct pollfd watched[3] = {{left, POLLIN, 0}, {right, POLLIN, 0}, {0, POLLIN, 0}};
    for (;;) {
        struct timespec wait = {3600, 0};
        if (held_count) {
            int64_t until = heap[0].due - now_ns();
            wait = until > 0 ? (struct timespec){until / 1000000000, until % 1000000000} : (struct timespec){0, 0};
        }
        if (ppoll(watched, 3, &wait, NULL) < 0 && errno != EINTR) return 1;
        pass();
        if (watched[0].revents & POLLIN) take(left, right, 1);
        if (watched[1].revents & POLLIN) take(right, left, 0);
        if (watched[2].revents) break;
    }
    printf("{\"forwarded\": %lu, \"lost\": %lu, \"dropped\": %lu, \"overflowed\": %lu, \"mean_late_us\": %.1f, \"max_late_us\": %.1f}\n",
           forwarded, lost, dropped, overflowed, forwarded ? late_ns / 1e3 / forwarded : 0.0, latest_ns / 1e3);
    return 0;
}

/* A long cable between two TUN devices: every packet is held by a plan, lost by chance, or dropped.
 *
 *   delay LEFT RIGHT PLAN SEED
 *
 * LEFT and RIGHT are open TUN descriptors. The plan has one line per rule, the first that fits counts:
 *
 *   PREFIX LENGTH PORT DROP WAY WAY
 *
 * A rule speaks of the far side: of the destination of a packet from the left, of the source of one from the right.
 * PORT 0 is any. The first WAY is for packets from the left, the second for those from the right:
 *
 *   DELAY_US JITTER_US LOSS_PPM BYTES_PER_S QUEUE_BYTES LANE MTU TELLER
 *
 * BYTES_PER_S 0 is no limit; ways of one LANE share theirs. What is larger than MTU (0: nothing is) is dropped, and
 * TELLER, unless it is "-", tells the sender. It ends when its standard input does, and says what it did.
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

enum { LARGEST = 2048, BATCH = 64, MOST_RULES = 4096, MOST_HELD = 1 << 20, MOST_LANES = 2 * MOST_RULES + 64 };
enum { QUOTED4 = 548, QUOTED6 = 1232 };

struct way { int64_t delay_ns, jitter_ns, bytes_s, queue, last_ns; uint32_t loss; int lane, mtu, tells; uint8_t teller[16]; };
struct rule { uint8_t prefix[16]; int length, port, drop; struct way way[2]; };
struct held { int64_t due; uint64_t order; int to; int size; uint8_t *bytes; };

static struct rule rules[MOST_RULES];
static int rule_count;
static struct held *heap;
static int held_count;
static uint8_t *spare[MOST_HELD];
static int spare_count;
static int64_t lane_free_ns[MOST_LANES];
static uint64_t order, forwarded, lost, dropped, overflowed, oversize, late_ns, latest_ns, chance;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static uint64_t any(void) {
    chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
    return chance >> 20;
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

static uint32_t sum(uint32_t so_far, const uint8_t *bytes, int size) {
    for (int i = 0; i < size; i++) so_far += i & 1 ? bytes[i] : bytes[i] << 8;
    return so_far;
}

static void seal(uint8_t *at, uint32_t so_far) {
    while (so_far >> 16) so_far = (so_far & 0xffff) + (so_far >> 16);
    at[0] = ~so_far >> 8, at[1] = ~so_far;
}

/* "Packet too big" to the sender of `packet`, in `told`; its size. */
static int too_big(const struct way *way, const uint8_t *packet, int size, uint8_t *told) {
    int six = packet[0] >> 4 == 6, head = six ? 40 : 20, most = six ? QUOTED6 : QUOTED4;
    int quoted = size < most ? size : most, length = 8 + quoted;
    uint8_t *icmp = told + head;
    memset(told, 0, head + 8);
    memcpy(icmp + 8, packet, quoted);
    icmp[0] = six ? 2 : 3, icmp[1] = six ? 0 : 4;
    icmp[6] = way->mtu >> 8, icmp[7] = way->mtu;
    if (six) {
        told[0] = 0x60, told[4] = length >> 8, told[5] = length, told[6] = 58, told[7] = 64;
        memcpy(told + 8, way->teller, 16), memcpy(told + 24, packet + 8, 16);
        seal(icmp + 2, sum(sum(58 + length, told + 8, 32), icmp, length));
    } else {
        told[0] = 0x45, told[2] = (head + length) >> 8, told[3] = head + length, told[8] = 64, told[9] = 1;
        memcpy(told + 12, way->teller + 12, 4), memcpy(told + 16, packet + 12, 4);
        seal(told + 10, sum(0, told, head));
        seal(icmp + 2, sum(0, icmp, length));
    }
    return head + length;
}

/* When a packet of a way may leave its queue; 0 if there is no room for it. */
static int64_t turn(struct way *way, int64_t now, int size) {
    int64_t *free_ns = &lane_free_ns[way->lane], start = *free_ns > now ? *free_ns : now;
    if (!way->bytes_s) return now;
    if ((start - now) * way->bytes_s / 1000000000 + size > way->queue) return 0;
    return *free_ns = start + size * 1000000000LL / way->bytes_s;
}

/* When a packet is due; 0: never, and the buffer is free again. */
static int64_t due_at(struct way *way, int64_t now, int size) {
    if (way->loss && any() % 1000000 < way->loss) { lost++; return 0; }
    int64_t due = turn(way, now, size);
    if (!due) { overflowed++; return 0; }
    due += way->delay_ns;
    if (!way->jitter_ns) return due;
    due += any() % way->jitter_ns;
    return way->last_ns = due > way->last_ns ? due : way->last_ns;
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
        struct way *way = rule ? &rule->way[!from_left] : NULL;
        if (rule && rule->drop) {
            dropped++, due = 0;
        } else if (way && way->mtu && size > way->mtu) {
            uint8_t told[LARGEST];
            int telling = way->tells ? too_big(way, bytes, size, told) : 0;
            if (telling && write(from, told, telling) != telling) perror("telling");
            oversize++, due = 0;
        } else if (way) {
            due = due_at(way, due, size);
        }
        if (due) hold((struct held){due, order++, to, size, bytes});
        else spare[spare_count++] = bytes;
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

static int read_address(const char *text, uint8_t *address) {
    memset(address, 0, 10), memset(address + 10, 0xff, 2);
    if (inet_pton(AF_INET, text, address + 12) == 1) return 4;
    if (inet_pton(AF_INET6, text, address) == 1) return 6;
    fprintf(stderr, "%s is no address\n", text);
    exit(2);
}

static int read_way(FILE *plan, struct way *way) {
    char teller[64];
    long delay_us, jitter_us;
    if (fscanf(plan, "%ld %ld %u %ld %ld %d %d %63s", &delay_us, &jitter_us, &way->loss, &way->bytes_s, &way->queue,
               &way->lane, &way->mtu, teller) != 8) return 0;
    if (way->lane < 0 || way->lane >= MOST_LANES) { fprintf(stderr, "%d is no lane\n", way->lane); exit(2); }
    way->delay_ns = delay_us * 1000, way->jitter_ns = jitter_us * 1000;
    way->tells = strcmp(teller, "-") != 0;
    if (way->tells) read_address(teller, way->teller);
    return 1;
}

static void read_plan(const char *path) {
    FILE *plan = fopen(path, "r");
    char prefix[64];
    struct rule *rule = rules;
    if (!plan) { perror(path); exit(2); }
    while (fscanf(plan, "%63s %d %d %d", prefix, &rule->length, &rule->port, &rule->drop) == 4) {
        if (read_address(prefix, rule->prefix) == 4) rule->length += 96;
        if (!read_way(plan, &rule->way[0]) || !read_way(plan, &rule->way[1])) break;
        rule = &rules[++rule_count];
        if (rule_count == MOST_RULES) { fprintf(stderr, "%s: too many rules\n", path); exit(2); }
    }
    if (!feof(plan)) { fprintf(stderr, "%s: rule %d is none\n", path, rule_count + 1); exit(2); }
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
    printf("{\"forwarded\": %lu, \"lost\": %lu, \"dropped\": %lu, \"overflowed\": %lu, \"oversize\": %lu, \"mean_late_us\": %.1f, \"max_late_us\": %.1f}\n",
           forwarded, lost, dropped, overflowed, oversize, forwarded ? late_ns / 1e3 / forwarded : 0.0, latest_ns / 1e3);
    return 0;
}

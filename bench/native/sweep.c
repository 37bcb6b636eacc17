/* The limit: connect to many endpoints by a bare epoll loop.
 *
 *   sweep FIRST_ADDRESS COUNT WINDOW PATIENCE_MS
 *
 * Endpoints are ports 80, 443, 4000 and 4001 of COUNT / 4 addresses in a row. At most WINDOW are in flight.
 * Says: open refused silent other, CPU microseconds (user and system), wall microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512 };
static const int ports[] = {80, 443, 4000, 4001};
static const struct linger reset = {1, 0};

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static int64_t cpu_us(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    uint32_t first = ntohl(inet_addr(argv[1]));
    int count = atoi(argv[2]), window = atoi(argv[3]), next = 0, flying = 0, oldest = 0;
    int64_t patience = atoi(argv[4]) * 1000LL;
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most), most.rlim_cur = most.rlim_max, setrlimit(RLIMIT_NOFILE, &most);
    int *fd_of = malloc(sizeof(int) * count), *index_of = calloc(1 << 20, sizeof(int));
    int64_t *sent = malloc(sizeof(int64_t) * count);
    long open = 0, refused = 0, silent = 0, other = 0;
    struct epoll_event events[EVENTS];
    int watcher = epoll_create1(0);
    int64_t began = now_us(), cpu = cpu_us();
    while (next < count || flying) {
        while (next < count && flying < window) {
            int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(ports[next & 3]),
                                     .sin_addr.s_addr = htonl(first + next / 4)};
            struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};
            if (fd < 0) { perror("socket"); return 1; }
            sent[next] = now_us(), fd_of[next] = fd, index_of[fd] = next++;
            if (connect(fd, (void *)&to, sizeof to) && errno != EINPROGRESS) {
                other++, fd_of[next - 1] = -1, close(fd);
                continue;
            }
            epoll_ctl(watcher, EPOLL_CTL_ADD, fd, &event), flying++;
        }
        while (oldest < next && fd_of[oldest] < 0) oldest++;
        int64_t left = oldest < next ? sent[oldest] + patience - now_us() : 0;
        int ready = epoll_wait(watcher, events, EVENTS, left > 0 ? (left + 999) / 1000 : 0);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd, number = 0;
            socklen_t size = sizeof number;
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size);
            number == 0 ? open++ : number == ECONNREFUSED ? refused++ : other++;
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            close(fd), fd_of[index_of[fd]] = -1, flying--;
        }
        while (oldest < next && (fd_of[oldest] < 0 || sent[oldest] + patience <= now_us())) {
            if (fd_of[oldest] >= 0) close(fd_of[oldest]), fd_of[oldest] = -1, silent++, flying--;
            oldest++;
        }
    }
    printf("%ld %ld %ld %ld %ld %ld\n", open, refused, silent, other, cpu_us() - cpu, now_us() - began);
    return 0;
}

/* The far side of the benches: accepts and holds TCP, answers names, speaks TLS where asked to.
 *
 *   edge TCP_PORTS [DNS_TABLE [TLS_PORTS CERTIFICATE KEY]]
 *
 * Ports are joined by commas. The table has a `name address` line per host; other names do not exist, and AAAA is
 * empty. A connection on a TCP port is held until the other end closes; one that sends `HEAD` or `GET` gets an answer.
 * It ends when its standard input does, and says on standard output how many connections it accepted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
static SSL_CTX *tls;
static SSL *speaking[1 << 20];
#endif

enum { MOST_NAMES = 512, EVENTS = 512 };
enum { LISTENS = 1, LISTENS_TLS, NAMES, OPEN, ENDS };
static struct { char name[256]; uint32_t address; } table[MOST_NAMES];
static int names, watcher;
static uint64_t accepted;
static uint8_t kind_of[1 << 20];
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

static void watch(int fd, int kind) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    kind_of[fd] = kind;
    if (epoll_ctl(watcher, EPOLL_CTL_ADD, fd, &event)) perror("epoll_ctl"), exit(1);
}

static void listen_on(const char *ports, int kind) {
    char copy[256], *rest = copy, *port;
    snprintf(copy, sizeof copy, "%s", ports);
    while ((port = strsep(&rest, ","))) {
        int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1, off = 0;
        struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(atoi(port)), .sin6_addr = in6addr_any};
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        if (bind(fd, (void *)&any, sizeof any) || listen(fd, 65535)) perror(port), exit(1);
        watch(fd, kind);
    }
}

static void read_names(const char *path) {
    FILE *file = fopen(path, "r");
    char address[64];
    if (!file) perror(path), exit(1);
    while (names < MOST_NAMES && fscanf(file, "%255s %63s", table[names].name, address) == 2)
        inet_pton(AF_INET, address, &table[names++].address);
    fclose(file);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(53)};
    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    if (bind(fd, (void *)&any, sizeof any)) perror("port 53"), exit(1);
    watch(fd, NAMES);
}

/* Turns a question into its answer in place; the answer's size, 0 if it is no question. */
static int resolve(uint8_t *message, int size) {
    char name[256] = "";
    int at = 12, used = 0, found = -1;
    if (size < 17) return 0;
    while (at < size && message[at] && used + message[at] < 255) {
        if (used) name[used++] = '.';
        memcpy(name + used, message + at + 1, message[at]);
        used += message[at], at += message[at] + 1;
    }
    int type = message[at + 1] << 8 | message[at + 2], end = at + 5;
    for (int i = 0; i < names && found < 0; i++) if (!strcasecmp(table[i].name, name)) found = i;
    message[2] |= 0x84, message[3] = found < 0 ? 0x83 : 0x80;
    memset(message + 6, 0, 6);
    if (found < 0 || type != 1) return end;
    message[7] = 1;
    memcpy(message + end, "\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4", 12);
    memcpy(message + end + 12, &table[found].address, 4);
    return end + 16;
}

static void tell_names(int fd) {
    uint8_t message[2048], control[256];
    struct sockaddr_in6 who;
    struct iovec part = {message, 1024};
    struct msghdr head = {&who, sizeof who, &part, 1, control, sizeof control, 0};
    int size;
    while ((size = recvmsg(fd, &head, 0)) > 0) {
        part.iov_len = resolve(message, size);
        struct cmsghdr *info = CMSG_FIRSTHDR(&head); /* the address asked is the one to answer from */
        if (info) ((struct in_pktinfo *)CMSG_DATA(info))->ipi_ifindex = 0;
        if (part.iov_len) sendmsg(fd, &head, 0);
        part.iov_len = 1024, head.msg_namelen = sizeof who, head.msg_controllen = sizeof control;
    }
}

static void hang_up(int fd) {
#ifdef WITH_TLS
    if (speaking[fd]) SSL_free(speaking[fd]), speaking[fd] = NULL;
#endif
    close(fd);
}

static void welcome(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        accepted++;
#ifdef WITH_TLS
        if (kind_of[listener] == LISTENS_TLS) {
            int on = 1;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            speaking[fd] = SSL_new(tls);
            SSL_set_fd(speaking[fd], fd);
            SSL_set_accept_state(speaking[fd]);
        }
#endif
        watch(fd, OPEN);
    }
}

static void serve(int fd) {
    char said[4096];
#ifdef WITH_TLS
    if (speaking[fd]) {
        ERR_clear_error();
        int got = SSL_read(speaking[fd], said, sizeof said);
        if (got > 0 && (said[0] == 'H' || said[0] == 'G')) SSL_write(speaking[fd], answer, sizeof answer - 1);
        else if (got <= 0 && SSL_get_error(speaking[fd], got) != SSL_ERROR_WANT_READ) hang_up(fd);
        return;
    }
#endif
    int got = read(fd, said, sizeof said);
    if (got > 0 && (said[0] == 'H' || said[0] == 'G')) send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
    if (got == 0 || (got < 0 && errno != EAGAIN)) hang_up(fd);
}

int main(int argc, char **argv) {
    struct rlimit most;
    struct epoll_event events[EVENTS];
    if (argc < 2) return 2;
    prctl(PR_SET_PDEATHSIG, 9);
    getrlimit(RLIMIT_NOFILE, &most), most.rlim_cur = most.rlim_max, setrlimit(RLIMIT_NOFILE, &most);
    watcher = epoll_create1(0);
    listen_on(argv[1], LISTENS);
    if (argc > 2 && *argv[2]) read_names(argv[2]);
#ifdef WITH_TLS
    if (argc > 5) {
        tls = SSL_CTX_new(TLS_server_method());
        SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(tls, 0);
        if (SSL_CTX_use_certificate_chain_file(tls, argv[4]) != 1 ||
            SSL_CTX_use_PrivateKey_file(tls, argv[5], SSL_FILETYPE_PEM) != 1) ERR_print_errors_fp(stderr), exit(1);
        listen_on(argv[3], LISTENS_TLS);
    }
#endif
    watch(0, ENDS);
    puts("ready"), fflush(stdout);
    for (;;) {
        int ready = epoll_wait(watcher, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (kind_of[fd] == ENDS) return printf("%lu\n", accepted), 0;
            if (kind_of[fd] == NAMES) tell_names(fd);
            else if (kind_of[fd] == OPEN) serve(fd);
            else welcome(fd);
        }
    }
}

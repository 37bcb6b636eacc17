/* Who calls a reflector: whole conversations, each on a connection of its own, one after the other.
 *
 *   caller PORT lines|web|tls SECONDS
 *
 * A greeting, the challenge said again, and a report with the nonce in it. Says how many came to their end, and CPU
 * microseconds (user and system). TLS verifies nothing: the reflector's cost is what is asked about.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16384, NONCE = 32, RUN = 16 };
static const char PAD[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

static void hex(char *into, int digits) {
    unsigned char drawn[NONCE / 2];
    RAND_bytes(drawn, digits / 2);
    for (int i = 0; i < digits / 2; i++) sprintf(into + 2 * i, "%02x", drawn[i]);
}

/* Say one thing and hear the answer to its last byte; 0: it did not come. */
static int exchange(int fd, SSL *tls, const char *said, char *heard, int web) {
    int size = strlen(said), got = 0;
    if ((tls ? SSL_write(tls, said, size) : send(fd, said, size, MSG_NOSIGNAL)) != size) return 0;
    for (;;) {
        int more = tls ? SSL_read(tls, heard + got, MOST - got) : recv(fd, heard + got, MOST - got, 0);
        if (more <= 0) return 0;
        got += more;
        heard[got] = 0;
        char *body = web ? strstr(heard, "\r\n\r\n") : NULL;
        if (web ? body != NULL && body[4] && heard[got - 1] == '}' : heard[got - 1] == '\n') return 1;
    }
}

static int converse(int fd, SSL *tls, int web) {
    char nonce[NONCE + 1], run[RUN + 1], said[1024], heard[MOST + 1];
    hex(nonce, NONCE);
    hex(run, RUN);
    const char *greets = web ? "GET /lineclear/1/%s?run=%s&pad=%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n"
                             : "{\"lineclear\":1,\"nonce\":\"%s\",\"run\":\"%s\",\"pad\":\"%s\"}\n";
    snprintf(said, sizeof said, greets, nonce, run, PAD);
    if (!exchange(fd, tls, said, heard, web)) return 0;
    char *proof = strstr(heard, "\"prove\":\"");
    if (!proof) return 0;
    proof += strlen("\"prove\":\"");
    proof[strcspn(proof, "\"")] = 0;
    if (web)
        snprintf(said, sizeof said, "GET /lineclear/1/%s?run=%s&prove=%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", nonce,
                 run, proof);
    else
        snprintf(said, sizeof said, "{\"ask\":\"seen\",\"prove\":\"%s\"}\n", proof);
    return exchange(fd, tls, said, heard, web) && strstr(heard, nonce) != NULL;
}

/* No chain is built, nor its signatures looked at: that is work of callers alone. */
static int believe(X509_STORE_CTX *chain, void *nothing) {
    (void)chain, (void)nothing;
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int web = !strcmp(argv[2], "web"), done = 0, one = 1;
    SSL_CTX *context = strcmp(argv[2], "tls") ? NULL : SSL_CTX_new(TLS_client_method());
    if (context) {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_cert_verify_callback(context, believe, NULL);
    }
    for (double until = now() + atof(argv[3]); now() < until;) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        SSL *tls = NULL;
        int open = !connect(fd, (void *)&to, sizeof to);
        if (open && context) {
            tls = SSL_new(context);
            SSL_set_fd(tls, fd);
            open = SSL_connect(tls) == 1;
        }
        if (open) done += converse(fd, tls, web);
        if (tls) SSL_shutdown(tls), SSL_free(tls);
        close(fd);
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    long cpu = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000L + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    printf("%d %ld\n", done, cpu);
    return 0;
}

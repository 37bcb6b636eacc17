/* The limit of a verified TLS handshake: connect, shake hands, close, one after the other.
 *
 *   tlsloop FIRST_ADDRESS COUNT BUNDLE HOST
 *
 * Says how many handshakes were verified, chain and name, and CPU microseconds (user and system).
 */
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int64_t cpu_us(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    uint32_t first = ntohl(inet_addr(argv[1]));
    int count = atoi(argv[2]), good = 0;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_load_verify_locations(context, argv[3], NULL) != 1) return 1;
    int64_t began = cpu_us();
    for (int i = 0; i < count; i++) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(443), .sin_addr.s_addr = htonl(first + i)};
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        SSL *tls = SSL_new(context);
        SSL_set_fd(tls, fd);
        SSL_set_tlsext_host_name(tls, argv[4]);
        SSL_set1_host(tls, argv[4]);
        if (!connect(fd, (void *)&to, sizeof to) && SSL_connect(tls) == 1) good++, SSL_shutdown(tls);
        SSL_free(tls);
        close(fd);
    }
    printf("%d %ld\n", good, cpu_us() - began);
    return 0;
}

/* A notebook: GET / says hello, GET /notes lists, POST /notes adds the body as a line, GET /healthz is for probes. */

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GREETING "Notebook."
#define PORT 8080

static const char *notes(void)
{
    const char *file = getenv("NOTES");
    return file ? file : "/tmp/notes.txt";
}

static void stop(int number)
{
    (void)number;
    _exit(0);
}

static void answer(int client, const char *status, const char *body)
{
    dprintf(client, "HTTP/1.0 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
            status, strlen(body), body);
}

static void list(int client)
{
    char text[65536] = "";
    FILE *file = fopen(notes(), "r");
    if (file) {
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
    }
    answer(client, "200 OK", text);
}

static void add(int client, const char *request)
{
    const char *body = strstr(request, "\r\n\r\n");
    FILE *file = fopen(notes(), "a");
    if (!body || !file) {
        answer(client, "500 Internal Server Error", "The note was not saved.\n");
        return;
    }
    fprintf(file, "%s\n", body + 4);
    fclose(file);
    answer(client, "201 Created", "Saved.\n");
}

static void serve(int client)
{
    char request[8192];
    ssize_t size = read(client, request, sizeof request - 1);
    if (size > 0) {
        request[size] = '\0';
        if (!strncmp(request, "GET / ", 6))
            answer(client, "200 OK", GREETING "\n");
        else if (!strncmp(request, "GET /healthz ", 13))
            answer(client, "200 OK", "ok\n");
        else if (!strncmp(request, "GET /notes ", 11))
            list(client);
        else if (!strncmp(request, "POST /notes ", 12))
            add(client, request);
        else
            answer(client, "404 Not Found", "There is nothing here.\n");
    }
    close(client);
}

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = {INADDR_ANY}};
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0);

    /* As PID 1 a process ignores signals that it has no handler for. */
    signal(SIGTERM, stop);
    signal(SIGPIPE, SIG_IGN);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 16)) {
        perror("notebook");
        return 1;
    }
    printf("Listening on port %d\n", PORT);
    fflush(stdout);
    for (;;) {
        int client = accept(server, NULL, NULL);
        if (client >= 0)
            serve(client);
    }
}

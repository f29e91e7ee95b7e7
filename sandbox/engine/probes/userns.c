/* userns OWNER PROGRAM ARGUMENT…: makes a user namespace that belongs to the user OWNER, keeps it open as file 9, and
   becomes PROGRAM.

   The kernel charges what an app takes from its quotas (inotify instances, message queues, pending signals) to the owner
   of its user namespace as well. Namespaces that root makes all belong to root, so that one app could use up what the
   machine and every neighbour need. Root in the namespace is user 100000 outside, as the engine's own mapping has it.
   Without a C library, so that it starts in no time: it runs before each container and each step of a build. */

typedef unsigned long word;

#define MAP "0 100000 65536\n"
#define OPEN_AS 9

#define READ 0
#define WRITE 1
#define OPEN 2
#define CLOSE 3
#define PIPE 22
#define DUP2 33
#define FORK 57
#define EXECVE 59
#define EXIT 60
#define WAIT4 61
#define SETRESUID 117
#define SETRESGID 119
#define CAPSET 126
#define PRCTL 157
#define UNSHARE 272
#define KEEP_CAPABILITIES 8
#define NEW_USER_NAMESPACE 0x10000000
#define CAP_SYS_ADMIN 21

static word call(word number, word a, word b, word c) {
    word answer;
    __asm__ volatile("syscall" : "=a"(answer) : "0"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return answer;
}

static word call4(word number, word a, word b, word c, word d) {
    register word r10 __asm__("r10") = d;
    word answer;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return answer;
}

static void fail(const char *what, word length) {
    call(WRITE, 2, (word)what, length);
    call(EXIT, 1, 0, 0);
}

#define DEMAND(done, what) \
    if ((long)(done) < 0) \
    fail("userns: " what " was refused\n", sizeof("userns: " what " was refused\n") - 1)

static char *number(char *end, word value) {
    do
        *--end = (char)('0' + value % 10);
    while (value /= 10);
    return end;
}

/* "/proc/PID/NAME" in `place`, opened with `mode`. */
static word open_of(word pid, const char *name, word mode) {
    static char place[64], digits[24];
    char *to = place, *from;
    for (const char *c = "/proc/"; *c; c++)
        *to++ = *c;
    digits[23] = 0;
    for (from = number(digits + 23, pid); *from; from++)
        *to++ = *from;
    for (; *name; name++)
        *to++ = *name;
    *to = 0;
    return call(OPEN, (word)place, mode, 0);
}

static void make(word owner, int ready, int done) {
    static struct {
        unsigned version;
        int pid;
    } head = {0x20080522, 0};
    static struct {
        unsigned effective, permitted, inheritable;
    } sets[2];
    char byte = 0;
    sets[0].effective = sets[0].permitted = 1u << CAP_SYS_ADMIN; /* some kernels let nobody else make namespaces */
    DEMAND(call(PRCTL, KEEP_CAPABILITIES, 1, 0), "keeping capabilities");
    DEMAND(call(SETRESGID, owner, owner, owner), "the owner's group");
    DEMAND(call(SETRESUID, owner, owner, owner), "the owner");
    DEMAND(call(CAPSET, (word)&head, (word)sets, 0), "a capability");
    DEMAND(call(UNSHARE, NEW_USER_NAMESPACE, 0, 0), "a user namespace");
    call(WRITE, ready, (word)&byte, 1);
    call(READ, done, (word)&byte, 1); /* until the other end is closed */
    call(EXIT, 0, 0, 0);
}

static void map(word pid, const char *name) {
    word file = open_of(pid, name, 1);
    DEMAND(file, "a mapping");
    DEMAND(call(WRITE, file, (word)MAP, sizeof(MAP) - 1), "a mapping");
    call(CLOSE, file, 0, 0);
}

__attribute__((used)) static void run(word *stack) {
    char **argv = (char **)(stack + 1), **environment = argv + stack[0] + 1;
    int ready[2], done[2];
    char byte;
    word owner = 0, pid, space;
    if (stack[0] < 3)
        fail("userns OWNER PROGRAM ARGUMENT...\n", 33);
    for (const char *c = argv[1]; *c; c++)
        owner = owner * 10 + (word)(*c - '0');
    DEMAND(call(PIPE, (word)ready, 0, 0), "a pipe");
    DEMAND(call(PIPE, (word)done, 0, 0), "a pipe");
    pid = call(FORK, 0, 0, 0);
    DEMAND(pid, "a process");
    if (pid == 0) {
        call(CLOSE, (word)done[1], 0, 0);
        make(owner, ready[1], done[0]);
    }
    call(CLOSE, (word)ready[1], 0, 0);
    call(CLOSE, (word)done[0], 0, 0);
    if (call(READ, (word)ready[0], (word)&byte, 1) != 1) /* it has said why */
        call(EXIT, 1, 0, 0);
    map(pid, "/uid_map");
    map(pid, "/gid_map");
    space = open_of(pid, "/ns/user", 0);
    DEMAND(space, "the namespace");
    call(CLOSE, (word)ready[0], 0, 0);
    call(CLOSE, (word)done[1], 0, 0);
    call4(WAIT4, pid, 0, 0, 0);
    DEMAND(call(DUP2, space, OPEN_AS, 0), "the namespace");
    if (space != OPEN_AS)
        call(CLOSE, space, 0, 0);
    call(EXECVE, (word)argv[2], (word)(argv + 2), (word)environment);
    fail("userns: the program does not start\n", 35);
}

__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call run\n  hlt\n");

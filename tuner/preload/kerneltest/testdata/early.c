/* A library that looks at the soft limit of open files when it is initialised, which its program prints. */
#include <sys/resource.h>

static struct rlimit seen;

__attribute__((constructor)) static void look(void) { getrlimit(RLIMIT_NOFILE, &seen); }

unsigned long long soft_limit(void) { return seen.rlim_cur; }

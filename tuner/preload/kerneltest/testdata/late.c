/* The program of early.c. */
#include <stdio.h>

unsigned long long soft_limit(void);

int main(void)
{
	printf("%llu\n", soft_limit());
	return 0;
}

/* What the library shall set. "tuner preload" fills the block into a copy of the file: a server's environment and file
 * system have no say in it. A change of the layout needs another version; tuner/internal/preload writes the same. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdint.h>

struct settings {
	char magic[24];
	uint32_t version;
	uint32_t keepalive_time;     /* seconds; 0: keepalive is left to the server */
	uint32_t keepalive_interval; /* seconds */
	uint32_t keepalive_probes;
	uint32_t user_timeout;       /* milliseconds; 0: left to the server */
	uint32_t override;           /* 1: of the server's value and ours the stricter one holds */
	uint32_t open_files_minimum; /* descriptors; 0: the soft limit is not raised */
	uint32_t open_files_maximum; /* descriptors; 0: no limit is lowered */
};

/* volatile, for the compiler must not believe these values; in a section that is read-only once the library is loaded. */
static const volatile struct settings settings __attribute__((section(".data.rel.ro"))) = {
	.magic = "wstuning-settings",
	.version = 2,
};

#endif

package dev.wstuning.operator.report;

/**
 * RLIMIT_NOFILE of a process: the soft limit acts, the hard one bounds how far it may be raised.
 */
public record OpenFilesLimit(long soft, long hard) {}

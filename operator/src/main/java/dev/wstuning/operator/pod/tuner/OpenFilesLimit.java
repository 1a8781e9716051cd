package dev.wstuning.operator.pod.tuner;

/**
 * RLIMIT_NOFILE of a process: the soft limit acts, the hard one bounds how far it may be raised.
 */
public record OpenFilesLimit(long soft, long hard) {}

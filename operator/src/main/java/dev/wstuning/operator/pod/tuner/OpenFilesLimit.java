package dev.wstuning.operator.pod.tuner;

/**
 * RLIMIT_NOFILE of a process: the soft limit acts, the hard one bounds how far it may be raised.
 */
public record OpenFilesLimit(long soft, long hard) {

  /**
   * Whether that many files may be open. Go raises its soft limit to one below the hard one, which
   * is as good as the hard one.
   */
  public boolean reaches(long minimum) {
    boolean raisedByGo = soft == hard - 1 && hard >= minimum;
    return soft >= minimum || raisedByGo;
  }
}

package dev.wstuning.operator.publish;

/** Hears of writes of the statuses of one kind. It must neither fail nor take time. */
public interface StatusWrites {

  void written();

  /** Only numbers changed, and they wait for the next write. */
  void putOff();
}

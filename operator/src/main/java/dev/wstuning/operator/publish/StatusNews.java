package dev.wstuning.operator.publish;

/**
 * Reports what is new in a status that was written.
 *
 * @param <R> the resource
 * @param <S> its status
 */
public interface StatusNews<R, S> {

  /**
   * @param before null if there was none
   */
  void record(R resource, S before, S after);

  /** Forgets a resource that is gone. */
  default void forget(String uid) {}
}

package dev.wstuning.operator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;

/**
 * A resource that can be read even if a newer version wrote it. One object that cannot be read must
 * not affect the others. Copies by way of JSON lose {@link #notUnderstood}.
 *
 * @param <S> the spec
 * @param <T> the status
 */
public abstract class TolerantResource<S, T> extends CustomResource<S, T> {

  private NotUnderstood notUnderstood = NotUnderstood.NOTHING;
  private boolean statusReadable = true;

  /** The parts of the spec that could not be read. They are missing in it. */
  @JsonIgnore
  public NotUnderstood notUnderstood() {
    return notUnderstood;
  }

  public void notUnderstood(NotUnderstood what) {
    notUnderstood = what;
  }

  /** Whether all values of the status could be read. The others are missing. */
  @JsonIgnore
  public boolean isStatusReadable() {
    return statusReadable;
  }

  void statusReadable(boolean readable) {
    statusReadable = readable;
  }

  /** A copy that shares spec and status, which never change. */
  public TolerantResource<S, T> copy() {
    TolerantResource<S, T> copy = empty();
    copy.setMetadata(new ObjectMetaBuilder(getMetadata()).build());
    copy.setSpec(getSpec());
    copy.setStatus(getStatus());
    copy.notUnderstood(notUnderstood);
    copy.statusReadable(statusReadable);
    return copy;
  }

  abstract TolerantResource<S, T> empty();

  /** Whether the spec could be read. If not, it has only a selector. */
  @JsonIgnore
  public boolean isReadable() {
    return notUnderstood.values().isEmpty();
  }
}

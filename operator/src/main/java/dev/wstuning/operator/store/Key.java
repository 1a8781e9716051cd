package dev.wstuning.operator.store;

/** What an informer calls an object that is in a namespace: {@code NAMESPACE/NAME}. */
public record Key(String namespace, String name) {

  public static Key of(String text) {
    int slash = text.indexOf('/');
    return new Key(text.substring(0, slash), text.substring(slash + 1));
  }
}

package dev.wstuning.e2e.support;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The rule of every story, found by JUnit itself: no replica of the operator restarted, unless the
 * story ended it and said so with {@link Operator#endedByStory}. The rule begins with the
 * installation of the operator; a restart is blamed on the story at whose end it is seen first.
 */
public final class NoReplicaRestarts implements AfterEachCallback, AfterAllCallback {

  @Override
  public void afterEach(ExtensionContext context) {
    check();
  }

  /** What happened after the last story of a class, or without any. */
  @Override
  public void afterAll(ExtensionContext context) {
    check();
  }

  private static void check() {
    Installation.present().ifPresent(i -> i.replicas().unexplainedRestarts().assertNone());
  }
}

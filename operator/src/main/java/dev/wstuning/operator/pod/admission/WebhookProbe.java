package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.podsecurity.Restricted;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.ResourceNotFoundException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether API servers reach the webhook: a pod of the operator's own namespace is created
 * as a dry run, and must come back marked. Nothing is stored.
 */
public final class WebhookProbe {

  static final String MARK = "wstuning.dev/selftest";

  private static final Logger LOG = LoggerFactory.getLogger(WebhookProbe.class);

  /** A single failure may be a replica that just went away. */
  private static final int FAILURES_THAT_COUNT = 2;

  /**
   * When all replicas start, API servers know no address of the webhook for some seconds. Until a
   * test succeeds, the first ones of a term prove nothing, but the last of them does.
   */
  static final int FIRST_TESTS = 10;

  private final KubernetesClient client;
  private final String namespace;
  private final AuthorityStore authority;
  private final WebhookRegistration registration;
  private final Runnable onChange;
  private String registeredBundle = "";
  private int failures;
  private int firstTests;
  private volatile int term;
  private volatile boolean begun;
  private volatile Optional<String> problem = Optional.empty();
  private volatile Optional<String> doubt = Optional.of("it was not tested yet");

  public WebhookProbe(
      KubernetesClient client,
      String namespace,
      AuthorityStore authority,
      WebhookRegistration registration,
      Runnable onChange) {
    this.client = client;
    this.namespace = namespace;
    this.authority = authority;
    this.registration = registration;
    this.onChange = onChange;
  }

  /** Why the webhook cannot be reached; empty if it can, or if that is not known. */
  public Optional<String> problem() {
    return problem;
  }

  /**
   * Why it is not known yet whether the webhook can be reached; empty after the first conclusive
   * test.
   */
  public Optional<String> doubt() {
    return doubt;
  }

  /** Whether the first tests of a term are over. */
  public boolean begunIn(int aTerm) {
    return begun && term == aTerm;
  }

  /**
   * Begins a term: what was found in an earlier one may not hold any more. It is tested at once.
   * Until a test succeeds or the last of the first ones is over, the earlier findings stay, because
   * a pass of the earlier term may still read them.
   */
  public synchronized void begin(int newTerm) {
    begun = false;
    term = newTerm;
    failures = 0;
    firstTests = 0;
    registeredBundle = "";
    testFirst();
  }

  /**
   * Tests, if no test of the term has succeeded yet and there were not ten.
   *
   * @return whether the first tests are over now, and were not before
   */
  public synchronized boolean testFirst() {
    if (begun) {
      return false;
    }
    firstTests++;
    boolean last = firstTests >= FIRST_TESTS;
    Optional<String> open = test(last);
    if (last && open.isPresent()) {
      problem = Optional.empty();
      doubt = open;
    } else {
      doubt(open);
    }
    begun = last || open.isEmpty();
    return begun;
  }

  /** Tests once. Only the leader calls this. */
  public synchronized void run() {
    if (begun) {
      doubt(test(true));
    }
  }

  /** What is known stays known. */
  private void doubt(Optional<String> open) {
    open.ifPresent(why -> doubt = doubt.map(before -> why));
  }

  /**
   * @param counts whether a failure may be conclusive
   * @return why nothing was concluded; empty if something was
   */
  private Optional<String> test(boolean counts) {
    Optional<String> found;
    try {
      found = probe();
    } catch (KubernetesClientException | ResourceNotFoundException e) {
      LOG.warn("msg=\"webhook self-test did not run\" problem=\"{}\"", e.getMessage());
      return Optional.of("the test did not run: " + e.getMessage());
    }
    failures = found.isPresent() ? failures + 1 : 0;
    if (found.isPresent() && !(counts && failures >= FAILURES_THAT_COUNT)) {
      return Optional.of("a first test failed, and will be repeated");
    }
    conclude(found);
    return Optional.empty();
  }

  private void conclude(Optional<String> found) {
    if (doubt.isPresent() || !problem.equals(found)) {
      boolean turned = problem.isPresent() != found.isPresent();
      problem = found;
      doubt = Optional.empty();
      if (turned) {
        LOG.info("msg=\"webhook self-test changed\" problem=\"{}\"", found.orElse("none"));
      }
      onChange.run();
    }
  }

  private Optional<String> probe() {
    Optional<String> bundle = authority.caBundle();
    if (bundle.isEmpty()) {
      return Optional.of(
          "there is no certificate authority: the Secret %s is missing"
              .formatted(AuthorityStore.SECRET));
    }
    if (!registeredBundle.equals(bundle.get())) {
      registration.registerSelfTest(bundle.get());
      registeredBundle = bundle.get();
    }
    try {
      Pod answer = client.pods().inNamespace(namespace).resource(pod()).dryRun().create();
      Map<String, String> annotations = answer.getMetadata().getAnnotations();
      if (annotations != null && "seen".equals(annotations.get(MARK))) {
        return Optional.empty();
      }
      // The entry was deleted: it is registered again the next time.
      registeredBundle = "";
      return Optional.of("the test pod was admitted without a call to the webhook");
    } catch (KubernetesClientException e) {
      String message = e.getStatus() == null ? null : e.getStatus().getMessage();
      if (message == null || !message.contains(WebhookEntry.SELF_TEST)) {
        throw e;
      }
      return Optional.of(message);
    }
  }

  /** Fit for the level restricted, which the operator's namespace enforces. */
  private Pod pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("wstuning-selftest-")
        .withNamespace(namespace)
        .addToLabels(MARK, "true")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("none")
        .withImage("none")
        .withSecurityContext(Restricted.context())
        .endContainer()
        .endSpec()
        .build();
  }
}

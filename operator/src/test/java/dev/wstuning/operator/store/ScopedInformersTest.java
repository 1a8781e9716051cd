package dev.wstuning.operator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true)
class ScopedInformersTest {

  private static KubernetesClient client;

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Set<String> replaced = ConcurrentHashMap.newKeySet();
  private volatile Set<String> namespaces = Set.of();
  private ScopedInformers<ConfigMap, Note> informers;

  private record Note(String text, Map<String, String> labels) {}

  @BeforeEach
  void start() {
    informers =
        new ScopedInformers<>(
            client.configMaps(),
            new Kept<>(
                ConfigMap::new,
                Note::labels,
                (object, before) ->
                    Optional.ofNullable(object.getData())
                        .map(data -> new Note(data.get("text"), object.getMetadata().getLabels())),
                note -> Optional.of("place of " + note.text())),
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(ConfigMap object) {
                heard.add("add " + object.getMetadata().getName());
              }

              @Override
              public void onUpdate(ConfigMap before, ConfigMap after) {
                heard.add(
                    "update %s from %s"
                        .formatted(
                            after.getMetadata().getLabels(), before.getMetadata().getLabels()));
              }

              @Override
              public void onDelete(ConfigMap object, boolean finalStateUnknown) {
                heard.add("delete " + object.getMetadata().getName());
              }
            },
            this::followAgain,
            (informer, failure) -> {});
  }

  /** As the operator does when a scope is complete. */
  private void followAgain() {
    replaced.addAll(informers.follow(() -> namespaces));
  }

  private void follow(Set<String> wanted) {
    namespaces = wanted;
    followAgain();
  }

  @AfterEach
  void stop() {
    informers.close();
    client.configMaps().inAnyNamespace().delete();
  }

  @Test
  void knowsTheFollowedNamespaceAndNoOther() {
    create("chat", "a", "one");
    create("game", "b", "two");

    follow(Set.of("chat"));

    await().until(() -> in("chat").equals(Optional.of(Set.of("one"))));
    assertThat(in("game")).isEmpty();
    assertThat(informers.watches()).isEqualTo(1);
    assertThat(informers.follows("chat")).isTrue();
    assertThat(informers.follows("game")).isFalse();
    assertThat(informers.at("place of one")).extracting(Note::text).containsExactly("one");
  }

  @Test
  void isNotCompleteBeforeItsFirstList() {
    assertThat(in("chat")).isEmpty();
  }

  @Test
  void hearsOfEveryChangeWithTheLabelsOfBefore() {
    follow(Set.of("chat"));
    await().until(() -> in("chat").isPresent());
    create("chat", "a", "one");
    await().until(() -> heard.contains("add a"));

    client
        .configMaps()
        .inNamespace("chat")
        .withName("a")
        .edit(
            o ->
                new ConfigMapBuilder(o)
                    .editMetadata()
                    .withLabels(Map.of("app", "chat"))
                    .endMetadata()
                    .build());
    await().until(() -> heard.contains("update {app=chat} from {app=none}"));

    client.configMaps().inNamespace("chat").withName("a").delete();
    await().until(() -> heard.contains("delete a"));
    assertThat(in("chat")).contains(Set.of());
  }

  /** Nothing that is known is forgotten on the way. */
  @Test
  void manyNamespacesAreOneWatchAndFewAgainAreFew() {
    Set<String> few = namespaces(ScopedInformers.FEW);
    few.forEach(n -> create(n, "a", "in " + n));
    follow(few);
    await().until(() -> few.stream().allMatch(n -> in(n).isPresent()));
    assertThat(informers.watches()).isEqualTo(ScopedInformers.FEW);

    watch(namespaces(ScopedInformers.FEW + 1), few, 1);

    follow(namespaces(ScopedInformers.FEW_AGAIN + 1));
    assertThat(informers.watches()).as("it does not go to and fro").isEqualTo(1);

    Set<String> fewAgain = namespaces(ScopedInformers.FEW_AGAIN);
    watch(fewAgain, fewAgain, ScopedInformers.FEW_AGAIN);

    follow(Set.of());
    assertThat(informers.watches()).isZero();
  }

  /** Records of a whole cluster would fill the memory. */
  @Test
  void ofTheClusterOnlyWhatMattersIsKept() {
    Set<String> many = namespaces(ScopedInformers.FEW + 1);
    create("foreign", "a", "foreign");
    create("n0", "a", "in n0");
    watch(many, Set.of(), 1);

    assertThat(in("n0")).contains(Set.of("in n0"));
    assertThat(in("foreign")).isEmpty();
    assertThat(informers.at("place of foreign")).isEmpty();
    assertThat(informers.at("place of in n0")).hasSize(1);
  }

  @Test
  void aNamespaceThatJoinsTheClusterIsWatchedByItselfUntilTheseAreTooMany() {
    Set<String> many = namespaces(ScopedInformers.FEW + 1);
    watch(many, Set.of(), 1);
    create("joins", "a", "in joins");

    Set<String> more = new HashSet<>(many);
    more.add("joins");
    watch(more, Set.of(), 2);
    await().until(() -> in("joins").equals(Optional.of(Set.of("in joins"))));

    watch(namespaces(3 * ScopedInformers.FEW), Set.of(), 1);
    assertThat(in("n%d".formatted(3 * ScopedInformers.FEW - 1))).isPresent();
  }

  /** What came of it may have been announced when the other records did not have it. */
  @Test
  void namespacesForWhichOtherRecordsCountAreNamed() {
    Set<String> few = namespaces(ScopedInformers.FEW);
    watch(few, Set.of(), ScopedInformers.FEW);
    await().until(() -> replaced.containsAll(few));
    replaced.clear();

    watch(namespaces(ScopedInformers.FEW + 1), Set.of(), 1);

    await().until(() -> replaced.containsAll(few));
  }

  /** Until there are this many watches; what is known of {@code known} stays known all the time. */
  private void watch(Set<String> wanted, Set<String> known, int watches) {
    follow(wanted);
    await()
        .until(
            () -> {
              assertThat(known)
                  .allSatisfy(n -> assertThat(in(n)).as(n).contains(Set.of("in " + n)));
              return informers.watches() == watches
                  && wanted.stream().allMatch(n -> in(n).isPresent());
            });
    assertThat(known).allSatisfy(n -> assertThat(in(n)).as(n).contains(Set.of("in " + n)));
  }

  private Optional<Set<String>> in(String namespace) {
    return informers.in(namespace).map(ScopedInformersTest::texts);
  }

  private static Set<String> texts(List<Note> notes) {
    return notes.stream().map(Note::text).collect(Collectors.toSet());
  }

  private static Set<String> namespaces(int number) {
    return IntStream.range(0, number).mapToObj(i -> "n" + i).collect(Collectors.toSet());
  }

  private static void create(String namespace, String name, String text) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(Map.of("app", "none"))
                .endMetadata()
                .addToData("text", text)
                .build())
        .create();
  }
}

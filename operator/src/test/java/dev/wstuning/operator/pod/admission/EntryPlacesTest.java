package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where the entries of many tunings of one namespace are. */
class EntryPlacesTest {

  private final EntryPlaces places = new EntryPlaces();

  @Test
  void aConfigurationHoldsTen() {
    List<String> chosen = IntStream.range(0, 25).mapToObj(i -> place(i, List.of())).toList();

    assertThat(chosen.subList(0, 10)).containsOnly("wstuning-realtime");
    assertThat(chosen.subList(10, 20)).containsOnly("wstuning-realtime.2");
    assertThat(chosen.subList(20, 25)).containsOnly("wstuning-realtime.3");
  }

  @Test
  void anEntryStaysWhereItIs() {
    List<MutatingWebhookConfiguration> present =
        List.of(configuration("wstuning-realtime"), configuration("wstuning-realtime.2", "7"));

    assertThat(place(7, present)).isEqualTo("wstuning-realtime.2");
    assertThat(place(7, List.of())).as("the cache is behind").isEqualTo("wstuning-realtime.2");
  }

  @Test
  void theRoomThatOthersLeaveIsUsed() {
    IntStream.range(0, 12).forEach(i -> place(i, List.of()));
    places.forget("uid-3");

    assertThat(place(60, List.of())).isEqualTo("wstuning-realtime");
    assertThat(place(61, List.of())).isEqualTo("wstuning-realtime.2");
  }

  @Test
  void entriesOfAnotherLeaderCount() {
    String[] entries =
        IntStream.range(0, EntryPlaces.MOST).mapToObj(String::valueOf).toArray(String[]::new);

    assertThat(place(99, List.of(configuration("wstuning-realtime", entries))))
        .isEqualTo("wstuning-realtime.2");
  }

  @Test
  void ofTwoPlacesTheFirstCounts() {
    assertThat(
            place(
                7,
                List.of(
                    configuration("wstuning-realtime.10", "7"),
                    configuration("wstuning-realtime.2", "7"))))
        .isEqualTo("wstuning-realtime.2");
  }

  @Test
  void namespacesAreReadFromNames() {
    assertThat(WebhookConfigurations.namespaceOf(configuration("wstuning-realtime")))
        .isEqualTo("realtime");
    assertThat(WebhookConfigurations.namespaceOf(configuration("wstuning-realtime-2.12")))
        .isEqualTo("realtime-2");
  }

  private String place(int tuning, List<MutatingWebhookConfiguration> present) {
    return places.of("uid-" + tuning, "realtime", entry(String.valueOf(tuning)), present);
  }

  private static String entry(String tuning) {
    return WebhookEntry.nameOf("realtime", tuning);
  }

  private static MutatingWebhookConfiguration configuration(String name, String... tunings) {
    MutatingWebhookConfigurationBuilder configuration =
        new MutatingWebhookConfigurationBuilder().withNewMetadata().withName(name).endMetadata();
    for (String tuning : tunings) {
      configuration.addNewWebhook().withName(entry(tuning)).endWebhook();
    }
    return configuration.build();
  }
}

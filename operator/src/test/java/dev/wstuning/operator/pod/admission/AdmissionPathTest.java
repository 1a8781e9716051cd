package dev.wstuning.operator.pod.admission;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.admission.AdmissionPath.Revision;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionPathTest {

  private static final WebSocketTuning CHAT =
      Tunings.of("chat", tune().keepalive(300, 10, 5).build());

  @Test
  void whatAnEntryCallsIsUnderstood() {
    AdmissionPath path = AdmissionPath.of(CHAT);

    assertThat(path.text()).isEqualTo("/pods/chat/uid-of-chat/1");
    assertThat(AdmissionPath.parse(path.text())).contains(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pods/chat", "/pods/chat/", "/pods/chat/uid", "/pods/chat/uid/next"})
  void anEntryNeedNotTellHowNewTheTuningIs(String path) {
    assertThat(AdmissionPath.parse(path)).contains(AdmissionPath.of("chat"));
  }

  @Test
  void whatALaterVersionAppendsIsSkipped() {
    assertThat(AdmissionPath.parse("/pods/chat/uid/7/more/of/it"))
        .contains(new AdmissionPath("chat", Optional.of(new Revision("uid", 7))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/pods", "/pods/", "/pods//uid/1", "/selftest", "/podschat"})
  void otherPathsAreNone(String path) {
    assertThat(AdmissionPath.parse(path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/pods/chat, true",
    "/pods/chat/uid-of-chat/0, true",
    "/pods/chat/uid-of-chat/1, true",
    "/pods/chat/uid-of-chat/2, false",
    "/pods/chat/uid-of-another/1, false"
  })
  void aTuningServesIfItIsAsNewAsTheEntry(String path, boolean serves) {
    assertThat(AdmissionPath.parse(path).orElseThrow().isServedBy(CHAT)).isEqualTo(serves);
  }
}

package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** If it did not come to the end of an admission, most of the code would still be slow. */
class WarmUpTest {

  @Test
  void thePodIsTuned() {
    AdmissionHandler.Answer answer = WarmUp.admit(WarmUp.admission());

    assertThat(answer.outcome()).isEqualTo(AdmissionOutcome.TUNED);
    assertThat(answer.body()).contains("JSONPatch");
  }
}

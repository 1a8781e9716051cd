package dev.wstuning.operator.pod.admission;

/** Hears of answers to API servers. It must neither fail nor take time. */
public interface AdmissionListener {

  /**
   * @param nanos from the start of the request to that of the answer
   */
  void answered(AdmissionOutcome outcome, long nanos);
}

package dev.wstuning.operator.pod.observation;

/**
 * Makes equal values one object: pods of one workload have much in common, and there may be a
 * hundred thousand.
 */
public interface Sharing {

  /** Every value remains an object of its own. */
  Sharing NOTHING =
      new Sharing() {
        @Override
        public <T> T one(T value) {
          return value;
        }
      };

  /** One object for all values that are equal to this one. */
  <T> T one(T value);
}

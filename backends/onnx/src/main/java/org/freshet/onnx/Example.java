package org.freshet.onnx;

import java.util.Objects;

/**
 * What a model is given for one event: the codes of tokens, or numbers. One of the two is null.
 *
 * @param tokens codes of tokens, special ones included
 * @param values numbers in the order of the model's input
 */
public record Example(int[] tokens, float[] values) {
  public static Example tokens(int[] tokens) {
    return new Example(Objects.requireNonNull(tokens), null);
  }

  public static Example values(float[] values) {
    return new Example(null, Objects.requireNonNull(values));
  }

  /** Examples of the same length can be given to the model together. */
  public int length() {
    return tokens != null ? tokens.length : values.length;
  }
}

package org.freshet.neural.graph;

import org.freshet.neural.kernel.FloatKernels;

/**
 * How the values of a row are an image: rows of pixels from the top, in each a pixel after the
 * other, {@code gap} floats apart, of which the first {@code channels} are in use and the others 0.
 * A sequence is an image of height 1.
 */
public record Shape(int height, int width, int channels, int gap) {
  /** Of an input: nothing between the pixels. */
  public static Shape of(int height, int width, int channels) {
    return new Shape(height, width, channels, channels);
  }

  /** Of what a convolution gives: pixels padded as kernels want them. */
  static Shape padded(int height, int width, int channels) {
    return new Shape(height, width, channels, FloatKernels.padded(channels));
  }

  public int pixels() {
    return height * width;
  }

  /** Floats of a row. */
  public int floats() {
    return height * width * gap;
  }
}

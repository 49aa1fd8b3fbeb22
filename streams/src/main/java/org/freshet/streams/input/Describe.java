package org.freshet.streams.input;

/** Texts that parameters of several readers share. */
public final class Describe {
  public static final String PATH = "File to read, plain or gzipped; '-' is standard input.";
  public static final String CHOICE = "a reader that guesses wrong says so with its first record";

  private Describe() {}
}

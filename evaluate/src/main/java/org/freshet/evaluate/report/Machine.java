package org.freshet.evaluate.report;

/** What ran it, in words. */
final class Machine {
  private Machine() {}

  static String words() {
    Runtime r = Runtime.getRuntime();
    return r.availableProcessors()
        + " processors ("
        + System.getProperty("os.arch")
        + ", "
        + System.getProperty("os.name")
        + "), heap up to "
        + Numbers.bytes(r.maxMemory())
        + ", Java "
        + Runtime.version();
  }
}

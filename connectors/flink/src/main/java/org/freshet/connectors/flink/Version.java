package org.freshet.connectors.flink;

/** Version of Freshet that runs, for snapshots. */
final class Version {
  private Version() {}

  static String number() {
    String v = Version.class.getPackage().getImplementationVersion();
    return v == null ? "development" : v;
  }
}

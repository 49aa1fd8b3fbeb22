package org.freshet.streams.live;

/**
 * Names of the members of an event that are no features.
 *
 * @param time milliseconds since 1970 UTC, or ISO-8601 text
 */
public record EventFields(String id, String time, String key, String label, String weight) {
  /** As the HTTP API writes them. */
  public static final EventFields API = new EventFields("id", "time", "key", "label", "weight");

  boolean isOwn(String name) {
    return name.equals(id)
        || name.equals(time)
        || name.equals(key)
        || name.equals(label)
        || name.equals(weight);
  }
}

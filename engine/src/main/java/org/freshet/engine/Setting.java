package org.freshet.engine;

import org.freshet.core.ConfigException;

/**
 * A field of the pipeline file given on the command line, checked like the file.
 *
 * @param path keys joined by dots, such as {@code labels.delay} or {@code
 *     pipeline.hoeffding_tree.grace_period}; a step of a list is named by its component or its
 *     number counted from 0
 * @param value in the grammar of the file
 * @param flag what faults are placed at, such as {@code --set labels.delay}
 */
public record Setting(String path, String value, String flag) {

  /** Reads {@code labels.delay=48 events}, as given to {@code --set}. */
  public static Setting parse(String text) {
    int at = text.indexOf('=');
    if (at < 1) {
      throw new ConfigException(
          "--set", "'" + text + "' is not PATH=VALUE, such as labels.delay=48");
    }
    String path = text.substring(0, at).strip();
    return new Setting(path, text.substring(at + 1).strip(), "--set " + path);
  }
}

package org.freshet.cli;

import java.lang.reflect.Constructor;
import picocli.CommandLine;

/** Makes the command objects, each with the console where it takes one. */
final class Commands implements CommandLine.IFactory {
  private final Console console;

  Commands(Console console) {
    this.console = console;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (Constructor<?> c : type.getDeclaredConstructors()) {
      if (c.getParameterCount() == 1 && c.getParameterTypes()[0] == Console.class) {
        return type.cast(c.newInstance(console));
      }
    }
    return CommandLine.defaultFactory().create(type);
  }
}

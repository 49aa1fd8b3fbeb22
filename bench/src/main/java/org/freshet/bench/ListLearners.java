package org.freshet.bench;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.freshet.core.Trait;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;

/**
 * Names of components, one a line, for the scripts: {@code ListLearners KIND TRAIT FAMILY...}; KIND
 * such as classifier, TRAIT such as parallel or {@code -} for any, with its main or another kind.
 */
public final class ListLearners {
  private ListLearners() {}

  public static void main(String[] args) {
    Kind kind = Kind.valueOf(args[0].toUpperCase(Locale.ROOT));
    Set<String> families = Set.copyOf(List.of(args).subList(2, args.length));
    for (ComponentProvider p : Components.all()) {
      boolean trait =
          args[1].equals("-")
              || p.traits().contains(Trait.valueOf(args[1].toUpperCase(Locale.ROOT)));
      if (trait && p.kinds().contains(kind) && families.contains(p.family())) {
        System.out.println(p.name());
      }
    }
  }
}

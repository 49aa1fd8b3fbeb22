package org.freshet.core.component;

import java.util.List;
import java.util.Set;
import org.freshet.core.Trait;

/** What the annotation processor makes of a {@link Component}; found by ServiceLoader. */
public interface ComponentProvider {
  String name();

  /** What it can be made as, the main one first. */
  List<Kind> kinds();

  String family();

  /** State version it writes. */
  int version();

  Set<Trait> traits();

  /**
   * What ties the members of an ensemble to each other; empty where nothing does, or it has none.
   */
  default String coupled() {
    return "";
  }

  /** In the order of the record. */
  List<Parameter> parameters();

  /** The class documentation as Markdown. */
  String documentation();

  /** Full name of the class. */
  String className();

  /** Makes one from checked arguments. */
  Object create(Arguments arguments, Build build);
}

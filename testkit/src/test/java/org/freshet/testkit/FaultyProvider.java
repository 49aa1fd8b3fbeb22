package org.freshet.testkit;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.freshet.core.Trait;
import org.freshet.core.component.Arguments;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;

/** Describes {@link Faulty}, as the annotation processor would. */
public final class FaultyProvider implements ComponentProvider {
  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public List<Kind> kinds() {
    return List.of(Kind.CLASSIFIER);
  }

  @Override
  public String family() {
    return "tests";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.of(Trait.NUMERIC, Trait.OPEN_LABELS, Trait.MERGEABLE, Trait.BOUNDED_MEMORY);
  }

  @Override
  public List<Parameter> parameters() {
    List<String> words =
        Stream.of(Faulty.Fault.values()).map(f -> f.name().toLowerCase(Locale.ROOT)).toList();
    return List.of(
        new Parameter(
            "fault",
            Parameter.Type.CHOICE,
            "sound",
            Parameter.Range.ALL,
            words,
            null,
            "",
            "What is wrong with it.",
            ""));
  }

  @Override
  public String documentation() {
    return "Predicts the mix of classes.\n";
  }

  @Override
  public String className() {
    return "org.freshet.testkit.Faulty";
  }

  @Override
  public Object create(Arguments arguments, Build build) {
    Faulty.Fault fault = arguments.choice("fault", Faulty.Fault.class);
    return fault == Faulty.Fault.CLAIMS_MERGING
        ? new Faulty(fault, build)
        : new Faulty.Merging(fault, build);
  }
}

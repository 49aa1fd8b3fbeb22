package org.freshet.testkit;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.freshet.core.SchemaException;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The contract every component keeps, run over all that are found on the class path and lie in the
 * package of the extending class or under it:
 *
 * <pre>{@code
 * class ContractTest extends ContractSuite {}
 * }</pre>
 *
 * <p>While working on a component, {@code -Dfreshet.contract.only=NAME,NAME} runs those alone.
 *
 * <p>Each learner runs on small made streams that suit its traits. Wrappers (a parameter takes a
 * component) may refuse a stream their part cannot take, as long as one is left.
 */
public abstract class ContractSuite {
  /** Folder of the module's golden files, see {@link GoldenFiles}. */
  protected Path goldenFolder() {
    return Path.of("src", "test", "resources", "golden");
  }

  /**
   * Whether a component is tested here: by default when it lies in this class's package or below.
   */
  protected boolean includes(ComponentProvider provider) {
    return provider.className().startsWith(getClass().getPackageName() + ".");
  }

  /**
   * The parameters a component is tested with as one of its kinds; gives those that are required,
   * and a part that suits the kind.
   */
  protected Spec spec(ComponentProvider provider, Kind kind) {
    return Spec.of(provider.name());
  }

  /**
   * Further settings a component is tested with, beside {@link #spec}: parts that change how it
   * learns. No golden file is kept of them.
   */
  protected List<Spec> others(ComponentProvider provider, Kind kind) {
    return List.of();
  }

  private List<ComponentProvider> included() {
    String only = System.getProperty("freshet.contract.only");
    return Components.all().stream()
        .filter(this::includes)
        .filter(p -> only == null || List.of(only.split(",")).contains(p.name()))
        .toList();
  }

  @Test
  final void findsComponents() {
    Check.that(
        !included().isEmpty(),
        "no component is found in %s; is the annotation processor on the processor path?",
        getClass().getPackageName());
  }

  @TestFactory
  final Stream<DynamicNode> contract() {
    return included().stream().map(p -> dynamicContainer(p.name(), component(p)));
  }

  private Stream<DynamicNode> component(ComponentProvider p) {
    Spec spec = spec(p, p.kinds().get(0));
    String where = p.name();
    List<DynamicNode> all = new ArrayList<>(tests(where, new DescriptionChecks(p, spec).all()));
    for (Kind kind : p.kinds()) {
      Subject subject = new Subject(p, spec(p, kind), kind);
      switch (kind) {
        case PART, FEED, SINK, EXCHANGE, SECTION, PROTOCOL, EXPERT -> {}
        case SOURCE -> {
          all.addAll(tests(where, new SourceChecks(subject).all()));
          all.addAll(
              tests(where, new GoldenChecks(subject, null, new GoldenFiles(goldenFolder())).all()));
        }
        default -> {
          all.add(dynamicContainer("as a " + kind, learner(subject, subject.toString(), true)));
          for (Spec other : others(p, kind)) {
            Subject s = new Subject(p, other, kind);
            all.add(dynamicContainer(other.toString(), learner(s, other.toString(), false)));
          }
        }
      }
    }
    return all.stream();
  }

  private Stream<DynamicNode> learner(Subject subject, String name, boolean golden) {
    String where = name + " as a " + subject.kind();
    List<SampleStream> streams = new ArrayList<>();
    for (SampleStream s : SampleStreams.of(subject.kind(), subject.provider().traits())) {
      if (takes(subject, s)) {
        streams.add(s);
      }
    }
    if (streams.isEmpty()) {
      return Stream.of(
          dynamicTest(
              "takes some rows",
              () ->
                  Check.that(
                      false,
                      "%s takes none of the sample streams as a %s",
                      subject,
                      subject.kind())));
    }
    List<DynamicNode> all = new ArrayList<>();
    for (SampleStream s : streams) {
      all.add(dynamicContainer(s.name(), tests(where + " on " + s, onStream(subject, s))));
    }
    SampleStream first = streams.get(0);
    all.addAll(tests(where, new StateChecks(subject, streams.get(streams.size() - 1)).refusals()));
    if (golden) {
      all.addAll(
          tests(where, new GoldenChecks(subject, first, new GoldenFiles(goldenFolder())).all()));
    }
    if (subject.kind() == Kind.DRIFT_DETECTOR) {
      all.addAll(tests(where, new DetectorChecks(subject).all()));
    } else if (subject.kind() != Kind.QUERY_STRATEGY) {
      all.addAll(tests(where, new GraphChecks(subject).all()));
    }
    return all.stream();
  }

  /**
   * A wrapper may refuse what its part cannot take, and a learner of two classes refuses three; any
   * other refusal fails in the checks.
   */
  private static boolean takes(Subject subject, SampleStream stream) {
    if (!subject.nests() && stream.classes() < 3) {
      return true;
    }
    try {
      Run.start(subject, stream);
      return true;
    } catch (SchemaException refused) {
      return false;
    } catch (RuntimeException shownByTheChecks) {
      return true;
    }
  }

  private static List<Check> onStream(Subject subject, SampleStream stream) {
    List<Check> all = new ArrayList<>(new CommonChecks(subject, stream).all());
    all.addAll(new StateChecks(subject, stream).all());
    all.addAll(new MergeChecks(subject, stream).all());
    all.addAll(new PartChecks(subject, stream).all());
    switch (subject.kind()) {
      case CLASSIFIER -> all.addAll(new ClassifierChecks(subject, stream).all());
      case REGRESSOR -> all.addAll(new RegressorChecks(subject, stream).all());
      case MULTI_LABEL_CLASSIFIER, MULTI_TARGET_REGRESSOR ->
          all.addAll(new SeveralChecks(subject, stream).all());
      case TRANSFORMER -> all.addAll(new TransformerChecks(subject, stream).all());
      default -> {}
    }
    return all;
  }

  /** Reports show dynamic tests by number only, so that messages say what failed. */
  private static List<DynamicNode> tests(String where, List<Check> checks) {
    List<DynamicNode> nodes = new ArrayList<>();
    for (Check c : checks) {
      nodes.add(
          dynamicTest(
              c.name(),
              () -> {
                try {
                  c.body().execute();
                } catch (Throwable failed) {
                  throw new AssertionError(where + ": " + c.name() + ": " + words(failed), failed);
                }
              }));
    }
    return nodes;
  }

  private static String words(Throwable failed) {
    return failed instanceof AssertionError ? failed.getMessage() : failed.toString();
  }
}

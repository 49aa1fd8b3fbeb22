package org.freshet.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.Trait;
import org.freshet.core.component.Arguments;
import org.freshet.core.component.Build;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Parameter.Range;
import org.freshet.core.component.Parameter.Type;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComponentProcessorTest {
  @TempDir Path folder;

  private static String source(String header, String parameters, String body) {
    return "package demo;\n"
        + "import java.util.List;\n"
        + "import org.freshet.core.Trait;\n"
        + "import org.freshet.core.component.*;\n"
        + header
        + "\npublic final class Demo {\n"
        + "  public enum Mode { FAST, VERY_SLOW }\n"
        + "  public record Parameters("
        + parameters
        + ") {}\n"
        + body
        + "}\n";
  }

  private static final String HEADER =
      "/** Does little. */ @Component(name=\"demo\", kinds=Kind.PART, family=\"parts\", version=3,"
          + " traits={Trait.MISSING, Trait.SPARSE}, coupled=\"they are one\")";
  private static final String BODY =
      "  public final Parameters p;\n  public Demo(Parameters p, Build b) { this.p = p; }\n";

  @Test
  void aRecordOfParametersStandsForThem() throws Exception {
    String groups =
        "  public record Inner(@Param(value=\"b\", def=\"2\") int b) {}\n"
            + "  public record Shared(@Param(value=\"a\", def=\"1\") int a, Inner inner) {}\n";
    String parameters =
        "@Param(value=\"z\", def=\"0\") int z, Shared shared, @Param(value=\"c\", def=\"3\") int c";
    Compilation done = Compilation.of(folder, source(HEADER, parameters, groups + BODY));
    assertThat(done.errors()).isEmpty();
    ComponentProvider p = done.provider("demo.DemoProvider");
    assertThat(p.parameters()).extracting(Parameter::name).containsExactly("z", "a", "b", "c");
    List<Fault> faults = new ArrayList<>();
    Object made =
        p.create(Components.bind(p, Spec.parse("demo(b=20, c=30)"), faults), Build.of(null));
    assertThat(faults).isEmpty();
    assertThat(made.getClass().getField("p").get(made).toString())
        .isEqualTo("Parameters[z=0, shared=Shared[a=1, inner=Inner[b=20]], c=30]");
  }

  @Test
  void aSharedRecordIsPublicAndBringsNoNameTwice() throws Exception {
    String groups =
        "  record Hidden(@Param(value=\"a\", def=\"1\") int a) {}\n"
            + "  public record Shared(@Param(value=\"a\", def=\"1\") int a) {}\n";
    assertThat(Compilation.of(folder, source(HEADER, "Hidden h", groups + BODY)).errors())
        .anyMatch(
            e ->
                e.contains(
                    "parameter h of demo is of the record demo.Demo.Hidden, which is not public"));
    assertThat(
            Compilation.of(
                    folder, source(HEADER, "@Param(value=\"a\") int a, Shared s", groups + BODY))
                .errors())
        .anyMatch(e -> e.contains("demo has two parameters named 'a'"));
  }

  @Test
  void describesEveryTypeOfParameterAndMakesTheComponent() throws Exception {
    String parameters =
        String.join(
            ",",
            "@Param(value=\"a \\\"b\\\"\", def=\"10\", range=\"[1, inf)\", unit=\"events\", origin=\"us\") int gracePeriod",
            "@Param(value=\"b\", def=\"1KB\") long maxBytes",
            "@Param(value=\"c\", def=\"10%\", range=\"(0, 1]\") double delta",
            "@Param(value=\"d\", def=\"very_slow\") Mode mode",
            "@Param(value=\"e\", def=\"[a, b]\") List<String> names",
            "@Param(value=\"f\", def=\"none\") List<Double> numbers",
            "@Param(value=\"g\", def=\"[x(y=1), z]\") List<Spec> parts",
            "@Param(value=\"h\", def=\"30s\") Span span",
            "@Param(value=\"i\", def=\"adwin(delta=0.01)\", kind=Kind.DRIFT_DETECTOR) Spec drift",
            "@Param(\"j\") String needed",
            "@Param(value=\"k\", def=\"true\") boolean flag");
    Compilation done = Compilation.of(folder, source(HEADER, parameters, BODY));
    assertThat(done.errors()).isEmpty();
    assertThat(done.services()).containsExactly("demo.DemoProvider");

    ComponentProvider p = done.provider("demo.DemoProvider");
    assertThat(p.name()).isEqualTo("demo");
    assertThat(p.family()).isEqualTo("parts");
    assertThat(p.version()).isEqualTo(3);
    assertThat(p.kinds()).containsExactly(Kind.PART);
    assertThat(p.traits()).containsExactly(Trait.MISSING, Trait.SPARSE);
    assertThat(p.coupled()).isEqualTo("they are one");
    assertThat(p.className()).isEqualTo("demo.Demo");
    assertThat(p.documentation()).isEqualTo("Does little.\n");
    assertThat(p.parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "grace_period",
            "max_bytes",
            "delta",
            "mode",
            "names",
            "numbers",
            "parts",
            "span",
            "drift",
            "needed",
            "flag");
    assertThat(p.parameters().get(0))
        .isEqualTo(
            new Parameter(
                "grace_period",
                Type.INTEGER,
                "10",
                new Range(1, false, Integer.MAX_VALUE, false),
                List.of(),
                null,
                "events",
                "a \"b\"",
                "us"));
    assertThat(p.parameters().get(3).choices()).containsExactly("fast", "very_slow");
    assertThat(p.parameters().get(8).kind()).isEqualTo(Kind.DRIFT_DETECTOR);
    assertThat(p.parameters().get(9).required()).isTrue();

    List<Fault> faults = new ArrayList<>();
    Spec spec = Spec.parse("demo(needed=yes, mode=fast, span=48 events, grace_period=7)");
    // The nested components do not exist here, which is two faults; the values are bound all the
    // same.
    Arguments a = Components.bind(p, spec, faults);
    assertThat(faults).hasSize(3).allMatch(f -> f.message().startsWith("unknown component"));
    Object made = p.create(a, Build.of(null));
    assertThat(made.getClass().getField("p").get(made).toString())
        .startsWith(
            "Parameters[gracePeriod=7, maxBytes=1024, delta=0.1, mode=FAST, names=[a, b], numbers=null, parts=")
        .endsWith("span=48 events, drift=adwin(delta=0.01), needed=yes, flag=true]");
  }

  @Test
  void callsTheStaticCreateWhenThereIsOne() throws Exception {
    String body =
        "  private Demo() {}\n  public static Object create(Parameters p, Build b) { return \"made\"; }\n";
    Compilation done =
        Compilation.of(folder, source(HEADER.replace("PART", "CLASSIFIER"), "", body));
    assertThat(done.errors()).isEmpty();
    ComponentProvider p = done.provider("demo.DemoProvider");
    assertThat(p.create(Components.bind(p, Spec.of("demo"), new ArrayList<>()), Build.of(null)))
        .isEqualTo("made");
  }

  @Test
  void aSecondCompilationKeepsTheEntriesOfClassesThatStillExist() throws Exception {
    Compilation.of(folder, source(HEADER, "", BODY));
    String other =
        source(HEADER.replace("\"demo\"", "\"other\""), "", BODY).replace("Demo", "Other");
    assertThat(Compilation.of(folder, other).services())
        .containsExactly("demo.DemoProvider", "demo.OtherProvider");

    Files.delete(folder.resolve("demo/Demo.class"));
    assertThat(Compilation.of(folder, other).services()).containsExactly("demo.OtherProvider");
  }

  @Test
  void anIntTakesNoLargerNumberThanItHolds() throws Exception {
    Compilation done =
        Compilation.of(folder, source(HEADER, "@Param(value=\"n\", def=\"1\") int n", BODY));
    ComponentProvider p = done.provider("demo.DemoProvider");
    List<Fault> faults = new ArrayList<>();
    Components.bind(p, Spec.parse("demo(n=3000000000)"), faults);
    assertThat(faults)
        .extracting(Fault::message)
        .containsExactly(
            "parameter 'n' of demo is '3000000000', expected a whole number in [-2147483648, 2147483647]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "int n | parameter n of demo has no @Param; give its meaning and default",
        "@Param(value=\" \") int n | parameter n of demo has no meaning; say in @Param what it is",
        "@Param(value=\"n\", def=\"12x\") int n | parameter n of demo has a default that is not allowed: parameter 'n'"
            + " of demo is '12x', expected a whole number in [-2147483648, 2147483647]",
        "@Param(value=\"n\", def=\"0\", range=\"(0, 1]\") double n | parameter n of demo has a default that is not"
            + " allowed: parameter 'n' of demo is '0', expected a number in (0, 1]",
        "@Param(value=\"n\", def=\"a(\") String n | parameter n of demo has the default 'a(', which is not in the"
            + " grammar: character 3: expected a parameter's name, found the end",
        "@Param(value=\"n\", def=\"quick\") Mode n | parameter n of demo has a default that is not allowed: parameter"
            + " 'n' of demo is 'quick', allowed fast, very_slow",
        "@Param(value=\"n\", def=\"none\") int n | parameter n of demo has the default none, which its type cannot hold",
        "@Param(value=\"n\", range=\"1-2\") int n | parameter n of demo has the range '1-2', expected something like"
            + " (0, 1] or [1, inf)",
        "@Param(value=\"n\", range=\"[1, 2]\") String n | parameter n of demo has a range, but is no number",
        "@Param(\"n\") float n | parameter n of demo is of type float, allowed int, long, double, boolean, String, an"
            + " enum, Span, Spec, and List of String, Double or Spec",
        "@Param(\"n\") List<Integer> n | parameter n of demo is of type java.util.List<java.lang.Integer>, allowed int,"
            + " long, double, boolean, String, an enum, Span, Spec, and List of String, Double or Spec",
      })
  void refusesAParameter(String parameter, String message) {
    Compilation done = Compilation.of(folder, source(HEADER, parameter.strip(), BODY));
    assertThat(done.errors()).containsExactly("8: " + message.strip());
  }

  @Test
  void refusesAClassThatCannotBeProvided() {
    assertThat(errors(HEADER.replace("/** Does little. */", ""), "", BODY))
        .containsExactly(
            "6: component Demo has no class documentation; its reference page is made of it");
    assertThat(errors(HEADER, "", ""))
        .containsExactly(
            "6: component Demo has neither a public constructor (Parameters, Build) nor a public static"
                + " create(Parameters, Build)");
    assertThat(errors(HEADER.replace("\"demo\"", "\"Demo\""), "", BODY))
        .containsExactly(
            "6: component Demo has the name 'Demo', expected lower case words joined by '_', such as gaussian_nb");
    assertThat(errors(HEADER.replace("PART", "CLASSIFIER"), "", BODY))
        .containsExactly(
            "6: component Demo is declared a classifier but does not implement Classifier");
    String none = source(HEADER, "", "").replace("record Parameters", "record Other");
    assertThat(Compilation.of(folder, none).errors())
        .containsExactly(
            "6: component Demo has no nested record Parameters; without parameters write"
                + " 'public record Parameters() {}'");
  }

  @Test
  void refusesTwoComponentsOfOneName() {
    String one = source(HEADER, "", BODY);
    assertThat(Compilation.of(folder, one, one.replace("Demo", "Other")).errors())
        .containsExactly("6: two components are named 'demo': demo.Demo and demo.Other");
  }

  @Test
  void aNestedClassIsJoinedByAnUnderscore() throws Exception {
    String nested =
        "package demo;\nimport org.freshet.core.component.*;\npublic class Outer {\n"
            + "  /** Inner. */ @Component(name=\"inner\", kinds=Kind.PART, family=\"parts\")\n"
            + "  public static final class Inner { public record Parameters() {}\n"
            + "    public Inner(Parameters p, Build b) {} }\n}\n";
    Compilation done = Compilation.of(folder, nested);
    assertThat(done.errors()).isEmpty();
    assertThat(done.provider("demo.Outer_InnerProvider").className()).isEqualTo("demo.Outer$Inner");
    assertThatThrownBy(() -> done.provider("demo.InnerProvider"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  private List<String> errors(String header, String parameters, String body) {
    return Compilation.of(folder, source(header, parameters, body)).errors();
  }
}

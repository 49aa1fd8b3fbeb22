package org.freshet.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.stream.Stream;
import org.freshet.core.AnomalyScorer;
import org.freshet.core.Classifier;
import org.freshet.core.Clusterer;
import org.freshet.core.DriftDetector;
import org.freshet.core.Forecaster;
import org.freshet.core.Regressor;
import org.junit.jupiter.api.Test;

/**
 * Dependencies point one way: core, then learn and streams, then neural and engine, then evaluate
 * and runtime, then serve, then cli.
 */
class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.freshet");

  private static String[] packages(String... modules) {
    return java.util.Arrays.stream(modules)
        .map(m -> "org.freshet." + m + "..")
        .toArray(String[]::new);
  }

  private static void mustNotUse(String[] from, String[] to) {
    noClasses()
        .that()
        .resideInAnyPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to)
        .check(ALL);
  }

  /** A rule about classes that are not there would hold for ever. */
  @Test
  void everyModuleIsSeen() {
    for (String module :
        new String[] {
          "core",
          "learn",
          "neural",
          "streams",
          "engine",
          "evaluate",
          "runtime",
          "serve",
          "cli",
          "connectors"
        }) {
      assertThat(ALL.stream().filter(c -> c.getPackageName().startsWith("org.freshet." + module)))
          .as(module)
          .hasSizeGreaterThan(5);
    }
  }

  @Test
  void dependenciesPointOneWay() {
    String[] live = {"runtime", "serve", "cli", "connectors", "testkit", "processor"};
    mustNotUse(packages("core"), packages("learn", "neural", "streams", "engine", "evaluate"));
    mustNotUse(packages("learn"), packages("neural", "streams", "engine", "evaluate"));
    mustNotUse(packages("neural"), packages("streams", "engine", "evaluate"));
    mustNotUse(packages("streams"), packages("learn", "neural", "engine", "evaluate"));
    mustNotUse(packages("engine"), packages("learn", "neural", "streams", "evaluate"));
    mustNotUse(packages("evaluate"), packages("learn", "neural", "streams"));
    mustNotUse(
        packages("core", "learn", "neural", "streams", "engine", "evaluate"), packages(live));
    mustNotUse(
        packages("runtime"),
        packages(
            "learn", "neural", "evaluate", "serve", "cli", "connectors", "testkit", "processor"));
    mustNotUse(
        packages("serve"),
        packages("learn", "neural", "evaluate", "cli", "connectors", "testkit", "processor"));
    mustNotUse(packages("cli"), packages("testkit", "processor"));
    mustNotUse(
        packages("testkit", "processor"),
        packages(
            "learn",
            "neural",
            "streams",
            "engine",
            "evaluate",
            "runtime",
            "serve",
            "cli",
            "connectors"));
  }

  /** Backends are optional: each knows the module it speeds up or extends, and none knows it. */
  @Test
  void nothingDependsOnBackends() {
    backend("org.freshet.vector..", "org.freshet.neural..", "jdk..");
    backend("org.freshet.ann..", "org.freshet.core..", "io.github.jbellis..");
    backend("org.freshet.onnx..", "org.freshet.core..", "ai.onnxruntime..", "javax.imageio..");
  }

  private static void backend(String own, String... uses) {
    String name = own.replace("..", "");
    assertThat(ALL.stream().filter(c -> c.getPackageName().equals(name))).as(name).isNotEmpty();
    noClasses()
        .that()
        .resideOutsideOfPackage(own)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(own)
        .check(ALL);
    classes()
        .that()
        .resideInAPackage(own)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(Stream.of(own, "java.."), Stream.of(uses)).toArray(String[]::new))
        .check(ALL);
  }

  /** Connectors are optional: they may use anything up to the engine, and only cli finds them. */
  @Test
  void nothingDependsOnConnectors() {
    mustNotUse(
        packages("connectors"),
        packages("learn", "neural", "evaluate", "runtime", "serve", "cli", "testkit", "processor"));
  }

  @Test
  void coreUsesNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage("org.freshet.core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("org.freshet.core..", "java..")
        .check(ALL);
  }

  /** Learning code lies in learn, neural and its backends; core has only the composition of it. */
  @Test
  void learnersLieInLearnAndNeural() {
    Class<?>[] tasks = {
      Classifier.class,
      Regressor.class,
      DriftDetector.class,
      AnomalyScorer.class,
      Clusterer.class,
      Forecaster.class
    };
    for (Class<?> task : tasks) {
      classes()
          .that()
          .implement(task)
          .and()
          .areNotInterfaces()
          .should()
          .resideInAnyPackage(
              "org.freshet.learn..",
              "org.freshet.neural..",
              "org.freshet.ann..",
              "org.freshet.testkit", // stand-ins that learn nothing
              "org.freshet.core")
          .allowEmptyShould(true)
          .check(ALL);
    }
  }

  /** Libraries of one module stay in it. */
  @Test
  void librariesStayWhereTheyBelong() {
    onlyIn("org.freshet.connectors.kafka..", "org.apache.kafka..");
    onlyIn("org.freshet.serve..", "io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..");
    onlyIn("org.freshet.serve..", "io.micrometer..");
    onlyIn("org.freshet.vector..", "jdk.incubator..");
    onlyIn("org.freshet.onnx..", "ai.onnxruntime..");
    onlyIn("org.freshet.ann..", "io.github.jbellis..");
  }

  private static void onlyIn(String module, String... libraries) {
    noClasses()
        .that()
        .resideOutsideOfPackage(module)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries)
        .check(ALL);
  }

  @Test
  void nothingUsesJavaSerialization() {
    noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class).check(ALL);
    noClasses().should().dependOnClassesThat().areAssignableTo(ObjectOutputStream.class).check(ALL);
  }

  @Test
  void noPackageIsADrawerForEverything() {
    ArchRule rule =
        noClasses()
            .should()
            .resideInAnyPackage("..common..", "..util..", "..utils..", "..misc..", "..helper..");
    rule.check(ALL);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.freshet.cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(ALL);
  }

  /** Components are made by generated code; reflection would hide what is used. */
  @Test
  void nothingLooksUpClassesByName() {
    noClasses().should().callMethod(Class.class, "forName", String.class).check(ALL);
  }
}

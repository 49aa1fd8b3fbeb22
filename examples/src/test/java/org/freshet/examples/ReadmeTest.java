package org.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the README, taken out of it, work. */
class ReadmeTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static String block(String language) throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));
    Matcher m = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(m.find()).as("a block of " + language).isTrue();
    return m.group(1);
  }

  @Test
  void theJavaExampleCompilesAndAnswers(@TempDir Path folder) throws Exception {
    Path source = folder.resolve("Readme.java");
    Files.writeString(
        source,
        "import java.util.List; import org.freshet.core.*; import org.freshet.core.component.*;\n"
            + "public class Readme implements Runnable { public void run() {\n"
            + block("java")
            + "}}\n");
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream faults = new ByteArrayOutputStream();
    int code =
        javac.run(
            null,
            null,
            faults,
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            folder.toString(),
            source.toString());
    assertThat(code).as(faults.toString(StandardCharsets.UTF_8)).isZero();
    PrintStream standard = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      ((Runnable) loader.loadClass("Readme").getConstructor().newInstance()).run();
    } finally {
      System.setOut(standard);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).strip()).isEqualTo("up");
  }

  /** The file itself is run by the tests of the command line. */
  @Test
  void theYamlExampleIsTheBundledFileWithoutItsComments() throws Exception {
    Path file = ROOT.resolve("examples/electricity.yaml");
    List<String> bundled =
        Files.readAllLines(file).stream().filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
    assertThat(block("yaml").lines().toList()).isEqualTo(bundled);
    assertThat(PipelineFile.read(file, List.of()).name()).isEqualTo("electricity");
  }
}

package org.freshet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.freshet.core.component.Components;
import picocli.CommandLine.Command;

/** Looks at the surroundings and says what would stand in the way. */
@Command(
    name = "doctor",
    description = "Check the surroundings: Java, memory, cores, folders, data.")
final class DoctorCommand implements Callable<Integer> {
  private static final int LEAST_JAVA = 17;
  private static final long LEAST_HEAP = 256L << 20;

  private final Console console;
  private boolean broken;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    int java = Runtime.version().feature();
    tell(
        java >= LEAST_JAVA,
        "java",
        System.getProperty("java.version")
            + ", "
            + System.getProperty("java.vm.name")
            + ", "
            + System.getProperty("java.home"),
        "set JAVA_HOME to a JDK 17 or newer");
    long heap = Runtime.getRuntime().maxMemory();
    tell(
        heap >= LEAST_HEAP,
        "memory",
        (heap >> 20) + " MB of heap at most",
        "give more with FRESHET_JVM_OPTS=-Xmx1g");
    note(
        "cores", Runtime.getRuntime().availableProcessors() + "; '--threads N' uses more than one");
    note("kernels", "scalar; a SIMD provider is not in this version yet");
    note("class path", classPath());
    note(
        "archive",
        System.getProperty("freshet.archive") == null
            ? "none: the start is slower; ./freshet makes one where it can write"
            : "shared classes from " + System.getProperty("freshet.archive"));
    int components = Components.all().size();
    tell(
        components > 0,
        "components",
        components + " found",
        "rebuild: the service files are missing");
    folder("working folder", Path.of("").toAbsolutePath());
    folder("temporary", Path.of(System.getProperty("java.io.tmpdir")));
    examples();
    data();
    return broken ? Main.FAILED : Main.DONE;
  }

  private static String classPath() {
    List<String> entries =
        List.of(System.getProperty("java.class.path", "").split(java.io.File.pathSeparator));
    return entries.size()
        + (entries.size() == 1 ? " entry" : " entries")
        + ", the first "
        + entries.get(0);
  }

  private void folder(String name, Path folder) {
    boolean fine;
    try {
      Path probe = Files.createTempFile(folder, "freshet", ".probe");
      Files.delete(probe);
      fine = true;
    } catch (IOException | SecurityException e) {
      fine = false;
    }
    tell(
        fine,
        name,
        folder + (fine ? " can be written" : " cannot be written"),
        "reports and snapshots need another folder");
  }

  private void examples() {
    Path demo =
        console.home() == null ? null : console.home().resolve("examples/data/electricity.arff.gz");
    tell(
        demo != null && Files.isReadable(demo),
        "examples",
        demo == null ? "folder of the program not known" : demo.toString(),
        "'freshet demo' needs it: start with the ./freshet launcher of a whole checkout");
  }

  private void data() {
    String folder = System.getenv("FRESHET_DATA");
    if (folder == null) {
      note("FRESHET_DATA", "not set; only larger benchmarks want it");
    } else {
      tell(
          Files.isDirectory(Path.of(folder)),
          "FRESHET_DATA",
          folder,
          "it names no folder: unset it or correct it");
    }
  }

  private void note(String name, String found) {
    console.out().println(String.format("   -  %-14s  %s", name, found));
  }

  private void tell(boolean fine, String name, String found, String remedy) {
    broken |= !fine;
    console
        .out()
        .println(
            String.format(
                "%4s  %-14s  %s", fine ? "ok" : "BAD", name, found + (fine ? "" : "; " + remedy)));
  }
}

package org.freshet.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.freshet.core.component.Components;
import org.freshet.engine.Lint;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.section.ServeSection;
import org.freshet.neural.kernel.FloatKernels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks at the surroundings and says what would stand in the way. */
@Command(
    name = "doctor",
    description =
        "Check the surroundings: Java, memory, cores, folders, data; and what a pipeline needs live.",
    footer = {"", "Example: freshet doctor examples/payments.yaml"})
final class DoctorCommand implements Callable<Integer> {
  private static final int LEAST_JAVA = 17;
  private static final long LEAST_HEAP = 256L << 20;
  private static final long LEAST_DISK = 1L << 30;

  /** Heap for each byte of limits.memory: a snapshot loads a second copy of the state. */
  private static final int COPIES = 3;

  private final Console console;
  private boolean broken;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PIPELINE.yaml",
      description = "Also check what this pipeline needs to run: port, state folder, disk, memory.")
  Path pipeline;

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
    note("kernels", kernels());
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
    if (pipeline != null) {
      live(PipelineFile.read(pipeline));
    }
    return broken ? Main.FAILED : Main.DONE;
  }

  private void live(PipelineFile file) {
    for (Lint.Finding f : Lint.live(file)) {
      if (f.error()) {
        tell(false, "pipeline", f.toString(), "'run' refuses it");
      }
    }
    ServeSection.Parameters serve = file.live().serve();
    if (serve.enabled() && serve.port() > 0) {
      port(serve.host(), serve.port());
    }
    long memory = file.live().limits().memory();
    long heap = Runtime.getRuntime().maxMemory();
    if (memory > 0) {
      tell(
          heap >= COPIES * memory,
          "limits.memory",
          (memory >> 20) + " MB of " + (heap >> 20) + " MB of heap",
          "a snapshot takes as much again: give FRESHET_JVM_OPTS=-Xmx"
              + ((COPIES * memory >> 20) + 1)
              + "m or more");
    }
    Path state = Path.of(file.live().state().directory()).toAbsolutePath().normalize();
    Path there = state;
    while (!Files.isDirectory(there) && !Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    folder("state folder", there);
    disk(there, file.live().limits().disk());
  }

  private void port(String host, int port) {
    String found = host + ":" + port;
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
      tell(true, "port", found + " is free", "");
    } catch (IOException | IllegalArgumentException e) {
      tell(
          false,
          "port",
          found + " cannot be had: " + e.getMessage(),
          "stop what has it, or run with '--port N'");
    }
  }

  private void disk(Path there, long limit) {
    try {
      long room = Files.getFileStore(there).getUsableSpace();
      tell(
          room >= Math.max(limit, LEAST_DISK),
          "disk",
          (room >> 20) + " MB free for journal and snapshots",
          limit > LEAST_DISK
              ? "limits.disk allows " + (limit >> 20) + " MB"
              : "events wait when it is full");
    } catch (IOException e) {
      tell(false, "disk", there + ": " + e.getMessage(), "name another folder in 'state'");
    }
  }

  private static String kernels() {
    String name = FloatKernels.fastest().name();
    return name.equals("scalar")
        ? "scalar; networks are several times faster where Java has its Vector API"
        : name + ": networks use the SIMD registers";
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

package org.freshet.testkit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.component.Arguments;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Every state version ever released is still read, and gives the answers it gave. */
final class GoldenChecks {
  private static final int MOST_ANSWERS = 200;

  private final Subject subject;
  private final SampleStream stream;
  private final GoldenFiles files;

  /**
   * @param stream null for sources
   */
  GoldenChecks(Subject subject, SampleStream stream, GoldenFiles files) {
    this.subject = subject;
    this.stream = stream;
    this.files = files;
  }

  List<Check> all() {
    return List.of(
        subject.kind() == Kind.SOURCE
            ? new Check("gives the events of its golden file", this::events)
            : new Check("golden files are restored to the same answers", this::states));
  }

  private String name() {
    String name = subject.provider().name();
    return subject.kind() == subject.provider().kinds().get(0) ? name : name + "-" + subject.kind();
  }

  private void states() {
    int version = subject.provider().version();
    Path newest = files.file(name(), version, ".frs");
    if (GoldenFiles.read(newest) == null) {
      Check.that(
          GoldenFiles.writing(),
          "there is no golden file %s; make it by running the tests with -Dfreshet.golden.write=true, and commit it",
          newest);
      write(newest, files.file(name(), version, ".txt"));
    }
    for (int v = 1; v <= version; v++) {
      byte[] state = GoldenFiles.read(files.file(name(), v, ".frs"));
      Path answers = files.file(name(), v, ".txt");
      Check.that(
          state != null,
          "there is no golden file %s of the older version; they stay",
          files.file(name(), v, ".frs"));
      GoldenFiles.compare(answers, string(answers), restored(state));
    }
  }

  private static String string(Path file) {
    byte[] bytes = GoldenFiles.read(file);
    Check.that(bytes != null, "there is no golden file %s", file);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void write(Path state, Path answers) {
    Arguments full = Components.bind(subject.provider(), subject.spec(), new ArrayList<>());
    Run run = Run.start(subject, stream);
    run.steps(0, SampleStream.EVENTS, new Trace());
    StateWriter out = new StateWriter();
    out.put("spec", full.toSpec(subject.provider().name()).toString());
    out.put("it", run.learner);
    GoldenFiles.write(state, out.toBytes());
    GoldenFiles.write(
        answers, GoldenFiles.text(run.probe(), MOST_ANSWERS).getBytes(StandardCharsets.UTF_8));
  }

  /** Made with the parameters it was saved with, so that a default may change. */
  private Trace restored(byte[] state) {
    Spec spec = Spec.parse(StateReader.open("golden file", state).string("spec"));
    Run run =
        Run.restore(
            new Subject(subject.provider(), spec, subject.kind()),
            stream,
            SampleStream.EVENTS,
            state);
    return run.probe();
  }

  private void events() {
    Path file = files.file(name(), subject.provider().version(), ".txt");
    Trace found = SourceChecks.read((org.freshet.core.Source) subject.create(null, 1, 1), 16, 40);
    if (GoldenFiles.read(file) == null) {
      Check.that(
          GoldenFiles.writing(),
          "there is no golden file %s; make it by running the tests with -Dfreshet.golden.write=true, and commit it",
          file);
      GoldenFiles.write(
          file, GoldenFiles.text(found, MOST_ANSWERS).getBytes(StandardCharsets.UTF_8));
    }
    GoldenFiles.compare(file, string(file), found);
  }
}

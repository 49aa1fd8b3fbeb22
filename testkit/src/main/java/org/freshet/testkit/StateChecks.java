package org.freshet.testkit;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.freshet.core.Rng;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;

/** State: goes on bit for bit, and nothing from outside is believed. */
final class StateChecks {
  private static final int N = SampleStream.EVENTS;
  private static final int MUTATIONS = 250;
  private static final long FUZZ_MILLIS = 20_000;

  private final Subject subject;
  private final SampleStream stream;

  StateChecks(Subject subject, SampleStream stream) {
    this.subject = subject;
    this.stream = stream;
  }

  List<Check> all() {
    return List.of(
        new Check("stop, restore, continue equals never stopped", this::restore),
        new Check("the bytes of a state depend on nothing else", this::bytesAreDeterministic));
  }

  /** Those that one stream is enough for. */
  List<Check> refusals() {
    return List.of(
        new Check("a state cut off is refused", this::cutOff),
        new Check("a state with a flipped bit is refused", this::flipped),
        new Check("the state of another component or a newer version is refused", this::others),
        new Check("a forged state is refused or harmless", this::forged),
        new Check("no more labels than there are", this::forgedLabels));
  }

  private void restore() {
    Run never = Run.start(subject, stream);
    Trace whole = never.steps(0, N);
    for (int at : new int[] {0, 1, N / 3, N - 1}) {
      Run before = Run.start(subject, stream);
      Trace parts = before.steps(0, at);
      Run after = Run.restore(subject, stream, at, before.state());
      after.steps(at, N, parts);
      Check.same(
          whole, parts, "stopped after " + at + " events and restored, it goes on differently");
      Check.that(
          Arrays.equals(never.state(), after.state()),
          "stopped after %d events, the last state differs",
          at);
    }
  }

  private void bytesAreDeterministic() {
    for (int at : new int[] {0, N / 3, N}) {
      Run run = Run.start(subject, stream);
      run.steps(0, at, new Trace());
      byte[] state = run.state();
      Check.that(
          Arrays.equals(state, run.state()), "saving twice after %d events gives other bytes", at);
      byte[] again = Run.restore(subject, stream, at, state).state();
      Check.that(
          Arrays.equals(state, again),
          "saved, restored and saved after %d events gives other bytes",
          at);
    }
  }

  private byte[] state() {
    Run run = Run.start(subject, stream);
    run.steps(0, N, new Trace());
    return run.state();
  }

  private void cutOff() {
    byte[] state = state();
    for (int cut :
        new int[] {
          0, 1, 7, 19, state.length / 3, state.length / 2, state.length - 5, state.length - 1
        }) {
      refuse(Arrays.copyOf(state, cut), Verdict.CORRUPT, "cut off after " + cut + " bytes");
    }
  }

  private void flipped() {
    byte[] state = state();
    for (int k = 0; k < 40; k++) {
      byte[] bad = state.clone();
      int at = (int) ((long) k * (bad.length - 1) / 39);
      bad[at] ^= (byte) (1 << (k % 8));
      refuse(bad, null, "with bit " + k % 8 + " of byte " + at + " flipped");
    }
  }

  private void others() {
    StateBytes version = StateBytes.of(state());
    version.setLong("it/@version", subject.provider().version() + 1L);
    refuse(version.toBytes(), Verdict.TOO_NEW, "with a newer state version");

    StateBytes other = StateBytes.of(state());
    other.setString("it/@component", "another");
    refuse(other.toBytes(), Verdict.OTHER_PARAMETERS, "of another component");
  }

  private void refuse(byte[] state, Verdict verdict, String what) {
    Run run = Run.start(subject, stream);
    try {
      run.load(state);
    } catch (StateException refused) {
      Check.that(
          verdict == null || refused.verdict() == verdict,
          "a state %s is answered '%s', expected '%s'",
          what,
          refused.verdict(),
          verdict);
      Check.that(
          refused.getMessage().startsWith("contract: "),
          "the message does not name its source: %s",
          refused.getMessage());
      return;
    } catch (RuntimeException | Error wrong) {
      throw new AssertionError(
          "a state " + what + " is answered by " + wrong + ", expected a StateException", wrong);
    }
    throw new AssertionError("a state " + what + " is accepted");
  }

  /**
   * Entries are changed and the checksum made right again; whatever is then accepted must not
   * crash.
   */
  private void forged() throws InterruptedException {
    byte[] state = state();
    AtomicReference<String> doing = new AtomicReference<>("");
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread fuzzer =
        new Thread(
            () -> {
              try {
                Rng rng = new Rng(1);
                for (int k = 0; k < MUTATIONS; k++) {
                  StateBytes bytes = StateBytes.of(state);
                  doing.set(bytes.mutate(rng));
                  tryForged(bytes.toBytes());
                }
              } catch (RuntimeException | Error wrong) {
                failure.set(wrong);
              }
            },
            "freshet-fuzz");
    fuzzer.setDaemon(true);
    fuzzer.start();
    fuzzer.join(FUZZ_MILLIS);
    if (fuzzer.isAlive()) {
      throw new AssertionError(
          "a state where " + doing + " hangs it at " + Arrays.asList(fuzzer.getStackTrace()));
    }
    if (failure.get() != null) {
      throw new AssertionError(
          "a state where "
              + doing
              + " is answered by "
              + failure.get()
              + ", expected a StateException",
          failure.get());
    }
  }

  /** Every count of labels, and of classes of examples, is set to what cannot be. */
  private void forgedLabels() {
    byte[] state = state();
    int known = Run.start(subject, stream, N, 1, 1).labels();
    if (known == 0) {
      return;
    }
    for (String path : StateBytes.of(state).numbers("labels")) {
      for (int count : new int[] {-1, 0, 1, known - 1, known, known + 1, 1000, 1 << 22}) {
        StateBytes bytes = StateBytes.of(state);
        boolean scalar = bytes.setFirst(path, count);
        String what = "a state where the first of '" + path + "' is " + count;
        boolean taken;
        try {
          taken = tryForged(bytes.toBytes());
        } catch (RuntimeException | Error wrong) {
          throw new AssertionError(what + " is answered by " + wrong, wrong);
        }
        Check.that(
            !taken || !scalar || count >= 0 && count <= known,
            "%s is accepted, known are %d labels",
            what,
            known);
      }
    }
  }

  /** Whether the state was accepted; then it must do no harm. */
  private boolean tryForged(byte[] bytes) {
    Run run = Run.start(subject, stream, N, 1, 1);
    long before = allocated();
    try {
      run.load(bytes);
    } catch (StateException refused) {
      return false;
    } finally {
      long used = allocated() - before;
      Check.that(
          used < (32L << 20) + 64L * bytes.length,
          "loading %d bytes allocated %d; check counts before allocating",
          bytes.length,
          used);
    }
    run.probe();
    run.steps(0, Run.PROBES, new Trace());
    return true;
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}

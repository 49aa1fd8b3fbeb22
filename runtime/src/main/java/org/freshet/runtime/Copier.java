package org.freshet.runtime;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.BooleanSupplier;
import org.freshet.core.state.KeptState;

/**
 * Copies states for snapshots, and knows how long the owner would take to copy one. A copy that was
 * never made is slow, many times slower than later ones, because its code is not compiled yet: the
 * first are made beside the stream, of a second replica, and tell.
 */
final class Copier {
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  /** The longest the owner may take, ns. */
  private static final long PAUSE = 10_000_000;

  /** Bytes that are copied however long it took the last time. */
  private static final long FEW = 1 << 20;

  /** Bytes beyond which no machine is quick enough, or memory has room for a copy. */
  private static final long MANY = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

  /** Copies that tell, and the pause between them in which their code is compiled. */
  private static final int TRIES = 10;

  private static final long TRY_AGAIN = 100;

  private final String program;
  private final long few;
  private final long small; // bytes the owner copies; negative to go by time
  private volatile double perByte = Double.POSITIVE_INFINITY; // ns; infinite before it is known
  private KeptState before; // whose memory the next copy takes; of the owner

  Copier(String program) {
    this(program, FEW);
  }

  /**
   * @param few bytes that are copied without having been tried
   */
  Copier(String program, long few) {
    this.program = program;
    this.few = few;
    this.small = Long.getLong("freshet.snapshot.small", -1);
  }

  /**
   * Whether the owner would copy it within {@value #PAUSE} ns, as far as the copies before tell.
   */
  boolean isQuick(Replica replica) {
    if (replica.spilled() > 0) {
      return false; // rows in files are brought to the disk first
    }
    long bytes = replica.memoryBytes();
    if (small >= 0) {
      return bytes <= small;
    }
    boolean is = bytes <= few || bytes * perByte <= PAUSE;
    perByte = is ? perByte : 0.9 * perByte; // one bad measurement is forgotten
    return is;
  }

  /** By the owner, once the copy before is written or given up. */
  KeptState copy(Replica replica) {
    long start = worked();
    KeptState state = SnapshotStore.keep(replica, program, before);
    before = state;
    double now = (double) (worked() - start) / replica.memoryBytes();
    perByte = perByte == Double.POSITIVE_INFINITY ? now : (perByte + now) / 2;
    return state;
  }

  /**
   * Tries how quickly a second replica is copied, unless it is known; by the thread that has it.
   */
  void tryOut(Replica replica, BooleanSupplier stop) throws InterruptedException {
    long bytes = replica.memoryBytes();
    if (perByte != Double.POSITIVE_INFINITY || small >= 0 || bytes > MANY) {
      return;
    }
    KeptState own = null;
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIES && !stop.getAsBoolean(); i++) {
      long start = worked();
      own = SnapshotStore.keep(replica, program, own);
      best = Math.min(best, (double) (worked() - start) / bytes);
      Thread.sleep(TRY_AGAIN);
    }
    perByte = best;
  }

  /** Processor time of this thread, which no other process adds to; else the time. */
  private static long worked() {
    return CPU.isCurrentThreadCpuTimeSupported()
        ? CPU.getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}

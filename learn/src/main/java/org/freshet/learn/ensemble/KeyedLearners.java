package org.freshet.learn.ensemble;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.freshet.core.Features;
import org.freshet.core.KeyTable;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.state.Blobs;
import org.freshet.core.state.HeapModelStore;
import org.freshet.core.state.ModelStore;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.transform.KeySlots;

/**
 * A learner for each key, made when the key first learns, with a seed that is a hash of the key.
 * Those that learnt last are in memory; of the others the state goes to the store, or is dropped
 * where there is none.
 *
 * <p>What lies in the store is read for a prediction without a change of anything that is saved, so
 * that predicting stays pure; the learner read last is kept, because its label often comes next.
 *
 * <p>Which learners stay depends on their number and on the sizes of their states, taken after 1,
 * 2, 4, 8 … 1,024 and then every 1,024 examples: not on the bytes they take in memory, which may be
 * others after a restore, so that a run that was stopped goes on bit for bit.
 *
 * <p>With a time to live, what a key learnt is void for its rows that are later than its last one
 * by more than that. It depends on the times of the key's own rows alone, and so comes out the same
 * however keys are divided among processes. The memory is given back when any key's row is twice
 * that later, so that rows may be out of order by the time to live.
 */
final class KeyedLearners<L extends Learner> {
  private static final int RARELY = 1024;

  /**
   * What there is room for.
   *
   * @param models the most in memory
   * @param maxBytes of those in memory
   * @param stored states put into the store after which one is forgotten
   * @param parts into which keys are divided, each with one learner; 0 for one a key
   * @param ttl milliseconds after which a key that did not learn is forgotten; 0 for never
   */
  record Room(int models, long maxBytes, long stored, int parts, long ttl) {}

  private final Function<Build, L> maker;
  private final Build build;
  private final KeySlots slots;
  private final ModelStore store; // null: dropped
  private final long stored;
  private final long limit;
  private final int parts;
  private final long ttl;

  /** Bytes of heap for a byte of state, of a learner that has learnt nothing. */
  private final double heapOfState;

  private Object[] learners = new Object[16];
  private int[] examples = new int[16]; // learnt by each, at most Integer.MAX_VALUE
  private int[] sizes = new int[16]; // of their states, when last taken
  private int[] bytes = new int[16]; // in memory now
  private long[] last = new long[0]; // time of the latest row each has learnt; empty without ttl
  private long now = Features.NO_TIME; // of the row at hand
  private long clock = Features.NO_TIME; // the latest time learnt
  private long size; // sum of sizes
  private long total; // sum of bytes
  private long version; // states put into the store
  private long made;
  private long fetched;
  private long dropped;
  private long expired;
  private L read; // from the store, not in memory otherwise
  private int readExamples;
  private long readLast;
  private int readBytes;
  private long readFirst;
  private long readSecond;
  private long readVersion = -1; // -1: none

  KeyedLearners(Function<Build, L> maker, Build build, Room room) {
    this.maker = maker;
    this.build = build.child("models", 0).withMaxBytes(room.maxBytes / 2).withStore(null);
    this.slots = new KeySlots(room.models);
    this.store = build.store() == null ? null : build.store().space(Long.toHexString(build.seed()));
    this.stored = room.stored;
    this.limit = room.maxBytes;
    this.parts = room.parts;
    this.ttl = room.ttl;
    if (ttl > 0) {
      last = new long[16];
    }
    L first = fresh(0);
    this.heapOfState = Math.max(1, (double) first.memoryBytes() / state(first, 0, 0).length);
  }

  private L fresh(long keyHash) {
    return maker.apply(build.withSeed(Rng.childSeed(build.seed(), "model", keyHash)));
  }

  /**
   * Chooses the key the next calls are about.
   *
   * @param time of the row at hand
   */
  void key(String key, long time) {
    if (parts > 0) {
      slots.code(KeyTable.part(key, parts));
    } else {
      slots.key(key);
    }
    now = time;
  }

  private boolean isOver(long since) {
    return ttl > 0 && isLater(now, since, ttl);
  }

  private static boolean isLater(long time, long since, long by) {
    return time != Features.NO_TIME && since != Features.NO_TIME && time - since > by;
  }

  private long last(int slot) {
    return ttl > 0 ? last[slot] : Features.NO_TIME;
  }

  /** The learner of the key to predict with, or null; nothing is changed. */
  L find() {
    int slot = slots.find();
    if (slot != KeySlots.NONE) {
      return isOver(last(slot)) ? null : at(slot);
    }
    return fetch() && !isOver(readLast) ? read : null;
  }

  /** Examples the learner of the key has learnt; 0 without one. */
  int examples() {
    int slot = slots.find();
    if (slot != KeySlots.NONE) {
      return isOver(last(slot)) ? 0 : examples[slot];
    }
    return fetch() && !isOver(readLast) ? readExamples : 0;
  }

  @SuppressWarnings("unchecked")
  private L at(int slot) {
    return (L) learners[slot];
  }

  /** Reads the key's learner from the store unless it was read last; false when it is not there. */
  private boolean fetch() {
    if (store == null || version == 0) {
      return false;
    }
    if (readVersion == version && readFirst == slots.hash() && readSecond == slots.otherHash()) {
      return read != null;
    }
    readFirst = slots.hash();
    readSecond = slots.otherHash();
    readVersion = version;
    byte[] state = store.get(readFirst, readSecond, Math.max(0, version - stored), version);
    read = null;
    readBytes = 0;
    if (state != null) {
      read = fresh(readFirst);
      StateReader in = restore(read, state, "the state of a key in the store");
      readExamples = examples(in);
      readLast = last(in);
      readBytes = heap(read);
    }
    return read != null;
  }

  /** The learner of the key to learn with; {@link #learnt} must follow. */
  L open() {
    int slot = slots.find();
    if (slot != KeySlots.NONE && isOver(last(slot))) {
      forget(slot);
      slot = KeySlots.NONE;
    }
    if (slot != KeySlots.NONE) {
      slots.touch(slot);
      return at(slot);
    }
    boolean known = fetch() && !isOver(readLast);
    L learner = known ? read : fresh(slots.hash());
    int seen = known ? readExamples : 0;
    if (slots.isFull()) {
      evict(slots.oldest());
    }
    slot = slots.open();
    reserve(slot);
    learners[slot] = learner;
    examples[slot] = seen;
    sizes[slot] = 0;
    bytes[slot] = 0;
    if (ttl > 0) {
      last[slot] = known ? readLast : Features.NO_TIME;
    }
    if (known) {
      fetched++;
      resize(slot);
    } else {
      made++;
    }
    forgetRead();
    return learner;
  }

  private void forgetRead() {
    read = null;
    readBytes = 0;
    readVersion = -1;
  }

  private void reserve(int slot) {
    if (slot >= learners.length) {
      int more = (int) Math.min(slots.limit(), 2L * slot);
      learners = Arrays.copyOf(learners, more);
      examples = Arrays.copyOf(examples, more);
      sizes = Arrays.copyOf(sizes, more);
      bytes = Arrays.copyOf(bytes, more);
      last = ttl > 0 ? Arrays.copyOf(last, more) : last;
    }
  }

  /** The learner of the key, in memory, has learnt an example. */
  void learnt() {
    int slot = slots.find();
    if (ttl > 0) {
      last[slot] = Math.max(last[slot], now);
      sweep();
    }
    int n = examples[slot] = Math.min(examples[slot], Integer.MAX_VALUE - 1) + 1;
    if (n < RARELY ? (n & (n - 1)) == 0 : n % RARELY == 0) {
      resize(slot);
    }
    weigh(slot);
    while (size * heapOfState > limit && slots.size() > 1) {
      evict(slots.oldest());
    }
  }

  /** Gives back the memory of keys that no row in time can ask for any more. */
  private void sweep() {
    clock = Math.max(clock, now);
    while (slots.size() > 1 && isLater(clock, last[slots.oldest()], 2 * ttl)) {
      forget(slots.oldest());
    }
  }

  private void resize(int slot) {
    size -= sizes[slot];
    sizes[slot] = state(slot).length + slotBytes();
    size += sizes[slot];
  }

  private int slotBytes() {
    return KeySlots.bytesPerKey() + (ttl > 0 ? 28 : 20);
  }

  private void weigh(int slot) {
    int now = heap(at(slot));
    total += now - bytes[slot];
    bytes[slot] = now;
  }

  private int heap(L learner) {
    return (int) Math.min(Integer.MAX_VALUE, learner.memoryBytes());
  }

  /** Takes a learner out of memory: into the store, or away. */
  private void evict(int slot) {
    if (store == null) {
      dropped++;
    } else {
      version++;
      store.put(slots.first(slot), slots.second(slot), version, state(slot));
    }
    remove(slot);
  }

  private void forget(int slot) {
    expired++;
    remove(slot);
  }

  private void remove(int slot) {
    size -= sizes[slot];
    total -= bytes[slot];
    learners[slot] = null;
    slots.remove(slot);
  }

  private byte[] state(int slot) {
    return state(at(slot), examples[slot], last(slot));
  }

  private byte[] state(Learner learner, int examples, long last) {
    StateWriter out = new StateWriter();
    out.put("examples", examples);
    if (ttl > 0) {
      out.put("last", last);
    }
    out.put("it", learner);
    return out.toBytes();
  }

  /** Restores a learner; what else is in its state is with the reader. */
  private static StateReader restore(Learner learner, byte[] state, String source) {
    StateReader in = StateReader.open(source, state);
    in.load("it", learner);
    return in;
  }

  private static int examples(StateReader in) {
    return in.intValue("examples", 0, Integer.MAX_VALUE);
  }

  private long last(StateReader in) {
    return ttl > 0 ? in.longValue("last") : Features.NO_TIME;
  }

  /** Keys in memory. */
  int size() {
    return slots.size();
  }

  KeyTable.Keys keyCounts() {
    return new KeyTable.Keys(size(), dropped, expired, version, fetched);
  }

  /** Learners begun anew. */
  long made() {
    return made;
  }

  /** Learners put into the store; each time counts. */
  long spilled() {
    return version;
  }

  /** Learners that came back from the store. */
  long fetched() {
    return fetched;
  }

  /** Learners dropped because there was no store. */
  long dropped() {
    return dropped;
  }

  /** Forgets all but the keys of one part; what lies in a store of the machine stays there. */
  void retain(int part, int of) {
    LongPredicate wanted = wanted(part, of);
    for (int slot = slots.oldest(); slot != KeySlots.NONE; ) {
      int next = slots.after(slot);
      if (!wanted.test(slots.first(slot))) {
        remove(slot);
      }
      slot = next;
    }
    if (store instanceof HeapModelStore heap) {
      heap.retain(wanted);
    }
    forgetRead();
  }

  private LongPredicate wanted(int part, int of) {
    if (parts == 0) {
      return first -> Math.floorMod(first, (long) of) == part;
    }
    Set<Long> own = new HashSet<>();
    for (int model = part; model < parts; model += of) {
      slots.code(model);
      own.add(slots.hash());
    }
    return own::contains;
  }

  /** Takes over the learners of another, whose keys are others. */
  void takeOver(KeyedLearners<L> other) {
    if (store != null && other.store instanceof HeapModelStore heap) {
      heap.each(
          (first, second, state) -> {
            other.slots.hashes(first, second);
            if (other.slots.find() == KeySlots.NONE) { // else the one in memory is newer
              store.put(first, second, ++version, state);
            }
          });
    }
    for (int slot = other.slots.oldest(); slot != KeySlots.NONE; slot = other.slots.after(slot)) {
      take(other.slots.first(slot), other.slots.second(slot), other.state(slot));
    }
    made += other.made;
    dropped += other.dropped;
    expired += other.expired;
    clock = Math.max(clock, other.clock);
    forgetRead();
  }

  private void take(long first, long second, byte[] state) {
    if (slots.isFull()) {
      evict(slots.oldest());
    }
    slots.hashes(first, second);
    int slot = slots.open();
    reserve(slot);
    L learner = fresh(first);
    StateReader in = restore(learner, state, "the state of a key");
    learners[slot] = learner;
    examples[slot] = examples(in);
    if (ttl > 0) {
      last[slot] = last(in);
    }
    sizes[slot] = 0;
    bytes[slot] = 0;
    resize(slot);
    weigh(slot);
  }

  void save(StateWriter out) {
    slots.save(out);
    out.put("counted", new long[] {version, made, fetched, dropped});
    if (ttl > 0) {
      out.put("expired", expired);
      out.put("clock", clock);
    }
    int[] own = new int[slots.size()];
    Blobs.Writer blobs = new Blobs.Writer();
    int i = 0;
    for (int slot = slots.oldest(); slot != KeySlots.NONE; slot = slots.after(slot)) {
      own[i++] = sizes[slot];
      blobs.add(state(slot));
    }
    out.put("sizes", own);
    blobs.save(out);
    if (store != null) {
      store.save(out.child("store"));
    }
  }

  void load(StateReader in) {
    long[] counted = in.longs("counted", 4);
    version = counted[0];
    made = counted[1];
    fetched = counted[2];
    dropped = counted[3];
    if (version < 0 || version == Long.MAX_VALUE) {
      throw in.corrupt("counted", "has the version " + version);
    }
    if (ttl > 0) {
      expired = in.longValue("expired", 0, Long.MAX_VALUE);
      clock = in.longValue("clock");
    }
    slots.load(in);
    int n = slots.size();
    int[] all = in.ints("sizes", n);
    List<byte[]> states = Blobs.load(in, n);
    for (int slot = 0; slot < n; slot++) {
      if (all[slot] < 0) {
        throw in.corrupt("sizes", "has " + all[slot]);
      }
      reserve(slot);
      L learner = fresh(slots.first(slot));
      learners[slot] = learner;
      StateReader own = restore(learner, states.get(slot), in.source());
      examples[slot] = examples(own);
      if (ttl > 0) {
        last[slot] = last(own);
      }
      sizes[slot] = all[slot];
      size += all[slot];
      weigh(slot);
    }
    if (store != null) {
      store.resume(version);
      if (in.has("store")) {
        loadStored(in.child("store"));
      }
    }
    forgetRead();
  }

  /** What a store in memory held goes into one that lasts, behind all that was put there. */
  private void loadStored(StateReader in) {
    if (store instanceof HeapModelStore) {
      store.load(in);
      return;
    }
    HeapModelStore saved = new HeapModelStore();
    saved.load(in);
    saved.each((first, second, state) -> store.put(first, second, ++version, state));
  }

  long memoryBytes() {
    return 224
        + 4 * 16
        + 16L * learners.length
        + 16
        + 8L * last.length
        + slots.memoryBytes()
        + total
        + readBytes;
  }
}

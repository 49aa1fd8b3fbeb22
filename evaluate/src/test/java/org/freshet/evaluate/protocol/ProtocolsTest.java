package org.freshet.evaluate.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.evaluate.protocol.TaskStream.Moment;
import org.junit.jupiter.api.Test;

class ProtocolsTest {
  private static Made four() {
    return Made.events(40, 2, "b", "10", "0", "2"); // 10 of each
  }

  private static List<Integer> all(List<List<String>> tasks) {
    return tasks.stream().flatMap(t -> Made.numbers(t).stream()).toList();
  }

  @Test
  void classesComeInGroupsInTheOrderOfTheirValues() {
    TaskStream s = four().tasks("class_incremental(tasks=2)");
    List<List<String>> tasks = Made.read(s, 7);
    assertThat(tasks).hasSize(2);
    assertThat(Made.classes(tasks.get(0))).isEqualTo(Map.of("0", 8, "2", 8));
    assertThat(Made.classes(tasks.get(1))).isEqualTo(Map.of("10", 8, "b", 8));
    assertThat(s.schema().labels().names()).containsExactly("0", "2", "10", "b");
    assertThat(s.schema().labels().declared()).as("nothing is told").isZero();
    assertThat(s.taskName(1)).isEqualTo("10, b");
    assertThat(Made.classes(Made.tests(s, 0))).isEqualTo(Map.of("0", 2, "2", 2));
    assertThat(Made.classes(Made.tests(s, 1))).isEqualTo(Map.of("10", 2, "b", 2));
    Set<Integer> seen = new HashSet<>(all(tasks));
    seen.addAll(Made.numbers(Made.tests(s, 0)));
    seen.addAll(Made.numbers(Made.tests(s, 1)));
    assertThat(seen).as("each is learnt or tested, never both").hasSize(40);
    assertThat(s.driftPositions()).containsExactly(16);
  }

  @Test
  void eventsOfATaskAreShuffledUnlessTheirOrderIsKept() {
    List<String> first = Made.read(four().tasks("class_incremental(tasks=1)"), 9).get(0);
    List<String> again = Made.read(four().tasks("class_incremental(tasks=1)"), 5).get(0);
    List<String> other = Made.read(four().tasks("class_incremental(tasks=1)", 2), 9).get(0);
    List<String> kept =
        Made.read(four().tasks("class_incremental(tasks=1, shuffle=false, sample=0)"), 9).get(0);
    assertThat(first).isEqualTo(again).isNotEqualTo(other);
    assertThat(Made.numbers(first)).isNotEqualTo(Made.numbers(first).stream().sorted().toList());
    assertThat(Made.numbers(kept)).isEqualTo(IntStream.range(0, 40).boxed().toList());
  }

  @Test
  void oneClassATask() {
    TaskStream s = four().tasks("class_incremental(tasks=4)");
    List<List<String>> tasks = Made.read(s, 100);
    assertThat(tasks.stream().map(Made::classes).toList())
        .isEqualTo(List.of(Map.of("0", 8), Map.of("2", 8), Map.of("10", 8), Map.of("b", 8)));
    assertThatThrownBy(() -> four().tasks("class_incremental(tasks=5)"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "class_incremental: 'tasks' is 5, allowed 1 to 4, the number of classes there are");
  }

  @Test
  void groupsThatDoNotComeOutEvenAreLargerFirst() {
    TaskStream s = Made.events(50, 1, "0", "1", "2", "3", "4").tasks("class_incremental(tasks=3)");
    assertThat(List.of(s.taskName(0), s.taskName(1), s.taskName(2)))
        .containsExactly("0, 1", "2, 3", "4");
  }

  @Test
  void theOrderOfClassesMayBeDrawn() {
    Set<List<String>> orders = new HashSet<>();
    for (int seed = 1; seed <= 20; seed++) {
      TaskStream s = four().tasks("class_incremental(tasks=4, order=random)", seed);
      List<String> names = s.schema().labels().names();
      orders.add(names);
      assertThat(Made.classes(Made.read(s, 64).get(0)).keySet()).containsExactly(names.get(0));
    }
    assertThat(orders).hasSizeGreaterThan(5);
  }

  /** Who learns and who tests read at the same time; neither may disturb the other. */
  @Test
  void batchesEndWhereTestsAreTaken() {
    TaskStream s = four().tasks("class_incremental(tasks=2, points=3)");
    assertThat(s.moments())
        .containsExactly(
            new Moment(6, 0, false),
            new Moment(11, 0, false),
            new Moment(16, 0, true),
            new Moment(22, 1, false),
            new Moment(27, 1, false),
            new Moment(32, 1, true));
    List<String> whole = Made.read(s, 1).stream().flatMap(List::stream).toList();
    TaskStream t = four().tasks("class_incremental(tasks=2, points=3)");
    var batch = new org.freshet.core.Batch(t.schema(), 100);
    List<String> read = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    while (t.read(batch, 100) > 0) {
      for (int r = 0; r < batch.size(); r++) {
        read.add(Made.text(batch, r));
      }
      ends.add(read.size());
      Made.tests(t, 0);
      Made.tests(t, 1);
    }
    assertThat(ends).containsExactly(6, 11, 16, 22, 27, 32);
    assertThat(read).isEqualTo(whole);
  }

  @Test
  void goesOnFromAnyPosition() {
    String protocol = "input_permuted(every=10, tasks=5, sample=0)";
    List<String> whole =
        Made.read(four().tasks(protocol), 64).stream().flatMap(List::stream).toList();
    for (int at : new int[] {0, 1, 10, 33, 50}) {
      TaskStream s = four().tasks(protocol);
      s.seek(new org.freshet.core.Source.Position(at, s.position().fingerprint()));
      var batch = new org.freshet.core.Batch(s.schema(), 64);
      List<String> rest = new ArrayList<>();
      while (s.read(batch, 64) > 0) {
        for (int r = 0; r < batch.size(); r++) {
          rest.add(Made.text(batch, r));
        }
      }
      assertThat(rest).isEqualTo(whole.subList(at, 50));
    }
  }

  @Test
  void fewTestsAreDrawnOnce() {
    TaskStream s = four().tasks("class_incremental(tasks=2, held_back=0.5, sample=3)");
    assertThat(Made.tests(s, 0)).hasSize(3).isEqualTo(Made.tests(s, 0));
    assertThat(four().tasks("class_incremental(tasks=2, sample=0)").start(2))
        .as("nothing is held back for no tests")
        .isEqualTo(40);
  }

  private static Made columns() {
    List<Column> columns = new ArrayList<>();
    List<Object[]> rows = new ArrayList<>();
    for (int c = 0; c < 6; c++) {
      columns.add(Column.numeric("x" + c));
    }
    for (int i = 0; i < 12; i++) {
      rows.add(new Object[] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, "k" + i % 2});
    }
    return Made.of(columns, rows);
  }

  @Test
  void columnsExchangePlacesFromTaskToTask() {
    TaskStream s = columns().tasks("input_permuted(every=4, tasks=5, held_back=0.3)");
    List<List<String>> tasks = Made.read(s, 64);
    Set<String> looks = new HashSet<>();
    for (int t = 0; t < 5; t++) {
      assertThat(tasks.get(t)).hasSize(4);
      Set<String> rows = new HashSet<>();
      tasks.get(t).forEach(e -> rows.add(e.substring(0, e.lastIndexOf(' '))));
      Made.tests(s, t).forEach(e -> rows.add(e.substring(0, e.lastIndexOf(' '))));
      assertThat(rows).as("one order in task and tests").hasSize(1);
      String look = rows.iterator().next();
      assertThat(look.split(" ")).containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6");
      looks.add(look);
      assertThat(look.equals("1 2 3 4 5 6")).isEqualTo(t == 0);
    }
    assertThat(looks).hasSize(5);
  }

  @Test
  void aStreamThatIsUsedUpBeginsAgainNewlyShuffled() {
    List<Integer> all =
        all(
            Made.read(four().tasks("input_permuted(every=20, tasks=6, sample=0)"), 64).stream()
                .map(t -> t.stream().map(ProtocolsTest::sorted).toList())
                .toList());
    assertThat(all).hasSize(120);
    List<List<Integer>> passes =
        List.of(all.subList(0, 40), all.subList(40, 80), all.subList(80, 120));
    for (List<Integer> pass : passes) {
      assertThat(new HashSet<>(pass)).as("each once").hasSize(40);
    }
    assertThat(passes.get(0)).isNotEqualTo(passes.get(1));
  }

  /** The number of the event first, wherever the permutation put it. */
  private static String sorted(String event) {
    String[] words = event.split(" ");
    return words[0].equals("0") ? words[1] + " 0 " + words[2] : event;
  }

  @Test
  void lengthsOfTasks() {
    TaskStream s = four().tasks("data_incremental(tasks=3, sample=0)");
    assertThat(List.of(s.start(1), s.start(2), s.start(3))).containsExactly(14L, 27L, 40L);
    assertThat(new HashSet<>(all(Made.read(s, 64)))).hasSize(40);
    assertThat(four().tasks("data_incremental(every=12, sample=0)").tasks()).isEqualTo(3);
    assertThatThrownBy(() -> four().tasks("data_incremental"))
        .hasMessage(
            "data_incremental: needs 'every', the events of a task, or 'tasks', how many there are");
    assertThatThrownBy(() -> four().tasks("label_permuted(every=41, sample=0)"))
        .hasMessage(
            "label_permuted: 'every' is 41, allowed 1 to 40, the events there are, unless 'tasks' is"
                + " given");
  }

  @Test
  void tasksOfTheSameKindShareTheirTests() {
    TaskStream s = four().tasks("data_incremental(tasks=4)");
    assertThat(s.testOf(3)).isZero();
    assertThat(Made.tests(s, 3)).hasSize(8).isEqualTo(Made.tests(s, 0));
    assertThat(s.driftPositions()).as("nothing changes").isEmpty();
  }

  @Test
  void classesExchangeNamesFromTaskToTask() {
    TaskStream s = four().tasks("label_permuted(every=32, tasks=6)");
    List<List<String>> tasks = Made.read(s, 64);
    Set<Map<String, String>> namings = new HashSet<>();
    for (int t = 0; t < 6; t++) {
      Map<String, String> naming = new java.util.TreeMap<>();
      List<String> both = new ArrayList<>(tasks.get(t));
      both.addAll(Made.tests(s, t));
      for (String e : both) {
        String[] words = e.split(" ");
        String was = new String[] {"b", "10", "0", "2"}[Integer.parseInt(words[0]) % 4];
        assertThat(naming.merge(was, words[2], (a, b) -> a)).as("of " + was).isEqualTo(words[2]);
      }
      assertThat(new HashSet<>(naming.values())).as("names are exchanged").hasSize(4);
      namings.add(naming);
      if (t == 0) {
        assertThat(naming).allSatisfy((was, is) -> assertThat(is).isEqualTo(was));
      }
    }
    assertThat(namings).hasSizeGreaterThan(3);
  }

  @Test
  void turnsByAQuarter() {
    // 1 2 3     3 6 9
    // 4 5 6  →  2 5 8   counter-clockwise
    // 7 8 9     1 4 7
    double[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    double[] turned = new double[10];
    new Rotated.Turn(Math.PI / 2, 3, 3).write(image, turned, 1);
    assertThat(turned).containsExactly(new double[] {0, 3, 6, 9, 2, 5, 8, 1, 4, 7}, near());
    double[] coloured = new double[8]; // two rows of two pixels of two colours
    new Rotated.Turn(Math.PI / 2, 2, 2)
        .write(new double[] {1, -1, 2, -2, 3, -3, 4, -4}, coloured, 0);
    assertThat(coloured).containsExactly(new double[] {2, -2, 4, -4, 1, -1, 3, -3}, near());
  }

  @Test
  void turnsInBetween() {
    double[] dot = new double[25];
    dot[12] = 1; // the middle stays
    dot[2] = 4; // two above it
    double[] turned = new double[25];
    new Rotated.Turn(Math.PI / 4, 5, 5).write(dot, turned, 0);
    assertThat(turned[12]).isCloseTo(1, near());
    // √2 to the left and √2 up: shared among four pixels, most in the next one
    assertThat(turned[6]).isGreaterThan(1);
    assertThat(turned[2]).isZero();
  }

  private static org.assertj.core.data.Offset<Double> near() {
    return org.assertj.core.data.Offset.offset(1e-6);
  }

  @Test
  void rotatedTasksRiseEvenly() {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < 9; c++) {
      columns.add(Column.numeric("x" + c));
    }
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      rows.add(new Object[] {0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, "k" + i % 2});
    }
    TaskStream s = Made.of(columns, rows).tasks("rotated(tasks=3, degrees=180, sample=0)");
    List<List<String>> tasks = Made.read(s, 64);
    assertThat(tasks.get(0).get(0)).startsWith("0 1 0 0 0 0 0 0 0");
    assertThat(place(tasks.get(1).get(0))).as("a quarter to the left").isEqualTo(3);
    assertThat(place(tasks.get(2).get(0))).as("upside down").isEqualTo(7);
    assertThatThrownBy(() -> Made.events(9, 7, "a").tasks("rotated(tasks=2, sample=0)"))
        .hasMessageStartingWith("rotated: needs images of 7 pixels, which 3 × 2 are not");
  }

  private static int place(String event) {
    String[] words = event.split(" ");
    for (int i = 0; i < 9; i++) {
      if (Double.parseDouble(words[i]) > 0.99) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void blurredBoundaries() {
    Made many = Made.events(4000, 1, "0", "1", "2", "3");
    List<List<String>> tasks =
        Made.read(many.tasks("blurry(tasks=2, mix=0.2, disjoint=0, sample=0)"), 64);
    assertThat(new HashSet<>(all(tasks))).as("each once").hasSize(4000);
    assertThat(Made.classes(tasks.get(0)).get("0")).isBetween(760, 840); // 3 standard errors
    assertThat(Made.classes(tasks.get(1)).get("0")).isBetween(160, 240);
    assertThat(Made.classes(tasks.get(0)).get("3")).isBetween(160, 240);
    List<List<String>> sharp = Made.read(four().tasks("blurry(tasks=2, mix=0.5, disjoint=1)"), 64);
    assertThat(Made.classes(sharp.get(0))).isEqualTo(Map.of("0", 8, "2", 8));
    List<List<String>> half =
        Made.read(
            Made.events(4000, 1, "0", "1", "2", "3")
                .tasks("blurry(tasks=2, mix=1, disjoint=0.5, sample=0)"),
            64);
    // two of the four stay in their own task, two come only in the other
    assertThat(all(half)).hasSize(4000);
    int home =
        Made.classes(half.get(0)).getOrDefault("0", 0)
            + Made.classes(half.get(0)).getOrDefault("1", 0);
    int own =
        home
            + Made.classes(half.get(1)).getOrDefault("2", 0)
            + Made.classes(half.get(1)).getOrDefault("3", 0);
    assertThat(own).isEqualTo(2000);
  }

  @Test
  void domainsOfGroupsOfClasses() {
    TaskStream s = four().tasks("domain_incremental(tasks=2)");
    assertThat(s.schema().labels().names()).containsExactly("0", "1");
    List<List<String>> tasks = Made.read(s, 64);
    assertThat(Made.classes(tasks.get(0))).isEqualTo(Map.of("0", 8, "1", 8));
    for (int t = 0; t < 2; t++) {
      // the order of the values is 0, 2 and 10, b, which stand at 2, 3 and 1, 0
      int first = t == 0 ? 2 : 1;
      List<String> both = new ArrayList<>(tasks.get(t));
      both.addAll(Made.tests(s, t));
      for (String e : both) {
        int at = Integer.parseInt(e.substring(0, e.indexOf(' '))) % 4;
        assertThat(e).endsWith(at == first ? " 0" : " 1");
        assertThat(t == 0 ? at >= 2 : at < 2).isTrue();
      }
    }
  }

  private static Made withPlace() {
    List<Column> columns =
        List.of(Column.numeric("n"), Column.category("place"), Column.numeric("hour"));
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      rows.add(
          new Object[] {(double) i, "p" + i % 3, (double) (23 - i), i % 2 == 0 ? "even" : "odd"});
    }
    return Made.of(columns, rows);
  }

  @Test
  void domainsOfAColumn() {
    TaskStream s = withPlace().tasks("domain_incremental(column=place, sample=0)");
    List<List<String>> tasks = Made.read(s, 64);
    assertThat(s.schema().columns().stream().map(Column::name).toList())
        .as("the column would tell the task")
        .containsExactly("n", "hour");
    for (int t = 0; t < 3; t++) {
      int place = t;
      assertThat(s.taskName(t)).isEqualTo("p" + t);
      assertThat(tasks.get(t))
          .hasSize(8)
          .allSatisfy(
              e -> {
                int n = Integer.parseInt(e.split(" ")[0]);
                assertThat(n % 3).isEqualTo(place);
                assertThat(e).isEqualTo(n + " " + (23 - n) + " " + (n % 2 == 0 ? "even" : "odd"));
              });
    }
    List<List<String>> hours =
        Made.read(withPlace().tasks("domain_incremental(column=hour, tasks=4, sample=0)"), 64);
    assertThat(Made.numbers(hours.get(0))).containsExactlyInAnyOrder(23, 22, 21, 20, 19, 18);
    assertThat(Made.numbers(hours.get(3))).containsExactlyInAnyOrder(5, 4, 3, 2, 1, 0);
    assertThatThrownBy(() -> withPlace().tasks("domain_incremental(column=day)"))
        .hasMessage("domain_incremental: 'column' is 'day', which the stream does not have");
    assertThatThrownBy(() -> withPlace().tasks("domain_incremental(column=hour)"))
        .hasMessage("domain_incremental: needs 'tasks', because 'hour' is a number");
    assertThatThrownBy(() -> withPlace().tasks("domain_incremental(column=place, tasks=4)"))
        .hasMessage(
            "domain_incremental: 'tasks' is 4, allowed 1 to 3, the number of categories there are");
    assertThatThrownBy(() -> withPlace().tasks("input_permuted(tasks=4)"))
        .hasMessageStartingWith("input_permuted: exchanges columns, which must be dense and all");
  }

  @Test
  void batchesWaitAndAreLearntInOneGo() {
    TaskStream s = four().tasks("mega_batch(batches=5, wait_for=2, passes=3, sample=0)");
    List<List<String>> tasks = Made.read(s, 64);
    assertThat(tasks.stream().map(List::size).toList()).containsExactly(0, 48, 0, 48, 24);
    assertThat(s.moments())
        .containsExactly(
            new Moment(0, 0, true),
            new Moment(48, 1, true),
            new Moment(48, 2, true),
            new Moment(96, 3, true),
            new Moment(120, 4, true));
    List<Integer> first = Made.numbers(tasks.get(1));
    assertThat(new HashSet<>(first.subList(0, 16))).hasSize(16);
    assertThat(new HashSet<>(first)).as("the same in each pass").hasSize(16);
    assertThat(first.subList(0, 16)).isNotEqualTo(first.subList(16, 32));
    assertThat(new HashSet<>(all(tasks))).hasSize(40);
    List<List<String>> all =
        Made.read(four().tasks("mega_batch(batches=4, wait_for=2, train=all, sample=0)"), 64);
    assertThat(all.stream().map(List::size).toList()).containsExactly(0, 20, 0, 40);
    assertThatThrownBy(() -> four().tasks("mega_batch(batches=41, sample=0)"))
        .hasMessage("mega_batch: 'batches' is 41, allowed 1 to 40, the number of events there are");
  }
}

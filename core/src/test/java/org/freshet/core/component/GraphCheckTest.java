package org.freshet.core.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;
import org.junit.jupiter.api.Test;

class GraphCheckTest {
  private static final Column AGE = Column.numeric("age").withMissing(true);
  private static final Column DAY = Column.category("day", "mon");

  private record Described(String name, List<Kind> kinds, Set<Trait> traits)
      implements ComponentProvider {
    @Override
    public String family() {
      return "tests";
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public String documentation() {
      return "";
    }

    @Override
    public String className() {
      return "tests." + name;
    }

    @Override
    public Object create(Arguments arguments, Build build) {
      return "made";
    }
  }

  private static String problem(Kind kind, Schema schema, int step, Trait... traits) {
    return GraphCheck.problem(new Described("it", List.of(kind), Set.of(traits)), schema, step)
        .orElse("none");
  }

  private static Schema schema(Column... columns) {
    return Schema.classification(List.of(columns), "y", "a", "b");
  }

  @Test
  void saysWhatCannotBeTakenAndWhatToPutBefore() {
    assertThat(problem(Kind.CLASSIFIER, schema(AGE), 3, Trait.NUMERIC))
        .isEqualTo(
            "pipeline step 3 (it) cannot take missing values, but 'age' may be missing; put 'imputer' before it");
    assertThat(problem(Kind.CLASSIFIER, schema(DAY), 0, Trait.NUMERIC))
        .isEqualTo("it cannot take categories, but 'day' is a category; put 'one_hot' before it");
    assertThat(problem(Kind.TRANSFORMER, schema(Column.text("note")), 1, Trait.NUMERIC))
        .isEqualTo(
            "pipeline step 1 (it) cannot take text, but 'note' is text; put 'feature_hasher' before it, or name the column in 'ignore' (or in 'time')");
    assertThat(problem(Kind.CLASSIFIER, schema(Column.numeric("age")), 0, Trait.CATEGORICAL))
        .isEqualTo(
            "it cannot take numbers, but 'age' is numeric; put 'select' before it, with the columns it can take");
    assertThat(problem(Kind.CLASSIFIER, schema().withSparse(List.of()), 0, Trait.NUMERIC))
        .isEqualTo("it cannot take sparse rows, but the rows are sparse");
  }

  @Test
  void theLabelHasToFitToo() {
    Schema number = Schema.regression(List.of(), "price");
    Schema open = Schema.classification(List.of(), "y", new Dictionary());
    assertThat(problem(Kind.CLASSIFIER, number, 0))
        .isEqualTo("it predicts a class, but the label 'price' is a number; use a regressor");
    assertThat(problem(Kind.REGRESSOR, schema(), 0))
        .isEqualTo("it predicts a number, but the label 'y' is a class; use a classifier");
    assertThat(problem(Kind.CLASSIFIER, open, 0, Trait.OPEN_LABELS)).isEqualTo("none");
  }

  @Test
  void takesWhatItsTraitsClaim() {
    Schema all = schema(AGE, DAY, Column.text("note"));
    assertThat(
            problem(
                Kind.CLASSIFIER,
                all,
                0,
                Trait.NUMERIC,
                Trait.CATEGORICAL,
                Trait.TEXT,
                Trait.MISSING))
        .isEqualTo("none");
    assertThat(problem(Kind.DRIFT_DETECTOR, all, 0)).isEqualTo("none");
    assertThat(problem(Kind.CLASSIFIER, null, 0)).isEqualTo("none");
  }

  @Test
  void aGraphIsRefusedWhenItIsBuilt() {
    Spec spec = Spec.parse("numbers_only | numbers_only");
    assertThat(Components.find("numbers_only")).isPresent();
    assertThatThrownBy(() -> Components.create(spec, Build.of(schema(DAY)), Object.class))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "pipeline step 1 (numbers_only) cannot take categories, but 'day' is a category;"
                + " put 'one_hot' before it");
  }

  @Test
  void allFaultsOfASpecificationAreToldAtOnce() {
    assertThatThrownBy(
            () ->
                Components.create(
                    Spec.parse("number_only | numbers_only(x=1)"),
                    Build.of(schema()),
                    Object.class))
        .hasMessage(
            "character 1: unknown component 'number_only'; did you mean 'numbers_only'?\n"
                + "character 30: unknown parameter 'x' of numbers_only; it has none");
  }

  /** Found by ServiceLoader in these tests. */
  public static final class NumbersOnly implements ComponentProvider {
    private final ComponentProvider it =
        new Described("numbers_only", List.of(Kind.TRANSFORMER), Set.of(Trait.NUMERIC));

    @Override
    public String name() {
      return it.name();
    }

    @Override
    public List<Kind> kinds() {
      return it.kinds();
    }

    @Override
    public String family() {
      return it.family();
    }

    @Override
    public int version() {
      return it.version();
    }

    @Override
    public Set<Trait> traits() {
      return it.traits();
    }

    @Override
    public List<Parameter> parameters() {
      return it.parameters();
    }

    @Override
    public String documentation() {
      return it.documentation();
    }

    @Override
    public String className() {
      return it.className();
    }

    @Override
    public Object create(Arguments arguments, Build build) {
      return it.create(arguments, build);
    }
  }
}

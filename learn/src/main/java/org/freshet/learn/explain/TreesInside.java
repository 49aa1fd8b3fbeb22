package org.freshet.learn.explain;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Composite;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.learn.tree.FlatTree;
import org.freshet.learn.tree.Trees;

/** Finds the trees in a model, however deep they are wrapped. */
public final class TreesInside {
  private TreesInside() {}

  /**
   * A tree of a model.
   *
   * @param path the places on the way to it, parted by slashes; empty for the model itself
   * @param schema of the rows and labels it is given
   */
  public record Found(String path, Schema schema, FlatTree tree, double weight) {}

  /** All trees in order; empty when there is none. */
  public static List<Found> of(Learner model, Schema schema) {
    List<Found> all = new ArrayList<>();
    gather(model, schema, "", all);
    return all;
  }

  private static void gather(Learner model, Schema schema, String path, List<Found> all) {
    if (model instanceof Pipeline p) {
      gather(p.learner(), p.learnerSchema(), path, all);
    } else if (model instanceof Trees trees) {
      List<Trees.Part> parts = trees.parts();
      for (int i = 0; i < parts.size(); i++) {
        Trees.Part part = parts.get(i);
        String at = parts.size() == 1 ? path : step(path, "tree " + i);
        all.add(new Found(at, schema, part.tree(), part.weight()));
      }
    } else if (model instanceof Composite c) {
      for (Composite.Inner i : c.inside()) {
        Schema own = i.schema() == null ? schema : i.schema();
        gather(i.learner(), own, step(path, i.name()), all);
      }
    }
  }

  private static String step(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /**
   * The tree or forest whose answer is that of the model, with the rows it sees; null when there is
   * none.
   */
  public static Answering answering(Learner model, Schema schema) {
    List<Pipeline> before = new ArrayList<>();
    Learner at = model;
    Schema seen = schema;
    while (!(at instanceof Trees)) {
      Learner next = null;
      if (at instanceof Pipeline p) {
        before.add(p);
        next = p.learner();
        seen = p.learnerSchema();
      } else if (at instanceof Composite c) {
        for (Composite.Inner i : c.inside()) {
          next = i.answers() ? i.learner() : next;
        }
      }
      if (next == null) {
        return null;
      }
      at = next;
    }
    return new Answering(at, seen, before);
  }

  /**
   * Trees that answer for a model.
   *
   * @param learner implements {@link Trees}
   * @param schema of the rows it sees
   * @param before what a row passes on the way to it
   */
  public record Answering(Learner learner, Schema schema, List<Pipeline> before) {
    public Trees trees() {
      return (Trees) learner;
    }

    /** The row the trees see. */
    public org.freshet.core.Features row(org.freshet.core.Features x) {
      org.freshet.core.Features seen = x;
      for (Pipeline p : before) {
        seen = p.transform(seen);
      }
      return seen;
    }
  }
}

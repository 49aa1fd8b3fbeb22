package org.freshet.engine;

import java.util.LinkedHashMap;
import java.util.List;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.Where;
import org.freshet.engine.YamlTree.Entry;
import org.freshet.engine.YamlTree.Mapping;
import org.freshet.engine.YamlTree.Node;
import org.freshet.engine.YamlTree.Scalar;
import org.freshet.engine.YamlTree.Sequence;

/** Puts a {@link Setting} into the tree of a file before it is checked. */
final class SettingTarget {
  private final Setting setting;
  private final Where place;
  private final List<Fault> faults;

  SettingTarget(Setting setting, List<Fault> faults) {
    this.setting = setting;
    this.place = new Where(setting.flag(), 0, 0);
    this.faults = faults;
  }

  void apply(Mapping root) {
    Node value = YamlTree.read(place, setting.value(), faults);
    if (value == null) {
      value = new Scalar("", true, place);
    }
    String[] keys = setting.path().split("\\.", -1);
    Node at = root;
    for (int i = 0; i < keys.length; i++) {
      boolean last = i == keys.length - 1;
      if (keys[i].isEmpty()) {
        fault("'" + setting.path() + "' is not keys joined by dots");
        return;
      }
      at =
          at instanceof Sequence s
              ? item(s, keys[i], last ? value : null)
              : entry(at, keys[i], last ? value : null);
      if (at == null) {
        return;
      }
    }
  }

  private void fault(String message) {
    faults.add(new Fault(place.toString(), message));
  }

  /** The value under a key, made when absent; {@code value}, if any, is put there. */
  private Node entry(Node at, String key, Node value) {
    if (!(at instanceof Mapping m)) {
      fault("there are no fields below '" + before(key) + "'");
      return null;
    }
    Entry old = m.entries().get(key);
    if (value != null) {
      m.entries().put(key, new Entry(place, value));
      return value;
    }
    if (old == null || old.value() instanceof Scalar s && s.blank()) {
      Mapping made = new Mapping(new LinkedHashMap<>(), place);
      m.entries().put(key, new Entry(old == null ? place : old.key(), made));
      return made;
    }
    return old.value();
  }

  /** An item of a list by its number or its component's name. */
  private Node item(Sequence s, String key, Node value) {
    for (int i = 0; i < s.items().size(); i++) {
      Node item = s.items().get(i);
      boolean named = item instanceof Mapping m && m.entries().containsKey(key);
      boolean counted = key.equals(Integer.toString(i));
      boolean bare = item instanceof Scalar t && t.text().equals(key);
      if (counted && value != null) {
        s.items().set(i, value);
        return value;
      }
      if (named) {
        return entry(item, key, value);
      }
      if (bare) {
        return entry(opened(s, i), key, value);
      }
      if (counted) {
        return item instanceof Scalar ? opened(s, i) : item;
      }
    }
    String allowed =
        s.items().isEmpty()
            ? "it is empty"
            : "give a component in it, or a number from 0 to " + (s.items().size() - 1);
    fault("there is no '" + key + "' in the list '" + before(key) + "'; " + allowed);
    return null;
  }

  /** A step written as a bare name, made ready to take parameters. */
  private static Mapping opened(Sequence s, int i) {
    Scalar bare = (Scalar) s.items().get(i);
    Mapping wrapped = new Mapping(new LinkedHashMap<>(), bare.where());
    wrapped.entries().put(bare.text(), new Entry(bare.where(), new Scalar("", true, bare.where())));
    s.items().set(i, wrapped);
    return wrapped;
  }

  private String before(String key) {
    int at = setting.path().indexOf("." + key);
    return at < 0 ? setting.path() : setting.path().substring(0, at);
  }
}

package org.freshet.processor;

import java.util.List;
import javax.lang.model.element.TypeElement;
import org.freshet.core.Trait;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Parameter;

/**
 * What the processor read of one component.
 *
 * @param packageName empty for the default package
 * @param documentation Markdown
 * @param arguments Java source: what the constructor of the record Parameters gets, read from
 *     {@code Arguments a}
 * @param factory whether a static {@code create} makes it, rather than the constructor
 */
record ComponentModel(
    TypeElement type,
    String packageName,
    String binaryName,
    String name,
    List<Kind> kinds,
    String family,
    int version,
    List<Trait> traits,
    String coupled,
    List<Parameter> parameters,
    String arguments,
    String documentation,
    boolean factory) {

  /** Provider's simple name; nested classes are joined by an underscore. */
  String providerSimpleName() {
    String flat =
        packageName.isEmpty() ? binaryName : binaryName.substring(packageName.length() + 1);
    return flat.replace('$', '_') + "Provider";
  }

  String providerName() {
    return packageName.isEmpty() ? providerSimpleName() : packageName + "." + providerSimpleName();
  }
}

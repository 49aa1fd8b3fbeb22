package org.freshet.processor;

import java.util.List;
import java.util.regex.Pattern;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;

/** Reads one annotated class and refuses what a provider could not be made of. */
final class ComponentReader {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");

  private final ProcessingEnvironment env;
  private final TypeElement type;
  private final Component component;

  ComponentReader(ProcessingEnvironment env, TypeElement type) {
    this.env = env;
    this.type = type;
    this.component = type.getAnnotation(Component.class);
  }

  ComponentModel read() {
    checkClass();
    TypeElement record = record();
    ParameterReader parameters = new ParameterReader(env, component.name());
    String arguments = parameters.read(record);
    boolean factory = factory(record);
    if (!factory) {
      checkKinds();
    }
    return new ComponentModel(
        type,
        env.getElementUtils().getPackageOf(type).getQualifiedName().toString(),
        env.getElementUtils().getBinaryName(type).toString(),
        component.name(),
        List.of(component.kinds()),
        component.family(),
        component.version(),
        List.of(component.traits()),
        component.coupled(),
        parameters.all(),
        arguments,
        documentation(),
        factory);
  }

  private void checkClass() {
    if (!NAME.matcher(component.name()).matches()) {
      throw wrong(
          "has the name '"
              + component.name()
              + "', expected lower case words joined by '_', such as gaussian_nb");
    }
    if (component.kinds().length == 0) {
      throw wrong("has no kind; give one, such as kinds = Kind.CLASSIFIER");
    }
    if (!NAME.matcher(component.family()).matches()) {
      throw wrong(
          "has the family '" + component.family() + "', expected a lower case word such as tree");
    }
    if (component.version() < 1) {
      throw wrong("has version " + component.version() + ", allowed 1 or more");
    }
    for (Element e = type; e.getKind() != ElementKind.PACKAGE; e = e.getEnclosingElement()) {
      boolean reachable = e == type || type.getModifiers().contains(Modifier.STATIC);
      if (!e.getModifiers().contains(Modifier.PUBLIC) || !reachable) {
        throw wrong("is not public, or nested without static; its provider could not reach it");
      }
    }
  }

  private String documentation() {
    String doc = env.getElementUtils().getDocComment(type);
    if (doc == null || doc.isBlank()) {
      throw wrong("has no class documentation; its reference page is made of it");
    }
    return Markdown.of(doc);
  }

  private TypeElement record() {
    for (TypeElement nested : ElementFilter.typesIn(type.getEnclosedElements())) {
      if (nested.getSimpleName().contentEquals("Parameters")
          && nested.getKind() == ElementKind.RECORD) {
        if (!nested.getModifiers().contains(Modifier.PUBLIC)) {
          throw new InvalidComponent(
              nested, "the record Parameters of " + component.name() + " is not public");
        }
        return nested;
      }
    }
    throw wrong(
        "has no nested record Parameters; without parameters write 'public record Parameters() {}'");
  }

  /** True for a static create, false for a constructor; one of them must be there. */
  private boolean factory(TypeElement record) {
    for (ExecutableElement m : ElementFilter.methodsIn(type.getEnclosedElements())) {
      boolean fits =
          m.getSimpleName().contentEquals("create") && m.getModifiers().contains(Modifier.STATIC);
      if (fits && isPublic(m) && takes(m, record)) {
        return true;
      }
    }
    for (ExecutableElement c : ElementFilter.constructorsIn(type.getEnclosedElements())) {
      if (isPublic(c) && takes(c, record) && !type.getModifiers().contains(Modifier.ABSTRACT)) {
        return false;
      }
    }
    throw wrong(
        "has neither a public constructor (Parameters, Build) nor a public static create(Parameters, Build)");
  }

  private static boolean isPublic(Element e) {
    return e.getModifiers().contains(Modifier.PUBLIC);
  }

  private boolean takes(ExecutableElement m, TypeElement record) {
    return m.getParameters().size() == 2
        && same(m.getParameters().get(0).asType(), record.asType())
        && same(m.getParameters().get(1).asType(), named(Build.class.getName()));
  }

  private boolean same(TypeMirror a, TypeMirror b) {
    return env.getTypeUtils().isSameType(a, b);
  }

  private TypeMirror named(String name) {
    return env.getElementUtils().getTypeElement(name).asType();
  }

  private void checkKinds() {
    for (Kind k : component.kinds()) {
      if (!env.getTypeUtils().isAssignable(type.asType(), named(k.type().getName()))) {
        throw wrong("is declared a " + k + " but does not implement " + k.type().getSimpleName());
      }
    }
  }

  private InvalidComponent wrong(String what) {
    return new InvalidComponent(type, "component " + type.getSimpleName() + " " + what);
  }
}

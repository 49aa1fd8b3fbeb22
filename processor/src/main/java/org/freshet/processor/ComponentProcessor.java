package org.freshet.processor;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import org.freshet.core.component.Component;

/**
 * Makes a {@code ComponentProvider} and its service entry for every class annotated as a {@link
 * Component}. What is wrong with a component is a compile error on the line it is about.
 */
public final class ComponentProcessor extends AbstractProcessor {
  private final Map<String, ComponentModel> made = new TreeMap<>();

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(Component.class.getName());
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (Element e : round.getElementsAnnotatedWith(Component.class)) {
      try {
        provide(new ComponentReader(processingEnv, (TypeElement) e).read());
      } catch (InvalidComponent wrong) {
        error(wrong.getMessage(), wrong.element());
      } catch (IOException failed) {
        error("cannot write the provider of " + e + ": " + failed.getMessage(), e);
      }
    }
    if (round.processingOver() && !made.isEmpty()) {
      try {
        new ServiceFile(processingEnv.getFiler()).add(made.keySet());
      } catch (IOException failed) {
        error("cannot write the service file of components: " + failed.getMessage(), null);
      }
    }
    return false;
  }

  private void provide(ComponentModel model) throws IOException {
    for (ComponentModel other : made.values()) {
      if (other.name().equals(model.name())
          && other.kinds().get(0).role().equals(model.kinds().get(0).role())) {
        throw new InvalidComponent(
            model.type(),
            "two components are named '"
                + model.name()
                + "': "
                + other.type()
                + " and "
                + model.type());
      }
    }
    made.put(model.providerName(), model);
    try (Writer out =
        processingEnv
            .getFiler()
            .createSourceFile(model.providerName(), model.type())
            .openWriter()) {
      out.write(ProviderSource.of(model));
    }
  }

  private void error(String message, Element at) {
    processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, message, at);
  }
}

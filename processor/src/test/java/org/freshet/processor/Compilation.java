package org.freshet.processor;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.freshet.core.component.ComponentProvider;

/** Compiles sources given as text with the processor into a folder. */
record Compilation(Path folder, List<String> errors) {

  /** Each source's file name is that of its first public class. */
  static Compilation of(Path folder, String... sources) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    String classPath =
        folder + System.getProperty("path.separator") + System.getProperty("java.class.path");
    JavaCompiler.CompilationTask task =
        javac.getTask(
            null,
            null,
            found,
            List.of("-d", folder.toString(), "-classpath", classPath, "--release", "17"),
            null,
            Stream.of(sources).map(Compilation::file).toList());
    task.setProcessors(List.of(new ComponentProcessor()));
    task.call();
    return new Compilation(
        folder,
        found.getDiagnostics().stream()
            .filter(d -> d.getKind() == javax.tools.Diagnostic.Kind.ERROR)
            .map(d -> d.getLineNumber() + ": " + d.getMessage(Locale.ROOT))
            .toList());
  }

  private static JavaFileObject file(String source) {
    String name = source.replaceAll("(?s).*?public (?:final )?class (\\w+).*", "$1");
    return new SimpleJavaFileObject(
        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  ComponentProvider provider(String className) throws ReflectiveOperationException, IOException {
    URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, Compilation.class.getClassLoader());
    return (ComponentProvider) loader.loadClass(className).getDeclaredConstructor().newInstance();
  }

  List<String> services() throws IOException {
    return Files.readAllLines(
        folder.resolve("META-INF/services/org.freshet.core.component.ComponentProvider"));
  }
}

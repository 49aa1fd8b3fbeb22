package org.freshet.processor;

import javax.lang.model.element.Element;

/** Why a component cannot be provided, and the element it is about. */
final class InvalidComponent extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Element element;

  InvalidComponent(Element element, String message) {
    super(message);
    this.element = element;
  }

  Element element() {
    return element;
  }
}

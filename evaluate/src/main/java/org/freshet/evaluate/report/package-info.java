/** What came of an evaluation, for people and programs: JSON, terminal text, HTML, SVG. */
package org.freshet.evaluate.report;

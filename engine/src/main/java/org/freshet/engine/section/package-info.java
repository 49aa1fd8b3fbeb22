/** The sections of a pipeline file that say how it runs live, each a record of parameters. */
package org.freshet.engine.section;

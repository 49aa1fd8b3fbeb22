/** The commands: reads the command line, drives the evaluation, shows what came out. */
package org.freshet.cli;
